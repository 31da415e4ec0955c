#include "eval/structured/lunguage_rows.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <nlohmann/json.hpp>

#include "core/text/text.h"

namespace hilum::eval {
namespace {

constexpr std::array<std::string_view, 9> kPhraseFields = {"location",    "morphology", "distribution",
                                                           "measurement", "severity",   "onset",
                                                           "improved",    "worsened",   "no change"};

// Text of an identifier, which may be written as a number.
std::string identifier(const Json& row, const char* key) {
  const auto found = row.find(key);
  if (found == row.end() || found->is_null()) return "";
  return found->is_string() ? found->get<std::string>() : found->dump();
}

Result<std::string> text_field(const Json& row, std::string_view key) {
  const auto found = row.find(std::string(key));
  if (found == row.end() || found->is_null()) return std::string();
  if (!found->is_string()) {
    return Status(ErrorCode::kRecordInvalid,
                  "field '" + std::string(key) + "' should be text, not " + found->dump());
  }
  return found->get<std::string>();
}

OrderCell order_cell(const Json& row, const char* key) {
  OrderCell cell;
  const auto found = row.find(key);
  if (found == row.end() || found->is_null()) return cell;
  cell.missing = false;
  if (found->is_number()) {
    cell.number = std::trunc(found->get<double>());
    cell.text = found->dump();
    return cell;
  }
  cell.text = found->is_string() ? found->get<std::string>() : found->dump();
  const std::string_view trimmed = trim(cell.text);
  cell.missing = trimmed.empty();
  long value = 0;
  const auto parsed = std::from_chars(trimmed.data(), trimmed.data() + trimmed.size(), value);
  if (parsed.ec == std::errc() && parsed.ptr == trimmed.data() + trimmed.size())
    cell.number = static_cast<double>(value);
  return cell;
}

bool earlier(const LunguageRow& a, const LunguageRow& b) {
  if (a.sequence.number && b.sequence.number) return *a.sequence.number < *b.sequence.number;
  return a.sequence.text < b.sequence.text;
}

// Brings rows with the same key together, in order of the key's first appearance.
template <typename Key>
std::vector<LunguageRow> grouped(std::vector<LunguageRow> rows, Key key) {
  std::vector<std::string> order;
  for (const LunguageRow& row : rows) {
    if (std::find(order.begin(), order.end(), key(row)) == order.end()) order.push_back(key(row));
  }
  const auto position = [&](const LunguageRow& row) {
    return std::find(order.begin(), order.end(), key(row)) - order.begin();
  };
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const LunguageRow& a, const LunguageRow& b) { return position(a) < position(b); });
  return rows;
}

}  // namespace

Result<LunguageRow> lunguage_row(const Json& json) {
  if (!json.is_object())
    return Status(ErrorCode::kRecordInvalid, "a row should be an object, not " + json.dump().substr(0, 40));
  LunguageRow row;
  row.study = identifier(json, "study_id");
  row.subject = identifier(json, "subject_id");
  for (const char* key : {"entity", "ent"}) {
    if (!row.entity.empty()) break;
    HILUM_ASSIGN(row.entity, text_field(json, key));
  }
  HILUM_ASSIGN(row.group, text_field(json, "entity_group"));
  for (std::size_t i = 0; i < kLunguageFields.size(); ++i) {
    HILUM_ASSIGN(row.fields[i], text_field(json, kLunguageFields[i].name));
  }
  row.sequence = order_cell(json, "sequence");
  row.episode = order_cell(json, "episode");
  row.phrase = row.entity;
  const auto add = [&row](std::string_view name) {
    for (std::size_t i = 0; i < kLunguageFields.size(); ++i) {
      if (kLunguageFields[i].name == name && !trim(row.fields[i]).empty()) row.phrase += " " + row.fields[i];
    }
  };
  for (const std::string_view name : kPhraseFields) add(name);
  add("placement");
  return row;
}

Result<std::vector<LunguageRow>> lunguage_rows(const Json& json, LunguageMode mode, std::string_view side) {
  if (!json.is_array())
    return Status(ErrorCode::kRecordInvalid, "'" + std::string(side) + "' should be an array of rows");
  const bool sequential = mode != LunguageMode::kSingle;
  bool has_sequence = false, has_episode = false;
  for (const Json& row : json) {
    has_sequence = has_sequence || (row.is_object() && row.contains("sequence"));
    has_episode = has_episode || (row.is_object() && row.contains("episode"));
  }
  std::vector<LunguageRow> rows;
  for (std::size_t i = 0; i < json.size(); ++i) {
    auto row = lunguage_row(json[i]);
    if (!row) return row.status().at(std::string(side) + " row " + std::to_string(i + 1));
    if (trim(row->entity).empty()) continue;
    OrderCell one;
    one.number = 1;
    one.missing = false;
    if (!sequential) row->sequence = OrderCell{std::nullopt, row->study, false};
    if (!sequential || !has_episode) row->episode = one;
    rows.push_back(row.take());
  }
  if (!sequential) return grouped(std::move(rows), [](const LunguageRow& row) { return row.entity; });
  if (!rows.empty() && !has_sequence) {
    return Status(ErrorCode::kRecordInvalid,
                  std::string(side) + " rows have no 'sequence', which sequential scoring sorts by");
  }
  std::stable_sort(rows.begin(), rows.end(), earlier);
  return grouped(std::move(rows), [](const LunguageRow& row) { return row.study; });
}

}  // namespace hilum::eval
