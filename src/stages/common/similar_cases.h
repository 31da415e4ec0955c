// Similar cases of records by their vectors, and a bundle's own index of them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hilum/bundle.h"
#include "hilum/index.h"
#include "hilum/json.h"
#include "hilum/status.h"

namespace hilum {

// The text at a dotted path; "" where there is none.
std::string text_or_empty(const Json& record, std::string_view path);

// Searches for each record's vector: its `similar` (docs/records.md), the record's own patient, study and id
// left out, or why there is none. kIndexInvalid for vectors of another length than the index holds.
Result<std::vector<Result<Json>>> find_similar(const std::vector<const Json*>& records,
                                               const std::vector<std::vector<float>>& vectors,
                                               const retrieval::SimilarIndex& index,
                                               const retrieval::SearchOptions& search, bool reports);

// What vectors come from, as an index states it: the bundle's name and the hash of its aligner, or else of
// its image encoder.
std::string vector_source(const runtime::Manifest& manifest);

// kIndexInvalid when the index holds vectors of another model than the bundle's.
Status check_vector_source(const retrieval::SimilarIndex& index, const runtime::Manifest& manifest);

// The index that the bundle's manifest names, every hash checked; null where it names none.
Result<std::shared_ptr<const retrieval::SimilarIndex>> open_own_index(const runtime::Bundle& bundle);

}  // namespace hilum
