// Finds a stage's text in records, and keeps which of the keys asked for any record had. Thread-safe.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "hilum/json.h"
#include "hilum/stage.h"

namespace hilum {

class TextKeys {
 public:
  explicit TextKeys(TextPlace place);

  // The text of a record. kRecordInvalid when it has none of the keys, or something else than text there.
  Result<std::string> text(const Json& record) const;

  // The value at a key: a key of that very name wins over a dotted path, as CSV columns may have dots. Null
  // when there is none.
  const Json* find(const Json& record, std::size_t key) const;

  const std::vector<std::string>& keys() const { return keys_; }  // as asked for
  const std::string& setting() const { return setting_; }

  // A sentence for each key that no record had, once any record was looked at.
  std::vector<std::string> warnings() const;

 private:
  struct Seen {
    explicit Seen(std::size_t keys) : had(keys) {}
    std::atomic<bool> any{false};
    std::vector<std::atomic<bool>> had;
  };

  Result<std::string> joined(const Json& record) const;

  std::vector<std::string> keys_;
  std::string setting_;
  std::unique_ptr<Seen> seen_;
};

}  // namespace hilum
