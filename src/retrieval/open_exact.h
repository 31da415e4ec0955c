// An index searched exactly, whatever its kind: what recall is measured against. Hashes are not checked.
#pragma once

#include <memory>
#include <string>

#include "hilum/index.h"

namespace hilum::retrieval {

Result<std::shared_ptr<const SimilarIndex>> open_exact(const std::string& folder);

}  // namespace hilum::retrieval
