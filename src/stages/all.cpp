#include "stages/all.h"

#include "hilum/diff.h"
#include "hilum/entities.h"
#include "hilum/factcheck.h"
#include "hilum/generate.h"
#include "hilum/label.h"
#include "hilum/measure.h"
#include "hilum/retrieve.h"
#include "hilum/sections.h"
#include "hilum/structure.h"

#include "stages/studies/stage.h"

namespace hilum::stages {

const std::vector<const StageInfo*>& all_stages() {
  // One line a stage: its header above, its &<name>_info() here.
  // clang-format off
  static const std::vector<const StageInfo*> stages = {
      &studies_info(),
      &measure_info(),
      &sections_info(),
      &entities_info(),
      &label_info(),
      &structure_info(),
      &index_info(),
      &retrieve_info(),
      &generate_info(),
      &factcheck_info(),
      &diff_info(),
  };
  // clang-format on
  return stages;
}

const StageInfo* find_stage(std::string_view name) {
  for (const StageInfo* stage : all_stages()) {
    if (stage->name == name) return stage;
  }
  return nullptr;
}

}  // namespace hilum::stages
