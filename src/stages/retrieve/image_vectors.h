// The vectors of records' first images: what indexing and looking up by image share.
#pragma once

#include <memory>
#include <vector>

#include "hilum/model.h"
#include "hilum/stage.h"

#include "stages/common/study_input.h"

namespace hilum::stages {

struct VectorPayload : Payload {
  std::unique_ptr<PreparedStudy> study;  // from `prepare` to `process`
  std::vector<float> vector;             // from `process` on
};

// Reads the first image alone: further views and priors do not count.
Status prepare_first_image(Item& item, const Model& model);

// Fills the payloads' vectors; with `rows`, the global vector and every patch. Errors of Model::vectors.
Status find_vectors(const std::vector<Item*>& items, const Model& model, bool rows);

}  // namespace hilum::stages
