#include "eval/words/temporal.h"

#include "core/files/file.h"
#include "core/text/text.h"

namespace hilum::eval {
namespace {

Result<std::vector<std::string>> read_list(const std::string& name) {
  HILUM_ASSIGN(const std::string path, find_data("configs/eval/" + name));
  HILUM_ASSIGN(const std::string text, read_file(path, 1u << 20));
  std::vector<std::string> out;
  for (const std::string& line : split(text, '\n')) {
    if (!line.empty() && line.front() != '#') out.push_back(line);
  }
  return out;
}

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

// Lower case, everything that is not a letter or digit a blank, single blanks, one at each end.
std::string plain(std::string_view text) {
  std::string out = " ";
  for (const char c : to_lower(text)) {
    const char kept = is_word_byte(c) ? c : ' ';
    if (kept != ' ' || out.back() != ' ') out.push_back(kept);
  }
  if (out.back() != ' ') out.push_back(' ');
  return out;
}

}  // namespace

Result<TemporalWords> TemporalWords::load() {
  TemporalWords out;
  HILUM_ASSIGN(const std::vector<std::string> keywords, read_list("temporal_keywords.txt"));
  out.keywords_.insert(keywords.begin(), keywords.end());
  HILUM_ASSIGN(const std::vector<std::string> phrases, read_list("prior_phrases.txt"));
  for (const std::string& phrase : phrases) out.phrases_.push_back(" " + phrase + " ");
  return out;
}

std::set<std::string> TemporalWords::words_of_change(std::string_view text) const {
  std::set<std::string> out;
  for (const std::string& word : split_words(plain(text))) {
    if (keywords_.count(word) > 0) out.insert(word);
  }
  return out;
}

double TemporalWords::f1(std::string_view hypothesis, std::string_view reference) const {
  constexpr double kEpsilon = 1e-10;
  const std::set<std::string> h = words_of_change(hypothesis), r = words_of_change(reference);
  if (r.empty()) return h.empty() ? 1 : kEpsilon;
  double common = 0;
  for (const std::string& word : h) common += r.count(word) > 0 ? 1 : 0;
  const double precision = (common + kEpsilon) / (static_cast<double>(h.size()) + kEpsilon);
  const double recall = (common + kEpsilon) / (static_cast<double>(r.size()) + kEpsilon);
  return 2 * precision * recall / (precision + recall + kEpsilon);
}

TemporalWords::PriorCount TemporalWords::prior_references(std::string_view report) const {
  PriorCount out;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= report.size(); ++i) {
    const bool inner_dot = i > 0 && i + 1 < report.size() && report[i] == '.' && report[i + 1] >= '0' &&
                           report[i + 1] <= '9' && report[i - 1] >= '0' && report[i - 1] <= '9';
    if (i < report.size() &&
        (std::string_view(".?!\n").find(report[i]) == std::string_view::npos || inner_dot))
      continue;
    const std::string line = plain(report.substr(start, i - start));
    start = i + 1;
    if (line == " ") continue;
    ++out.lines;
    for (const std::string& phrase : phrases_) {
      if (!contains(line, phrase)) continue;
      ++out.with_prior;
      break;
    }
  }
  return out;
}

}  // namespace hilum::eval
