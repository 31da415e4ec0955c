// A picture for each sentence of a report: where on the film the model looked while it wrote it.
#pragma once

#include <string>

#include "hilum/preprocess.h"
#include "hilum/status.h"

#include "stages/generate/written_study.h"

namespace hilum::stages {

// Writes `folder`/<id>_<number>_<section>_<first words>.png for every sentence of the report that has
// attention over the film, numbered from 1, and notes each file as the sentence's picture. `id` is the
// study's, `film` what the model saw. kOutputFailed.
Status write_attention_pictures(const std::string& folder, const std::string& id, const Gray8& film,
                                WrittenReport& report);

}  // namespace hilum::stages
