#include "stages/common/text_stage.h"

namespace hilum {

Status TextStage::process_one(Item& item) {
  HILUM_ASSIGN(const std::string text, keys_.text(item.record()));
  return process_text(item, text);
}

}  // namespace hilum
