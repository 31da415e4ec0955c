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

std::vector<Edit> inverse(std::vector<Edit> edits) {
  std::stable_sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) {
    return a.field != b.field ? a.field < b.field : by_place(a, b);
  });
  std::size_t removed = 0, added = 0;
  std::string field;
  for (Edit& edit : edits) {
    if (edit.field != field) {
      field = edit.field;
      removed = added = 0;
    }
    const std::size_t begin = edit.begin + added - removed;
    removed += edit.old_text.size();
    added += edit.new_text.size();
    edit.begin = begin;
    edit.end = begin + edit.new_text.size();
    std::swap(edit.old_text, edit.new_text);
  }
  return edits;
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

Result<Edit> edit_from_json(const Json& json) {
  try {
    Edit edit;
    edit.field = json.at("field").get<std::string>();
    edit.begin = json.at("span_bytes").at(0).get<std::size_t>();
    edit.end = json.at("span_bytes").at(1).get<std::size_t>();
    edit.old_text = json.at("old").get<std::string>();
    edit.new_text = json.at("new").get<std::string>();
    edit.check = json.value("check", std::string());
    edit.reason = json.value("reason", std::string());
    return edit;
  } catch (const Json::exception& e) {
    return Status(ErrorCode::kRecordInvalid, std::string("an edit: ") + e.what());
  }
}

}  // namespace hilum::factcheck
