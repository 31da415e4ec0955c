// A bundle's models of report text as stages: what they find becomes the graphs and labels that the rules of
// `hilum::nlp` make without a model. Opened once, then immutable; use from one thread, or call `use_threads`
// on each.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hilum/json.h"
#include "hilum/status.h"

#include "nlp/entities/entities.h"
#include "nlp/labels/labels.h"
#include "runtime/models/report_models.h"

namespace hilum {

// RadGraph. In the mode sei-compat a report is cut into words as SEI does it, in the mode fixed as the bundle
// says.
class ModelEntities {
 public:
  // `bundle`: a name or a folder. As runtime::EntityModel::open; kBundleInvalid also for labels and relations
  // that RadGraph does not have.
  static Result<ModelEntities> open(const std::string& bundle, const runtime::ModelOptions& options,
                                    int threads, nlp::SeeMode mode);

  // The graph is that of a DyGIE++ document with the same content. `roles` stays empty. kTooLarge,
  // kInferenceFailed.
  Result<nlp::ExtractedReport> extract(const std::string& text) const;

  // Bundle and engine, for add_provenance().
  Json provenance() const;

 private:
  std::shared_ptr<const runtime::EntityModel> model_;
  std::string identity_;
  std::string words_;
};

// CheXbert.
class ModelLabels {
 public:
  static Result<ModelLabels> open(const std::string& bundle, const runtime::ModelOptions& options,
                                  int threads);

  // {"Cardiomegaly":"positive",…} in the bundle's order. `cut` is set when the model did not see all of the
  // text.
  Result<Json> label(const std::string& text, nlp::UncertainPolicy policy, bool& cut) const;

  Json provenance() const;

 private:
  std::shared_ptr<const runtime::ReportLabelModel> model_;
  std::string identity_;
};

}  // namespace hilum
