#include "eval/clinical/consistency.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <unordered_map>

#include <nlohmann/json.hpp>

#include "core/text/text.h"
#include "eval/clinical/chexpert.h"
#include "nlp/entities/entities.h"
#include "nlp/words/sentences.h"

namespace hilum::eval {
namespace {

constexpr double kSameFindings = .75, kSameAttributes = .5;
constexpr std::size_t kWordsPerFinding = 30;

int bits(std::uint64_t word) { return __builtin_popcountll(word); }

// A set of small numbers.
struct BitSet {
  std::vector<std::uint64_t> words;
  int size = 0;
};

int common(const BitSet& a, const BitSet& b) {
  int out = 0;
  for (std::size_t i = 0; i < a.words.size(); ++i) out += bits(a.words[i] & b.words[i]);
  return out;
}

double overlap(const BitSet& a, const BitSet& b) {
  const int smaller = std::min(a.size, b.size);
  return smaller > 0 ? static_cast<double>(common(a, b)) / smaller : 0;
}

double overlap(std::uint32_t a, std::uint32_t b) {
  const int smaller = std::min(bits(a), bits(b));
  return smaller > 0 ? static_cast<double>(bits(a & b)) / smaller : 0;
}

std::vector<BitSet> as_bits(const std::vector<ConsistencyReport>& reports,
                            std::unordered_map<std::string, std::size_t>& numbers) {
  for (const ConsistencyReport& report : reports) {
    for (const std::string& word : report.attributes) numbers.emplace(word, numbers.size());
  }
  std::vector<BitSet> out(reports.size());
  for (std::size_t i = 0; i < reports.size(); ++i) {
    for (const std::string& word : reports[i].attributes) {
      const std::size_t number = numbers[word];
      if (out[i].words.size() <= number / 64) out[i].words.resize(number / 64 + 1, 0);
      out[i].words[number / 64] |= std::uint64_t{1} << (number % 64);
      ++out[i].size;
    }
  }
  return out;
}

// Findings of one text, as bits.
std::uint32_t findings_of(const RuleLabels& labels, std::string_view text) {
  const FindingRow row = labels.labels(text);
  std::uint32_t out = 0;
  for (std::size_t f = 0; f < kFindings; ++f) {
    if (finding_names()[f] != "No Finding" && counts(row[f], FindingPolicy::kUncertainPositive))
      out |= std::uint32_t{1} << f;
  }
  return out;
}

}  // namespace

std::vector<ConsistencyScore> consistency(const std::vector<std::string>& studies,
                                          const std::vector<ConsistencyReport>& hypotheses,
                                          const std::vector<ConsistencyReport>& references) {
  std::unordered_map<std::string, std::size_t> numbers;
  std::vector<BitSet> h = as_bits(hypotheses, numbers), r = as_bits(references, numbers);
  const std::size_t width = numbers.size() / 64 + 1;
  for (std::vector<BitSet>* sets : {&h, &r}) {
    for (BitSet& set : *sets) set.words.resize(width, 0);
  }
  std::vector<ConsistencyScore> out(studies.size());
  for (std::size_t i = 0; i < studies.size(); ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < studies.size(); ++j) {
      if (overlap(references[i].findings, references[j].findings) < kSameFindings) continue;
      if (i == j || studies[i] == studies[j] || overlap(r[i], r[j]) < kSameAttributes) continue;
      sum += overlap(h[i], h[j]);
      ++out[i].equivalents;
    }
    if (out[i].equivalents == 0) continue;
    out[i].scored = true;
    out[i].con = sum / static_cast<double>(out[i].equivalents);
    out[i].r_con = out[i].con * overlap(h[i], r[i]);
  }
  return out;
}

Result<ConsistencyReader> ConsistencyReader::load(const std::string& path) {
  HILUM_ASSIGN(RuleLabels labels, RuleLabels::load());
  HILUM_ASSIGN(const Json json, read_json_file(path, std::size_t{256} << 20));
  if (!json.is_object())
    return Status(ErrorCode::kRecordInvalid,
                  path + R"(: should be an object like {"Edema:Positive": ["mild", …]})");
  ConsistencyReader out(std::move(labels));
  for (const auto& [key, words] : json.items()) {
    const std::string finding = key.substr(0, key.find(':'));
    const bool known =
        std::find(finding_names().begin(), finding_names().end(), finding) != finding_names().end();
    if (!known || finding == "No Finding" || !contains(key, "Positive")) continue;
    if (!words.is_array())
      return Status(ErrorCode::kRecordInvalid, path + ": '" + key + "' should be an array of words");
    for (std::size_t i = 0; i < std::min(words.size(), kWordsPerFinding); ++i) {
      if (!words[i].is_string())
        return Status(ErrorCode::kRecordInvalid, path + ": '" + key + "' should hold words");
      out.attributes_.insert(to_lower(words[i].get<std::string>()));
    }
  }
  if (out.attributes_.empty())
    return Status(ErrorCode::kRecordInvalid,
                  path + ": no attribute of a positive finding ('Edema:Positive', …)");
  return out;
}

