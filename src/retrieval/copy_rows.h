// The rows of one index into another.
#pragma once

#include "hilum/index.h"

namespace hilum::retrieval {

Status copy_rows(const SimilarIndex& from, IndexBuilder& into);

}  // namespace hilum::retrieval
