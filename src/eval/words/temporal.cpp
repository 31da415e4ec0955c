#include "eval/words/temporal.h"

#include <algorithm>
#include <limits>

#include "core/files/file.h"
#include "core/text/text.h"
#include "eval/words/word_metrics.h"

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

Status add_temporal(Context& context) {
  HILUM_ASSIGN(const TemporalWords words, TemporalWords::load());
  std::vector<double> values;
  for (const EvaluationItem& item : context.set.items) {
    double best = 0;
    for (const std::string& reference : item.references)
      best = std::max(best, words.f1(item.hypothesis, reference));
    values.push_back(best);
  }
  Metric metric;
  metric.name = "temporal-F1";
  metric.variant = "RadEval 2.2 temporal entity F1, keywords only";
  context.table().add_mean(std::move(metric), values);
  return Status::ok();
}

Status add_prior(Context& context) {
  HILUM_ASSIGN(const TemporalWords words, TemporalWords::load());
  ScoreTable& table = context.table();
  const std::size_t block = table.add_block(4);  // reports with, reports, sentences with, sentences
  for (std::size_t i = 0; i < context.size(); ++i) {
    const TemporalWords::PriorCount count = words.prior_references(context.set.items[i].hypothesis);
    double* row = table.row(block, i);
    row[0] = count.with_prior > 0 ? 1 : 0;
    row[1] = 1;
    row[2] = static_cast<double>(count.with_prior);
    row[3] = static_cast<double>(count.lines);
  }
  for (const std::size_t column : {std::size_t{0}, std::size_t{2}}) {
    Metric metric;
    metric.name = column == 0 ? "prior-reports" : "prior-lines";
    metric.variant = std::string("share of ") + (column == 0 ? "reports" : "sentences") +
                     " that refer to an earlier study";
    metric.direction = Direction::kLower;
    metric.block = block;
    metric.value = [column](const double* s) {
      return s[column + 1] > 0 ? s[column] / s[column + 1] : std::numeric_limits<double>::quiet_NaN();
    };
    table.add_metric(std::move(metric));
  }
  return Status::ok();
}

}  // namespace hilum::eval
