#include "datasets/json/json_items.h"

#include <nlohmann/json.hpp>

#include "hilum/json.h"

namespace hilum::datasets {
namespace {

constexpr std::size_t kMaxItemBytes = 64u << 20;
constexpr int kEof = std::char_traits<char>::eof();

}  // namespace

int JsonItemReader::take() {
  const int c = buffer_->sbumpc();
  if (c != kEof) ++at_;
  return c;
}

int JsonItemReader::skip_spaces() {
  int c = peek();
  while (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
    take();
    c = peek();
  }
  return c;
}

Status JsonItemReader::broken(const std::string& what) const {
  return {ErrorCode::kJsonInvalid, name_ + ": byte " + std::to_string(at_) + ": " + what};
}

// A string with its quotes, escapes untouched.
Status JsonItemReader::take_string(std::string& out) {
  out.push_back(static_cast<char>(take()));
  for (;;) {
    const int c = take();
    if (c == kEof) return broken("the file ends inside a string");
    if (out.size() >= kMaxItemBytes) return {ErrorCode::kTooLarge, name_ + ": an item is larger than 64 MiB"};
    out.push_back(static_cast<char>(c));
    if (c == '"') return Status::ok();
    if (c == '\\') {
      const int escaped = take();
      if (escaped == kEof) return broken("the file ends inside a string");
      out.push_back(static_cast<char>(escaped));
    }
  }
}

// One value, by brackets and quotes alone.
Status JsonItemReader::take_value(std::string& out) {
  std::size_t depth = 0;
  for (;;) {
    const int c = peek();
    if (c == kEof) return depth == 0 ? Status::ok() : broken("the file ends inside an item");
    if (depth == 0 && (c == ',' || c == ']' || c == '}')) return Status::ok();
    if (out.size() >= kMaxItemBytes) return {ErrorCode::kTooLarge, name_ + ": an item is larger than 64 MiB"};
    if (c == '"') {
      HILUM_RETURN_IF_ERROR(take_string(out));
      continue;
    }
    out.push_back(static_cast<char>(take()));
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return Status::ok();
  }
}

Status JsonItemReader::take_key(std::string& out) {
  if (skip_spaces() != '"') return broken("a key in quotes should stand here");
  std::string quoted;
  HILUM_RETURN_IF_ERROR(take_string(quoted));
  auto parsed = parse_json(quoted);
  if (!parsed) return broken("a key cannot be read");
  out = parsed->get<std::string>();
  if (skip_spaces() != ':') return broken("':' should stand here");
  take();
  return Status::ok();
}

Result<bool> JsonItemReader::another(char close) {
  int c = skip_spaces();
  if (c == close) {
    take();
    first_ = false;
    return false;
  }
  if (!first_) {
    if (c != ',') return broken("',' or the end of the list should stand here");
    take();
    c = skip_spaces();
  }
  first_ = false;
  if (c == kEof) return broken("the file ends early");
  return true;
}

Result<std::optional<JsonItem>> JsonItemReader::next() {
  for (;;) {
    switch (where_) {
      case Where::kStart: {
        if (peek() == 0xEF) {  // a byte order mark
          for (int i = 0; i < 3; ++i) take();
        }
        const int c = skip_spaces();
        if (c != '{' && c != '[') return broken("an object or a list should stand here");
        take();
        where_ = c == '{' ? Where::kObject : Where::kList;
        break;
      }
      case Where::kObject: {
        HILUM_ASSIGN(const bool more, another('}'));
        if (!more) {
          where_ = Where::kEnd;
          break;
        }
        HILUM_RETURN_IF_ERROR(take_key(key_));
        if (skip_spaces() == '[') {
          take();
          where_ = Where::kListInObject;
          first_ = true;
          break;
        }
        JsonItem item{key_, "", at_};
        HILUM_RETURN_IF_ERROR(take_value(item.text));
        return std::optional<JsonItem>(std::move(item));
      }
      case Where::kList:
      case Where::kListInObject: {
        HILUM_ASSIGN(const bool more, another(']'));
        if (!more) {
          where_ = where_ == Where::kList ? Where::kEnd : Where::kObject;
          break;
        }
        JsonItem item{key_, "", at_};
        HILUM_RETURN_IF_ERROR(take_value(item.text));
        return std::optional<JsonItem>(std::move(item));
      }
      case Where::kEnd:
        return std::optional<JsonItem>();
    }
  }
}

}  // namespace hilum::datasets
