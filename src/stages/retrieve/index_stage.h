// The two halves of indexing, for a model that is open already.
#pragma once

#include <memory>
#include <string>

#include "hilum/model.h"
#include "hilum/retrieve.h"

namespace hilum::stages {

// Leaves each record's vector in its payload.
std::unique_ptr<Stage> index_stage(std::shared_ptr<const Model> model, bool rows, Json provenance);

// A new index of `spec`, whose dimension the first vector tells.
std::unique_ptr<IndexWriter> new_index_writer(std::string folder, retrieval::IndexSpec spec, bool reports);
// Into an index that `builder` began.
std::unique_ptr<IndexWriter> index_writer(std::unique_ptr<retrieval::IndexBuilder> builder, bool reports);

}  // namespace hilum::stages
