#include "stages/retrieve/index_stage.h"

#include <nlohmann/json.hpp>

#include "stages/common/provenance.h"
#include "stages/common/similar_cases.h"
#include "stages/retrieve/image_vectors.h"

namespace hilum {
namespace stages {
namespace {

class VectorStage : public Stage {
 public:
  VectorStage(std::shared_ptr<const Model> model, bool rows, Json provenance)
      : model_(std::move(model)), rows_(rows), provenance_(std::move(provenance)) {}

  const StageInfo& info() const override { return index_info(); }
  const Json& provenance() const override { return provenance_; }
  void enter_thread() override { model_->use_threads(1); }
  Status prepare(Item& item) override { return prepare_first_image(item, *model_); }
  void process(const std::vector<Item*>& items) override {
    const Status found = find_vectors(items, *model_, rows_);
    for (Item* item : items) item->status = found;
  }

 private:
  std::shared_ptr<const Model> model_;
  bool rows_;
  Json provenance_;
};

}  // namespace

std::unique_ptr<Stage> index_stage(std::shared_ptr<const Model> model, bool rows, Json provenance) {
  return std::make_unique<VectorStage>(std::move(model), rows, std::move(provenance));
}

}  // namespace stages

const StageInfo& index_info() {
  static const StageInfo info{"index",
                              "Build and keep an index of similar cases",
                              {{"images", "the first image, whose vector it is"},
                               {"id", "and patient_id, study_id: a record never finds its own"},
                               {"entities.facts", "kept as the case's facts"},
                               {"reference.findings", "kept as the case's report, if asked"}},
                              {},
                              {}};
  return info;
}

Result<IndexStage> make_index_stage(const IndexOptions& options) {
  HILUM_ASSIGN(const std::string folder, runtime::find_bundle(options.bundle));
  HILUM_ASSIGN(const runtime::Bundle bundle, runtime::Bundle::open(folder));
  retrieval::IndexSpec spec{options.kind, options.storage, 0, vector_source(bundle.manifest()),
                            options.vector};
  std::unique_ptr<retrieval::IndexBuilder> builder;
  if (options.append) {
    HILUM_ASSIGN(builder, retrieval::IndexBuilder::append(options.index));
    if (builder->spec().model != spec.model) {
      return Status(ErrorCode::kIndexInvalid, options.index + ": holds vectors of " + builder->spec().model +
                                                  ", the bundle is " + spec.model);
    }
    spec = builder->spec();
  }
  ModelOptions how;
  how.device = options.device;
  how.predictions_only = true;
  HILUM_ASSIGN(auto model, Model::open(bundle, how));
  HILUM_ASSIGN(Json provenance,
               make_provenance(index_info(), {{"vector", spec.vector}},
                               {{"bundle", bundle.identity()}, {"engine", model->engine()}}));
  IndexStage made;
  made.stage = stages::index_stage(std::move(model), spec.vector == "rows", std::move(provenance));
  made.writer = builder ? stages::index_writer(std::move(builder), options.reports)
                        : stages::new_index_writer(options.index, spec, options.reports);
  return made;
}

}  // namespace hilum
