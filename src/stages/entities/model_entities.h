// A RadGraph bundle as a reader of text: what it finds becomes the graph that the rules of `hilum::nlp` make
// without a model. Opened once, then immutable; cheap to copy.
#pragma once

#include <memory>
#include <string>

#include "hilum/json.h"
#include "hilum/status.h"

#include "nlp/entities/entities.h"
#include "runtime/models/entity_model.h"

namespace hilum::stages {

// In the mode sei-compat a report is cut into words as SEI does it, in the mode fixed as the bundle says.
class ModelEntities {
 public:
  // `bundle`: a name or a folder. As runtime::EntityModel::open; kBundleInvalid also for labels and relations
  // that RadGraph does not have.
  static Result<ModelEntities> open(const std::string& bundle, const runtime::ModelOptions& options,
                                    nlp::SeeMode mode);

  // On each thread that will call extract().
  void use_threads(int threads) const { model_->use_threads(threads); }

  // The graph is that of a DyGIE++ document with the same content. `roles` stays empty. kTooLarge,
  // kInferenceFailed.
  Result<nlp::ExtractedReport> extract(const std::string& text) const;

  // Bundle, engine and words.
  Json provenance() const;

 private:
  std::shared_ptr<const runtime::EntityModel> model_;
  std::string identity_;
  std::string words_;
};

}  // namespace hilum::stages
