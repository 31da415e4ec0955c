#include "stages/common/similar_cases.h"

#include <cmath>

#include <nlohmann/json.hpp>

#include "hilum/record.h"

#include "runtime/roles/report_roles.h"

namespace hilum {
namespace {

Result<Json> similar_json(const std::vector<retrieval::Hit>& hits, const retrieval::SimilarIndex& index,
                          bool reports) {
  Json list = Json::array();
  for (const retrieval::Hit& hit : hits) {
    HILUM_ASSIGN(const retrieval::Case entry, index.entry(hit.row));
    Json item = {{"id", entry.id},
                 {"score", std::round(static_cast<double>(hit.score) * 1e6) / 1e6},
                 {"facts", entry.facts}};
    if (reports && !entry.report.empty()) item["report"] = entry.report;
    list.push_back(std::move(item));
  }
  return list;
}

}  // namespace

std::string text_or_empty(const Json& record, std::string_view path) {
  const auto text = text_at(record, path);
  return text ? *text : std::string();
}

Result<std::vector<Result<Json>>> find_similar(const std::vector<const Json*>& records,
                                               const std::vector<std::vector<float>>& vectors,
                                               const retrieval::SimilarIndex& index,
                                               const retrieval::SearchOptions& search, bool reports) {
  std::vector<Result<Json>> similar;
  if (records.empty()) return similar;
  std::vector<retrieval::SearchQuery> queries;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (vectors[i].size() != index.spec().dimension) {
      return Status(ErrorCode::kIndexInvalid,
                    "the index holds vectors of " + std::to_string(index.spec().dimension) +
                        " numbers, the model gives " + std::to_string(vectors[i].size()));
    }
    const Json& record = *records[i];
    const std::string id = text_or_empty(record, "id");
    std::string study = text_or_empty(record, "study_id");
    if (study.empty()) study = id;
    queries.push_back({vectors[i].data(), text_or_empty(record, "patient_id"), study, id});
  }
  HILUM_ASSIGN(const auto found, index.search(queries, search));
  for (const auto& hits : found) similar.push_back(similar_json(hits, index, reports));
  return similar;
}

std::string vector_source(const runtime::Manifest& manifest) {
  const runtime::BundleFile* encoder = manifest.file_of_role("aligner");
  if (encoder == nullptr) encoder = manifest.file_of_role("image_encoder");
  return manifest.name + "@sha256:" + (encoder == nullptr ? "" : encoder->sha256);
}

Status check_vector_source(const retrieval::SimilarIndex& index, const runtime::Manifest& manifest) {
  const std::string source = vector_source(manifest);
  if (index.spec().model == source) return Status::ok();
  return {ErrorCode::kIndexInvalid, "the index holds vectors of " + index.spec().model + ", the bundle is " +
                                        source + ": build it again, or give its bundle"};
}

Result<std::shared_ptr<const retrieval::SimilarIndex>> open_own_index(const runtime::Bundle& bundle) {
  std::shared_ptr<const retrieval::SimilarIndex> index;
  const auto* spec = bundle.manifest().part<runtime::SimilarCasesSpec>();
  if (!spec) return index;
  // The bundle vouches for the index's manifest, and that for the index's other files.
  HILUM_RETURN_IF_ERROR(bundle.read(*bundle.manifest().file_at(spec->index + "/manifest.json")).status());
  HILUM_ASSIGN(const std::string folder, bundle.locate(spec->index));
  HILUM_ASSIGN(index, retrieval::SimilarIndex::open(folder));
  HILUM_RETURN_IF_ERROR(check_vector_source(*index, bundle.manifest()));
  if (index->spec().vector != "global")
    return Status(ErrorCode::kIndexInvalid, folder + ": holds whole images, not one vector each");
  return index;
}

}  // namespace hilum
