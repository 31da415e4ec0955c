#include "stages/common/text_keys.h"

#include <nlohmann/json.hpp>

#include "core/text/text.h"

namespace hilum {
namespace {

constexpr const char* kReport = "report.findings";
constexpr const char* kText = "text";

const Json* find_key(const Json& record, const std::string& key) {
  const auto direct = record.find(key);
  return direct != record.end() ? &*direct : find_path(record, key);
}

Result<std::string> text_of(const Json& value, const std::string& key) {
  if (value.is_string()) return value.get<std::string>();
  return Status(ErrorCode::kRecordInvalid, "'" + key + "' should be text and is " + value.type_name());
}

Status no_text(const std::vector<std::string>& keys, const std::string& setting) {
  return {ErrorCode::kRecordInvalid,
          "no text at '" + join(keys, "' or '") + "'; " + setting + " names where it is"};
}

}  // namespace

TextKeys::TextKeys(TextPlace place)
    : keys_(std::move(place.keys)),
      setting_(std::move(place.setting)),
      seen_(std::make_unique<Seen>(keys_.size())) {}

const Json* TextKeys::find(const Json& record, std::size_t key) const {
  seen_->any.store(true, std::memory_order_relaxed);
  const Json* found = find_key(record, keys_[key]);
  if (found != nullptr) seen_->had[key].store(true, std::memory_order_relaxed);
  return found;
}

Result<std::string> TextKeys::text(const Json& record) const {
  if (!keys_.empty()) return joined(record);
  for (const char* key : {kReport, kText}) {
    const Json* found = find_key(record, key);
    if (found != nullptr && !found->is_null()) return text_of(*found, key);
  }
  // A record that says "text": null was meant to have it there.
  if (record.find(kText) != record.end()) return no_text({kText}, setting_);
  return no_text({kReport, kText}, setting_);
}

Result<std::string> TextKeys::joined(const Json& record) const {
  std::string text;
  bool any = false;
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    const Json* found = find(record, i);
    if (found == nullptr || found->is_null()) continue;
    HILUM_ASSIGN(const std::string part, text_of(*found, keys_[i]));
    if (any && !part.empty() && !text.empty()) text += "\n\n";
    text += part;
    any = true;
  }
  if (!any) return no_text(keys_, setting_);
  return text;
}

std::vector<std::string> TextKeys::warnings() const {
  std::vector<std::string> said;
  for (std::size_t i = 0; seen_->any && i < keys_.size(); ++i) {
    if (!seen_->had[i]) said.push_back("no record has '" + keys_[i] + "' (" + setting_ + ")");
  }
  return said;
}

}  // namespace hilum
