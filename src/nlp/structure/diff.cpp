#include "nlp/structure/diff.h"

#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include "hilum/json.h"

#include "core/files/file.h"
#include "core/text/text.h"

namespace hilum::nlp {
namespace {

// Two sentences are a pair from this similarity on (EditGRPO's threshold).
constexpr double kPair = 0.6;
constexpr double kFactWeight = 0.7;
constexpr std::size_t kMaxTableBytes = 1u << 20;

bool states_presence(Assertion assertion) { return assertion >= Assertion::kUncertain; }

// 2·|a∩b| / (|a|+|b|) of two sorted lists; 0 when both are empty.
template <typename T>
double overlap(const std::vector<T>& a, const std::vector<T>& b) {
  if (a.empty() && b.empty()) return 0;
  std::vector<T> common;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(common));
  return 2.0 * static_cast<double>(common.size()) / static_cast<double>(a.size() + b.size());
}

using Facts = std::map<std::string, Assertion>;

// The strongest statement on each finding.
Facts strongest(const std::vector<StatedFact>& facts) {
  Facts out;
  for (const StatedFact& fact : facts) {
    Assertion& known = out[fact.finding];
    known = std::max(known, fact.assertion);
  }
  return out;
}

bool conflict(const Facts& a, const Facts& b) {
  return std::any_of(a.begin(), a.end(), [&](const auto& fact) {
    const auto other = b.find(fact.first);
    return other != b.end() && states_presence(fact.second) != states_presence(other->second);
  });
}

}  // namespace

std::string_view edit_op_name(EditOp op) {
  constexpr std::string_view kNames[] = {"keep", "replace", "delete", "add"};
  return kNames[static_cast<std::size_t>(op)];
}

std::string_view edit_reason_name(EditReason reason) {
  constexpr std::string_view kNames[] = {"same", "wording", "conflict", "mismatch", "unsupported", "missing"};
  return kNames[static_cast<std::size_t>(reason)];
}

struct ReportDiffer::Statement {
  std::string text;
  std::string folded;              // for "the same sentence"
  std::vector<std::string> words;  // sorted, each once
  Facts facts;
  std::vector<std::string> findings;    // the keys of facts
  std::vector<std::string> qualifiers;  // sides, sizes and numbers, sorted
};

Result<ReportDiffer> ReportDiffer::load() {
  HILUM_ASSIGN(Labeler labeler, Labeler::load("chexpert14"));
  HILUM_ASSIGN(const std::string path, find_data("configs/structure/diff.json"));
  HILUM_ASSIGN(const Json table, read_json_file(path, kMaxTableBytes));
  const Json* words = find_path(table, "qualifiers");
  if (words == nullptr || !words->is_array())
    return Status(ErrorCode::kConfig, path + ": no list 'qualifiers'");
  std::set<std::string> qualifiers;
  for (const Json& word : *words) {
    if (!word.is_string()) return Status(ErrorCode::kConfig, path + ": 'qualifiers' should hold text");
    qualifiers.insert(word.get<std::string>());
  }
  return ReportDiffer(std::move(labeler), std::move(qualifiers));
}

std::vector<StatedFact> ReportDiffer::facts_of(std::string_view text) const {
  std::vector<StatedFact> facts;
  std::set<std::pair<std::size_t, std::size_t>> labelled;
  const ReportLabels result = labeler_.label(text);
  for (const LabelEvidence& item : result.evidence) {
    if (item.label != LabelEvidence::npos) labelled.emplace(item.begin, item.end);
  }
  for (const LabelEvidence& item : result.evidence) {
    if (item.assertion == Assertion::kUnmentioned) continue;
    if (item.label != LabelEvidence::npos) {
      facts.push_back({labeler_.labels()[item.label], item.assertion});
    } else if (labelled.count({item.begin, item.end}) == 0) {
      facts.push_back(
          {to_lower(collapse_spaces(text.substr(item.begin, item.end - item.begin))), item.assertion});
    }
  }
  return facts;
}

