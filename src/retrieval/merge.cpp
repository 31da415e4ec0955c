#include <vector>

#include "hilum/index.h"

#include "retrieval/copy_rows.h"

namespace hilum::retrieval {

Status copy_rows(const SimilarIndex& from, IndexBuilder& into) {
  std::vector<float> vector(from.spec().dimension);
  for (std::size_t row = 0; row < from.rows(); ++row) {
    HILUM_ASSIGN(const Case entry, from.entry(row));
    from.vector(row, vector.data());
    HILUM_RETURN_IF_ERROR(into.add(vector.data(), entry));
  }
  return Status::ok();
}

Status merge_indexes(const std::vector<std::string>& parts, const std::string& folder) {
  std::unique_ptr<IndexBuilder> builder;
  for (const std::string& part : parts) {
    HILUM_ASSIGN(const std::shared_ptr<const SimilarIndex> index, SimilarIndex::open(part));
    if (!builder) {
      HILUM_ASSIGN(builder, IndexBuilder::create(folder, index->spec()));
    }
    const IndexSpec &spec = builder->spec(), &theirs = index->spec();
    if (theirs.dimension != spec.dimension || theirs.model != spec.model || theirs.vector != spec.vector) {
      return {ErrorCode::kIndexInvalid,
              part + ": its vectors are of another model than those of " + parts.front()};
    }
    HILUM_RETURN_IF_ERROR(copy_rows(*index, *builder));
  }
  if (!builder) return {ErrorCode::kUsage, "nothing to merge"};
  return builder->finish();
}

}  // namespace hilum::retrieval
