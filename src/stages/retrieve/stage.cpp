#include "stages/retrieve/stage.h"

#include <nlohmann/json.hpp>

#include "stages/common/provenance.h"
#include "stages/common/similar_cases.h"
#include "stages/retrieve/image_vectors.h"

namespace hilum {
namespace stages {
namespace {

class ByImage : public Stage {
 public:
  ByImage(std::shared_ptr<const Model> model, SharedIndex index, const RetrieveOptions& options,
          Json provenance)
      : model_(std::move(model)),
        index_(std::move(index)),
        options_(options),
        provenance_(std::move(provenance)) {}

  const StageInfo& info() const override { return retrieve_info(); }
  const Json& provenance() const override { return provenance_; }
  void enter_thread() override { model_->use_threads(1); }
  Status prepare(Item& item) override { return prepare_first_image(item, *model_); }

  void process(const std::vector<Item*>& items) override {
    const Status found = find_vectors(items, *model_, index_->spec().vector == "rows");
    if (!found.is_ok()) {
      for (Item* item : items) item->status = found;
      return;
    }
    std::vector<std::vector<float>> vectors;
    for (const Item* item : items) vectors.push_back(std::move(item->payload_as<VectorPayload>().vector));
    answer(items, vectors, *index_, options_);
  }

 private:
  std::shared_ptr<const Model> model_;
  SharedIndex index_;
  RetrieveOptions options_;
  Json provenance_;
};

}  // namespace

std::unique_ptr<Stage> retrieve_by_image(std::shared_ptr<const Model> model, SharedIndex index,
                                         const RetrieveOptions& options, Json provenance) {
  return std::make_unique<ByImage>(std::move(model), std::move(index), options, std::move(provenance));
}

void answer(const std::vector<Item*>& items, const std::vector<std::vector<float>>& vectors,
            const retrieval::SimilarIndex& index, const RetrieveOptions& options) {
  retrieval::SearchOptions search;
  search.top = options.top;
  search.min_score = options.min_score;
  std::vector<const Json*> records;
  for (const Item* item : items) records.push_back(&item->record());
  auto similar = find_similar(records, vectors, index, search, options.reports);
  for (std::size_t i = 0; i < items.size(); ++i) {
    items[i]->status = similar ? (*similar)[i].status() : similar.status();
    if (items[i]->status.is_ok()) items[i]->record()["similar"] = (*similar)[i].take();
  }
}

}  // namespace stages

const StageInfo& retrieve_info() {
  static const StageInfo info{"retrieve",
                              "Find the most similar earlier cases",
                              {{"images", "the first image, unless words are asked for"},
                               {"facts", "or entities.facts, or another key: what is asked in words"},
                               {"id", "and patient_id, study_id: a record never finds its own"}},
                              {{"similar", "id, score, facts and report of each case, best first"}},
                              {"lexicon"}};
  return info;
}

Result<std::unique_ptr<Stage>> make_retrieve_stage(const RetrieveOptions& options) {
  HILUM_ASSIGN(const std::string folder, runtime::find_bundle(options.bundle));
  HILUM_ASSIGN(const runtime::Bundle bundle, runtime::Bundle::open(folder));
  HILUM_ASSIGN(const auto index, retrieval::SimilarIndex::open(options.index, options.trust));
  const Json settings = {{"top", options.top},
                         {"min_score", options.min_score},
                         {"reports", options.reports},
                         {"query", options.query}};
  Json details = {{"bundle", bundle.identity()}, {"index_rows", index->rows()}};
  if (!options.query.empty()) details["query"] = options.query;
  HILUM_ASSIGN(Json provenance, make_provenance(retrieve_info(), settings, std::move(details)));
  ModelOptions how;
  how.device = options.device;
  how.predictions_only = true;
  if (options.query.empty()) {
    HILUM_ASSIGN(auto model, Model::open(bundle, how));
    HILUM_RETURN_IF_ERROR(check_vector_source(*index, bundle.manifest()));
    return stages::retrieve_by_image(std::move(model), index, options, std::move(provenance));
  }
  HILUM_ASSIGN(auto encoder, runtime::TextEncoderModel::open_aligned(bundle, how));
  HILUM_RETURN_IF_ERROR(check_vector_source(*index, bundle.manifest()));
  return stages::retrieve_by_text(std::move(encoder), index, options, std::move(provenance));
}

}  // namespace hilum
