#include "eval/input/evaluation_set.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include <nlohmann/json.hpp>

#include "core/text/text.h"

namespace hilum {

std::vector<std::pair<std::string, std::size_t>> EvaluationCounts::named() const {
  return {{"rows", rows},
          {"scored", scored},
          {"summary_rows", summary_rows},
          {"unreadable", unreadable},
          {"failed_records", failed_records},
          {"missing_hypothesis", missing_hypothesis},
          {"missing_reference", missing_reference},
          {"empty_hypothesis", empty_hypothesis},
          {"empty_reference", empty_reference},
          {"none_hypothesis", none_hypothesis},
          {"none_reference", none_reference},
          {"duplicate_ids", duplicate_ids},
          {"not_in_every_system", not_in_every_system}};
}

}  // namespace hilum

namespace hilum::eval {

void join_references(EvaluationSet& set, const EvaluationSet& references) {
  std::unordered_map<std::string, std::vector<std::string>> by_id;
  for (const EvaluationItem& item : references.items) {
    std::vector<std::string>& list = by_id[item.id];
    list.insert(list.end(), item.references.begin(), item.references.end());
  }
  std::unordered_set<std::string> met;
  std::vector<EvaluationItem> kept;
  for (EvaluationItem& item : set.items) {
    if (!met.insert(item.id).second) {
      ++set.counts.duplicate_ids;
      continue;
    }
    const auto found = by_id.find(item.id);
    if (found == by_id.end()) {
      ++set.counts.missing_reference;
      continue;
    }
    item.references = found->second;
    kept.push_back(std::move(item));
  }
  for (const auto& [id, texts] : by_id) set.counts.missing_hypothesis += met.count(id) == 0 ? 1 : 0;
  set.counts.unreadable += references.counts.unreadable;
  set.problems.insert(set.problems.end(), references.problems.begin(), references.problems.end());
  set.items = std::move(kept);
}

Status finish(EvaluationSet& set, bool texts) {
  if (set.checked) return Status::ok();
  set.checked = true;
  std::vector<EvaluationItem> kept;
  std::unordered_set<std::string> met;
  for (EvaluationItem& item : set.items) {
    if (!texts) {
      if (!item.id.empty() && !met.insert(item.id).second) ++set.counts.duplicate_ids;
      kept.push_back(std::move(item));
      continue;
    }
    bool none = false;
    std::vector<std::string> usable;
    for (std::string& reference : item.references) {
      const std::string_view text = trim(reference);
      none = none || text == "None";
      if (!text.empty() && text != "None") usable.push_back(std::move(reference));
    }
    if (usable.empty()) {
      ++(none ? set.counts.none_reference : set.counts.empty_reference);
      continue;
    }
    item.references = std::move(usable);
    const std::string_view hypothesis = trim(item.hypothesis);
    if (hypothesis.empty()) ++set.counts.empty_hypothesis;
    if (hypothesis == "None") {
      ++set.counts.none_hypothesis;
      item.hypothesis.clear();
    }
    if (!item.id.empty() && !met.insert(item.id).second) ++set.counts.duplicate_ids;
    kept.push_back(std::move(item));
  }
  set.items = std::move(kept);
  set.counts.scored = set.items.size();
  if (!set.items.empty()) return Status::ok();
  std::string why;
  for (const auto& [name, count] : set.counts.named()) {
    if (count > 0) why += (why.empty() ? "" : ", ") + name + " " + std::to_string(count);
  }
  return Status(ErrorCode::kNoInput, set.name + ": no pair to score" + (why.empty() ? "" : " (" + why + ")"));
}

Status keep_common(std::vector<EvaluationSet>& sets) {
  if (sets.size() < 2) return Status::ok();
  std::unordered_map<std::string, std::size_t> seen;
  for (EvaluationSet& set : sets) {
    std::unordered_set<std::string> own;
    for (const EvaluationItem& item : set.items) {
      if (own.insert(item.id).second) ++seen[item.id];
    }
  }
  std::unordered_map<std::string, std::size_t> position;
  for (const EvaluationItem& item : sets[0].items) position.emplace(item.id, position.size());
  for (EvaluationSet& set : sets) {
    std::vector<EvaluationItem> kept;
    std::unordered_set<std::string> own;
    for (EvaluationItem& item : set.items) {
      if (seen[item.id] == sets.size() && own.insert(item.id).second) {
        kept.push_back(std::move(item));
      } else {
        ++set.counts.not_in_every_system;
      }
    }
    std::sort(kept.begin(), kept.end(), [&](const EvaluationItem& a, const EvaluationItem& b) {
      return position[a.id] < position[b.id];
    });
    set.items = std::move(kept);
    set.counts.scored = set.items.size();
  }
  if (sets[0].items.empty()) return Status(ErrorCode::kNoInput, "the systems have no id in common");
  return Status::ok();
}

}  // namespace hilum::eval