Result<ConsistencyReader> ConsistencyReader::from_references(
    const std::vector<std::string_view>& references) {
  HILUM_ASSIGN(RuleLabels labels, RuleLabels::load());
  HILUM_ASSIGN(const nlp::EntityExtractor extractor, nlp::EntityExtractor::load());
  std::array<std::map<std::string, std::size_t>, kFindings> seen;
  for (const std::string_view text : references) {
    for (const nlp::Sentence& sentence : nlp::split_sentences(text).sentences) {
      const std::string_view part = nlp::text_of(text, sentence);
      const std::uint32_t findings = findings_of(labels, part);
      if (findings == 0) continue;
      const nlp::ExtractedReport found = extractor.extract(part);
      for (const nlp::GraphEntity& entity : found.graph.entities) {
        for (const std::string& word : split_words(to_lower(nlp::entity_text(found.graph, entity)))) {
          for (std::size_t f = 0; f < kFindings; ++f) {
            if ((findings >> f & 1u) != 0) ++seen[f][word];
          }
        }
      }
    }
  }
  ConsistencyReader out(std::move(labels));
  for (const auto& words : seen) {
    std::vector<std::pair<std::string, std::size_t>> ranked(words.begin(), words.end());
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    for (std::size_t i = 0; i < std::min(ranked.size(), kWordsPerFinding); ++i)
      out.attributes_.insert(ranked[i].first);
  }
  return out;
}

ConsistencyReport ConsistencyReader::read(std::string_view report) const {
  ConsistencyReport out;
  out.findings = findings_of(labels_, report);
  const nlp::SplitText split = nlp::split_sentences(report);
  for (const nlp::Sentence& sentence : split.sentences) {
    if (findings_of(labels_, nlp::text_of(report, sentence)) == 0) continue;
    for (std::size_t t = sentence.first_token; t < sentence.end_token; ++t) {
      std::string word = to_lower(nlp::text_of(report, split.tokens[t]));
      if (attributes_.count(word) > 0) out.attributes.insert(std::move(word));
    }
  }
  return out;
}

Status add_consistency(Context& context) {
  const EvaluationSet& set = context.set;
  const std::string& attributes = context.options.attributes;
  std::vector<std::string> studies;
  std::vector<std::string_view> texts;
  for (const EvaluationItem& item : set.items) {
    studies.push_back(item.id);
    texts.push_back(item.references.front());
  }
  HILUM_ASSIGN(const ConsistencyReader reader, attributes.empty() ? ConsistencyReader::from_references(texts)
                                                                  : ConsistencyReader::load(attributes));
  std::vector<ConsistencyReport> hypotheses, references;
  for (const EvaluationItem& item : set.items) {
    hypotheses.push_back(reader.read(item.hypothesis));
    references.push_back(reader.read(item.references.front()));
  }
  std::vector<double> con, r_con;
  for (const ConsistencyScore& score : consistency(studies, hypotheses, references)) {
    con.push_back(score.scored ? score.con : std::nan(""));
    r_con.push_back(score.scored ? score.r_con : std::nan(""));
  }
  Metric metric;
  metric.policy =
      "findings and sentences by rules, first reference; attribute words " +
      (attributes.empty() ? "from the references" : "of " + attributes) + "; " +
      std::to_string(std::count_if(con.begin(), con.end(), [](double x) { return !std::isnan(x); })) +
      " reports have an equivalent";
  metric.name = "CON";
  metric.variant = "ICON's inter-report consistency; resampling keeps each report's equivalents";
  context.table().add_mean(metric, con);
  metric.name = "R-CON";
  metric.variant =
      "ICON's consistency times overlap with the reference; resampling keeps each report's equivalents";
  context.table().add_mean(std::move(metric), r_con);
  return Status::ok();
}

}  // namespace hilum::eval
