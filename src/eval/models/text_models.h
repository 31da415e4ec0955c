// The models of bundles that `evaluate` may use in place of rules or as an encoder of its own: a report
// labeler (CheXbert), a text encoder (BERTScore, text similarity) and a sentence labeler (SRR-BERT).
// Immutable once opened; use from one thread.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hilum/status.h"

#include "eval/structured/lunguage.h"
#include "runtime/models/report_models.h"
#include "runtime/models/text_models.h"

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

// Vectors of texts that were added, each encoded once. A text is taken without blanks around it.
class TextVectors {
 public:
  explicit TextVectors(std::shared_ptr<const runtime::TextEncoderModel> model) : model_(std::move(model)) {}
  Status add(const std::vector<std::string>& texts);
  // Of two added texts; negative values stay. 1 for equal texts.
  double cosine(const std::string& a, const std::string& b) const;
  std::size_t cut() const { return cut_; }

 private:
  std::shared_ptr<const runtime::TextEncoderModel> model_;
  std::map<std::string, std::vector<float>> vectors_;
  std::size_t cut_ = 0;
};

// The text similarity of a run, as LunguageScore and RaTEScore use it: a rule, or the encoder of a bundle,
// which then encodes every text once.
class SimilaritySource {
 public:
  SimilaritySource(TextSimilarity rule) : kind_(rule) {}  // NOLINT: a rule is a source
  // kUsage when `kind` needs an encoder and `models` (may be null) has none.
  static Result<SimilaritySource> make(TextSimilarity kind, const TextModels* models);

  // Makes ready for these texts; nothing to do for a rule. kInferenceFailed.
  Status add(const std::vector<std::string>& texts);
  // Compares texts that were added; must not outlive this.
  TextComparer comparer() const;

  std::string name() const { return std::string(text_similarity_name(kind_)); }
  // "text similarity by rule", or "text similarity: cosine of …, mean of tokens".
  std::string words() const;
  std::size_t cut() const { return vectors_ ? vectors_->cut() : 0; }

 private:
  TextSimilarity kind_;
  SourcedModel<runtime::TextEncoderModel> encoder_;
  std::shared_ptr<TextVectors> vectors_;
};

}  // namespace hilum::eval
