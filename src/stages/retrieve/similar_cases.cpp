#include "stages/retrieve/similar_cases.h"

#include <cmath>

#include <nlohmann/json.hpp>

#include "hilum/record.h"

#include "stages/retrieve/stage.h"

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

Status add_similar(const std::vector<BatchItem*>& items, const std::vector<std::vector<float>>& vectors,
                   const retrieval::SimilarIndex& index, const retrieval::SearchOptions& search,
                   bool reports) {
  if (items.empty()) return Status::ok();
  std::vector<retrieval::SearchQuery> queries;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (vectors[i].size() != index.spec().dimension) {
      return {ErrorCode::kIndexInvalid, "the index holds vectors of " +
                                            std::to_string(index.spec().dimension) +
                                            " numbers, the model gives " + std::to_string(vectors[i].size())};
    }
    const Json& record = items[i]->record;
    const std::string id = text_or_empty(record, "id");
    std::string study = text_or_empty(record, "study_id");
    if (study.empty()) study = id;
    queries.push_back({vectors[i].data(), text_or_empty(record, "patient_id"), study, id});
  }
  HILUM_ASSIGN(const auto found, index.search(queries, search));
  for (std::size_t i = 0; i < items.size(); ++i) {
    auto similar = similar_json(found[i], index, reports);
    if (!similar) {
      items[i]->status = similar.status();
      continue;
    }
    items[i]->record["similar"] = similar.take();
  }
  return Status::ok();
}

Status check_vector_source(const retrieval::SimilarIndex& index, const runtime::Manifest& manifest) {
  const std::string source = vector_source(manifest);
  if (index.spec().model == source) return Status::ok();
  return {ErrorCode::kIndexInvalid, "the index holds vectors of " + index.spec().model + ", the bundle is " +
                                        source + ": build it again, or give its bundle"};
}

Result<std::shared_ptr<const retrieval::SimilarIndex>> open_own_index(const runtime::Bundle& bundle) {
  std::shared_ptr<const retrieval::SimilarIndex> index;
  const auto& spec = bundle.manifest().similar_cases;
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
