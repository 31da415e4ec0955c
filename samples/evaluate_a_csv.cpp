// Scores the reports of a CSV file (columns id, hypothesis, reference) and prints what people look at most.
#include <cstdio>

#include "hilum/evaluate.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  hilum::PairSources sources;
  sources.systems = {{argv[1], hilum::PairFormat::kCsv}};
  const auto evaluation = hilum::evaluate(sources);
  if (!evaluation.is_ok()) {
    std::fprintf(stderr, "%s\n", evaluation.status().to_string().c_str());
    return evaluation.status().exit_code();
  }
  std::fputs(hilum::render_table(*evaluation, false, hilum::shown_scores(*evaluation)).c_str(), stdout);
}
