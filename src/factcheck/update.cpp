#include <algorithm>

#include "factcheck/checks.h"

namespace hilum::factcheck {

std::size_t Workspace::field_index(const std::string& name) const {
  return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

void set_verdict(CheckedClaim& claim, Verdict verdict, const char* check, std::string reason,
                 std::vector<std::pair<std::string, double>> numbers, std::optional<Place> other) {
  const auto rank = [](Verdict v) {
    return v == Verdict::kContradicted ? 2 : v == Verdict::kSupported ? 1 : 0;
  };
  const bool first = claim.reason.empty();
  if (!first && rank(verdict) <= rank(claim.verdict)) return;
  claim.verdict = verdict;
  claim.check = check;
  claim.reason = std::move(reason);
  claim.numbers = std::move(numbers);
  claim.other = std::move(other);
}

void add_edit(Workspace& work, const std::string& field, std::size_t begin, std::size_t end,
              std::string new_text, const char* check, std::string reason) {
  work.edits.push_back({field, begin, end, std::string(work.field(field).bytes(begin, end)),
                        std::move(new_text), check, std::move(reason)});
}

void remove_sentence(Workspace& work, const std::string& field, std::size_t begin, std::size_t end,
                     const char* check, std::string reason) {
  const std::string_view text = work.field(field).text();
  const auto blank = [&](std::size_t i) {
    return text[i] == ' ' || text[i] == '\n' || text[i] == '\t' || text[i] == '\r';
  };
  std::size_t from = begin, to = end;
  while (from > 0 && blank(from - 1)) --from;
  if (from == 0) {
    while (to < text.size() && blank(to)) ++to;
  }
  add_edit(work, field, from, to, "", check, std::move(reason));
}

}  // namespace hilum::factcheck
