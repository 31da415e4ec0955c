// The models of bundles that `evaluate` may use in place of rules or as an encoder of its own: a report
// labeler (CheXbert), a text encoder (BERTScore, text similarity) and a sentence labeler (SRR-BERT).
// Immutable once opened; use from one thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hilum/status.h"

#include "runtime/models/report_label_model.h"
#include "runtime/models/sentence_label_model.h"
#include "runtime/models/text_encoder_model.h"

namespace hilum::eval {

// The bundle a model came from.
struct ModelSource {
  std::string name, version, identity;  // identity: "name@sha256:…" of its manifest
  std::string engine;
  // "name 1 sha256:0123456789ab": the first twelve digits.
  std::string short_name() const;
};

template <typename Model>
struct SourcedModel {
  std::shared_ptr<const Model> model;  // null: no bundle has one
  ModelSource source;
  explicit operator bool() const { return model != nullptr; }
};

struct TextModels {
  SourcedModel<runtime::ReportLabelModel> labeler;
  SourcedModel<runtime::TextEncoderModel> encoder;
  SourcedModel<runtime::SentenceLabelModel> sentences;

  // Opens what the bundles (names or folders) have. kUsage when two have the same role; kBundleInvalid when
  // one has none of them; else as Model::open.
  static Result<TextModels> open(const std::vector<std::string>& bundles,
                                 const runtime::ModelOptions& options, int threads);

  // ("report_labeler", "name@sha256:…, LibTorch …") of each model, for the stamp.
  std::vector<std::pair<std::string, std::string>> stamp() const;
};

// "; 3 texts cut at 512 tokens", or "" when none was.
std::string cut_words(std::size_t cut, int max_tokens);

}  // namespace hilum::eval
