// A picture for each sentence of a report: where on the film the model looked while it wrote it.
#pragma once

#include <string>

#include "hilum/json.h"
#include "hilum/preprocess.h"
#include "hilum/status.h"

namespace hilum {

// Writes `folder`/<id>_<number>_<section>_<first words>.png for every sentence of the report that has
// attention over the film, numbered from 1, and notes each file as `attention.picture`. `film` is what the
// model saw. kOutputFailed.
Status write_attention_pictures(const std::string& folder, const Gray8& film, Json& record);

}  // namespace hilum
