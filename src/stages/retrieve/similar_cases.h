// Similar cases of records by their vectors, and a bundle's own index of them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hilum/bundle.h"
#include "hilum/index.h"
#include "hilum/status.h"

#include "run/batch_loop.h"

namespace hilum {

// The text at a dotted path; "" where there is none.
std::string text_or_empty(const Json& record, std::string_view path);

// Searches for the vector of each item and writes `similar` (docs/records.md) into its record; the record's
// own patient, study and id are left out. kIndexInvalid for vectors of another length than the index holds.
Status add_similar(const std::vector<BatchItem*>& items, const std::vector<std::vector<float>>& vectors,
                   const retrieval::SimilarIndex& index, const retrieval::SearchOptions& search,
                   bool reports);

// kIndexInvalid when the index holds vectors of another model than the bundle's.
Status check_vector_source(const retrieval::SimilarIndex& index, const runtime::Manifest& manifest);

// The index that the bundle's manifest names, every hash checked; null where it names none.
Result<std::shared_ptr<const retrieval::SimilarIndex>> open_own_index(const runtime::Bundle& bundle);

}  // namespace hilum
