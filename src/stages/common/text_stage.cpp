#include "stages/common/text_stage.h"

#include "stages/common/provenance.h"

namespace hilum {

Status TextStage::process_one(Item& item) {
  HILUM_ASSIGN(const std::string text, keys_.text(item.record()));
  return process_text(item, text);
}

Status TextStage::describe(Json settings, Json details) {
  settings["text"] = keys_.keys();
  HILUM_ASSIGN(provenance_, make_provenance(info_, settings, std::move(details)));
  return Status::ok();
}

Result<std::unique_ptr<Stage>> described(std::unique_ptr<TextStage> stage, Json settings, Json details) {
  HILUM_RETURN_IF_ERROR(stage->describe(std::move(settings), std::move(details)));
  return std::unique_ptr<Stage>(std::move(stage));
}

StageInfo with_tables(StageInfo info, std::vector<std::string> tables) {
  info.tables = std::move(tables);
  return info;
}

std::vector<std::string> label_tables(const std::string& scheme) {
  return {"labels/" + scheme + ".json", "labels/concepts.json", "labels/assertion.json"};
}

}  // namespace hilum
