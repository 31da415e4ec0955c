// The stage behind `hilum studies`: records of a data set pass through it unchanged, so that order, resuming,
// signals and provenance are those of every other command.
#pragma once

#include <memory>

#include "hilum/datasets.h"
#include "hilum/stage.h"

namespace hilum::stages {

const StageInfo& studies_info();

// `read` is what the records were read with. Errors of hashing the section rules.
Result<std::unique_ptr<Stage>> make_studies_stage(const datasets::StudyOptions& read);

}  // namespace hilum::stages
