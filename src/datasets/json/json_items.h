// The items of a large JSON file one after the other, without holding the file: annotation files reach
// gigabytes. Three forms: {"train":[item,…],"val":[…]}, {"id":item,…} and [item,…]. Not thread-safe.
#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>

#include "hilum/status.h"

namespace hilum::datasets {

struct JsonItem {
  std::string key;       // the list's or the item's own key; "" in a plain list
  std::string text;      // the item's JSON
  std::uint64_t offset;  // of the text in the stream
};

class JsonItemReader {
 public:
  JsonItemReader(std::istream& in, std::string name) : buffer_(in.rdbuf()), name_(std::move(name)) {}

  // The next item; an empty optional at the end. kJsonInvalid when the frame around the items is broken
  // (nothing can be read after it), kTooLarge for an item above 64 MiB. The text of an item is not checked
  // here.
  Result<std::optional<JsonItem>> next();

 private:
  enum class Where { kStart, kObject, kList, kListInObject, kEnd };

  int peek() { return buffer_->sgetc(); }
  int take();
  int skip_spaces();
  Status broken(const std::string& what) const;
  Status take_string(std::string& out);
  Status take_value(std::string& out);
  Status take_key(std::string& out);
  // After an item or at the start of a container: true when another follows.
  Result<bool> another(char close);

  std::streambuf* buffer_;
  std::string name_;
  std::uint64_t at_ = 0;
  Where where_ = Where::kStart;
  bool first_ = true;
  std::string key_;
};

}  // namespace hilum::datasets
