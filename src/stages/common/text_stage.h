// A stage whose input is one text of each record.
#pragma once

#include "stages/common/text_keys.h"

namespace hilum {

class TextStage : public RecordStage {
 public:
  explicit TextStage(TextPlace place) : keys_(std::move(place)) {}

  Status process_one(Item& item) final;
  std::vector<std::string> warnings() const override { return keys_.warnings(); }

 protected:
  // Adds the stage's keys. From several threads at once.
  virtual Status process_text(Item& item, const std::string& text) = 0;

  const TextKeys& keys() const { return keys_; }

 private:
  TextKeys keys_;
};

}  // namespace hilum
