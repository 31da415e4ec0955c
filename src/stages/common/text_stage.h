// A stage whose input is one text of each record.
#pragma once

#include <memory>

#include <nlohmann/json.hpp>

#include "stages/common/text_keys.h"

namespace hilum {

class TextStage : public RecordStage {
 public:
  TextStage(TextPlace place, StageInfo info) : keys_(std::move(place)), info_(std::move(info)) {}

  const StageInfo& info() const override { return info_; }
  const Json& provenance() const override { return provenance_; }
  std::vector<std::string> warnings() const override { return keys_.warnings(); }
  Status process_one(Item& item) final;

  // Sets the provenance: `settings` decide the output besides the place of the text, `details` are shown
  // (bundle, engine). Errors of reading the stage's tables.
  Status describe(Json settings, Json details);

 protected:
  // Adds the stage's keys. From several threads at once.
  virtual Status process_text(Item& item, const std::string& text) = 0;

  const TextKeys& keys() const { return keys_; }

 private:
  TextKeys keys_;
  StageInfo info_;
  Json provenance_;
};

// The stage, described.
Result<std::unique_ptr<Stage>> described(std::unique_ptr<TextStage> stage, Json settings,
                                         Json details = Json::object());

// `info` with the tables that one of its ways of working loads.
StageInfo with_tables(StageInfo info, std::vector<std::string> tables);

// The tables behind the labels of a scheme, which other stages read too.
std::vector<std::string> label_tables(const std::string& scheme);

}  // namespace hilum
