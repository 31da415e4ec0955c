// The two ways of asking an index, for models that are open already.
#pragma once

#include <memory>
#include <string>

#include "hilum/model.h"
#include "hilum/retrieve.h"

#include "runtime/models/text_encoder_model.h"

namespace hilum::stages {

using SharedIndex = std::shared_ptr<const retrieval::SimilarIndex>;

// `provenance` is what records say of the stage.
std::unique_ptr<Stage> retrieve_by_image(std::shared_ptr<const Model> model, SharedIndex index,
                                         const RetrieveOptions& options, Json provenance);

// Facts are joined by " . ". Errors of loading the rules that find facts in a text.
Result<std::unique_ptr<Stage>> retrieve_by_text(std::shared_ptr<const runtime::TextEncoderModel> encoder,
                                                SharedIndex index, const RetrieveOptions& options,
                                                Json provenance);

// Searches for a vector each and writes `similar` into the records.
void answer(const std::vector<Item*>& items, const std::vector<std::vector<float>>& vectors,
            const retrieval::SimilarIndex& index, const RetrieveOptions& options);

}  // namespace hilum::stages
