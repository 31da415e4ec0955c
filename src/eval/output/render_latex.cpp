// Scores as a LaTeX table: a row a score, a column a system.
#include <algorithm>
#include <cmath>

#include "hilum/evaluate.h"

#include "eval/output/number_text.h"

namespace hilum {
namespace {

std::string latex(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("#$%&_{}").find(c) != std::string_view::npos) out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

// Every score that some system has: the first system's in its order, then what the others have besides.
std::vector<const Metric*> all_metrics(const Evaluation& evaluation) {
  std::vector<const Metric*> out;
  for (const SystemScores& system : evaluation.systems) {
    for (const Metric& metric : system.table.metrics()) {
      const auto same = [&metric](const Metric* other) { return other->name == metric.name; };
      if (std::none_of(out.begin(), out.end(), same)) out.push_back(&metric);
    }
  }
  return out;
}

std::string cell(const SystemScores& system, const std::string& name) {
  const Metric* metric = system.table.find(name);
  if (metric == nullptr) return "-";
  std::string out = eval::fixed(system.table.corpus_value(*metric));
  const Interval interval =
      eval::interval_of(system, static_cast<std::size_t>(metric - system.table.metrics().data()));
  if (!std::isnan(interval.low))
    out += " {\\scriptsize [" + eval::fixed(interval.low) + ", " + eval::fixed(interval.high) + "]}";
  return out;
}

}  // namespace

std::string render_latex(const Evaluation& evaluation) {
  std::string out = "% " + evaluation.stamp.line() + "\n\\begin{tabular}{l";
  for (std::size_t i = 0; i < evaluation.systems.size(); ++i) out += "r";
  out += "}\n\\hline\nMetric";
  for (const SystemScores& system : evaluation.systems) out += " & " + latex(system.name);
  out += " \\\\\n\\hline\n";
  for (const Metric* metric : all_metrics(evaluation)) {
    const char* arrow = metric->direction == Direction::kHigher  ? " $\\uparrow$"
                        : metric->direction == Direction::kLower ? " $\\downarrow$"
                                                                 : "";
    out += latex(metric->name) + arrow;
    for (const SystemScores& system : evaluation.systems) out += " & " + cell(system, metric->name);
    out += " \\\\ % " + eval::how(*metric) + "\n";
  }
  return out + "\\hline\n\\end{tabular}\n";
}

}  // namespace hilum