Result<std::vector<ReportDiffer::Statement>> ReportDiffer::statements(std::string_view report) const {
  const SplitText split = split_sentences(report);
  if (split.sentences.size() > kMaxSentences) {
    return Status(ErrorCode::kTooLarge, "a report of " + std::to_string(split.sentences.size()) +
                                            " sentences; at most " + std::to_string(kMaxSentences) +
                                            " can be compared");
  }
  std::vector<Statement> out;
  for (const Sentence& sentence : split.sentences) {
    std::size_t first = sentence.first_token;
    while (first < sentence.end_token && split.tokens[first].kind == TokenKind::kListNumber) ++first;
    if (first == sentence.end_token) continue;
    Statement statement;
    const std::size_t begin = split.tokens[first].begin;
    statement.text = collapse_spaces(report.substr(begin, sentence.end - begin));
    for (std::size_t t = first; t < sentence.end_token; ++t) {
      if (split.tokens[t].kind == TokenKind::kPunctuation) continue;
      std::string word = to_lower(text_of(report, split.tokens[t]));
      statement.folded += word + " ";
      if (split.tokens[t].kind == TokenKind::kNumber || qualifiers_.count(word) > 0)
        statement.qualifiers.push_back(word);
      statement.words.push_back(std::move(word));
    }
    std::sort(statement.qualifiers.begin(), statement.qualifiers.end());
    if (statement.words.empty()) continue;
    std::sort(statement.words.begin(), statement.words.end());
    statement.words.erase(std::unique(statement.words.begin(), statement.words.end()), statement.words.end());
    statement.facts = strongest(facts_of(statement.text));
    for (const auto& [finding, assertion] : statement.facts) statement.findings.push_back(finding);
    out.push_back(std::move(statement));
  }
  return out;
}

Result<ReportDiff> ReportDiffer::diff(std::string_view from, std::string_view to) const {
  HILUM_ASSIGN(const std::vector<Statement> a, statements(from));
  HILUM_ASSIGN(const std::vector<Statement> b, statements(to));
  struct Pair {
    double similarity;
    std::size_t from, to;
    EditReason reason;
  };
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < b.size(); ++j) {
      if (a[i].folded == b[j].folded) {
        // The same words may differ in case and punctuation only.
        pairs.push_back({3, i, j, a[i].text == b[j].text ? EditReason::kSame : EditReason::kWording});
        continue;
      }
      const double words = overlap(a[i].words, b[j].words);
      const bool with_facts = !a[i].findings.empty() || !b[j].findings.empty();
      const double findings = overlap(a[i].findings, b[j].findings);
      double similarity = with_facts ? kFactWeight * findings + (1 - kFactWeight) * words : words;
      if (findings > 0 && a[i].facts == b[j].facts) {
        const bool same = a[i].qualifiers == b[j].qualifiers;
        pairs.push_back(
            {(same ? 2.5 : 2) + 0.4 * words, i, j, same ? EditReason::kWording : EditReason::kMismatch});
      } else if (findings > 0 && conflict(a[i].facts, b[j].facts)) {
        pairs.push_back({1 + similarity, i, j, EditReason::kConflict});
      } else if (similarity >= kPair) {
        pairs.push_back({similarity, i, j, with_facts ? EditReason::kMismatch : EditReason::kWording});
      }
    }
  }
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const Pair& x, const Pair& y) { return x.similarity > y.similarity; });
  std::vector<const Pair*> of_from(a.size(), nullptr);
  std::vector<const Pair*> of_to(b.size(), nullptr);
  for (const Pair& pair : pairs) {
    if (of_from[pair.from] != nullptr || of_to[pair.to] != nullptr) continue;
    of_from[pair.from] = of_to[pair.to] = &pair;
  }

  ReportDiff out;
  for (const Statement& statement : a) out.from.push_back(statement.text);
  for (const Statement& statement : b) out.to.push_back(statement.text);
  std::size_t next = 0;  // sentences of `from` before this are dealt with
  const auto delete_until = [&](std::size_t end) {
    for (; next < end; ++next) {
      if (of_from[next] == nullptr)
        out.edits.push_back({EditOp::kDelete, EditReason::kUnsupported, next, std::nullopt});
    }
  };
  for (std::size_t j = 0; j < b.size(); ++j) {
    if (const Pair* pair = of_to[j]; pair == nullptr) {
      out.edits.push_back({EditOp::kAdd, EditReason::kMissing, std::nullopt, j});
    } else {
      delete_until(pair->from);
      const bool same = pair->reason == EditReason::kSame;
      out.edits.push_back({same ? EditOp::kKeep : EditOp::kReplace, pair->reason, pair->from, j});
    }
  }
  delete_until(a.size());

  const Facts facts_a = strongest(facts_of(from));
  const Facts facts_b = strongest(facts_of(to));
  for (const auto& [finding, assertion] : facts_a) {
    const auto other = facts_b.find(finding);
    if (other == facts_b.end()) {
      out.only_from.push_back({finding, assertion});
    } else if (states_presence(assertion) != states_presence(other->second)) {
      out.conflicts.push_back({{finding, assertion}, {finding, other->second}});
    }
  }
  for (const auto& [finding, assertion] : facts_b) {
    if (facts_a.count(finding) == 0) out.only_to.push_back({finding, assertion});
  }
  return out;
}

}  // namespace hilum::nlp
