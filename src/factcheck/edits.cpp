#include "factcheck/edits.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace hilum::factcheck {
namespace {

bool by_place(const Edit& a, const Edit& b) { return a.begin != b.begin ? a.begin < b.begin : a.end < b.end; }

bool overlap(const Edit& a, const Edit& b) {
  if (a.field != b.field) return false;
  if (a.begin == b.begin) return true;  // two insertions at one place have no order
  return a.begin < b.end && b.begin < a.end;
}

}  // namespace

Result<std::string> apply_edits(std::string_view text, std::vector<Edit> edits) {
  std::stable_sort(edits.begin(), edits.end(), by_place);
  std::string out;
  std::size_t at = 0;
  for (const Edit& edit : edits) {
    const std::string place = "edit at byte " + std::to_string(edit.begin);
    if (edit.begin < at) return Status(ErrorCode::kRecordInvalid, place + " overlaps another");
    if (edit.end < edit.begin || edit.end > text.size())
      return Status(ErrorCode::kRecordInvalid, place + " is outside the text");
    if (text.substr(edit.begin, edit.end - edit.begin) != edit.old_text) {
      return Status(ErrorCode::kRecordInvalid, place + ": the text there is not '" + edit.old_text + "'");
    }
    out.append(text.substr(at, edit.begin - at));
    out.append(edit.new_text);
    at = edit.end;
  }
  out.append(text.substr(at));
  return out;
}

std::vector<Edit> without_overlaps(const std::vector<Edit>& edits) {
  std::vector<Edit> kept;
  for (const Edit& edit : edits) {
    const bool clash = std::any_of(kept.begin(), kept.end(), [&](const Edit& k) { return overlap(k, edit); });
    if (!clash && edit.old_text != edit.new_text) kept.push_back(edit);
  }
  std::stable_sort(kept.begin(), kept.end(), [](const Edit& a, const Edit& b) {
    return a.field != b.field ? a.field < b.field : by_place(a, b);
  });
  return kept;
}

Json to_json(const Edit& edit) {
  return Json{{"field", edit.field},  {"span_bytes", {edit.begin, edit.end}},
              {"old", edit.old_text}, {"new", edit.new_text},
              {"check", edit.check},  {"reason", edit.reason}};
}

}  // namespace hilum::factcheck
