// How alike two short texts are: a rule, or the cosine of an encoder's vectors. LunguageScore and RaTEScore
// compare with it where no vectors are stored. Vectors are encoded once a text. Not thread-safe while texts
// are added; read-only use is.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hilum/status.h"

#include "eval/input/text_models.h"

namespace hilum::eval {

// kExact and kJaccard (of the word sets) after lower-casing and trimming; kEncoder: cosine of an encoder's
// vectors of the trimmed texts.
enum class TextSimilarity { kExact, kJaccard, kEncoder };
Result<TextSimilarity> text_similarity_from_name(std::string_view name);
std::string_view text_similarity_name(TextSimilarity kind);

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

// A rule, or vectors that outlive the comparer and hold all texts it will see (see lunguage_texts).
struct TextComparer {
  TextComparer(TextSimilarity rule) : kind(rule) {}  // NOLINT: a rule is a comparer
  explicit TextComparer(const TextVectors& encoded) : kind(TextSimilarity::kEncoder), vectors(&encoded) {}
  TextSimilarity kind;
  const TextVectors* vectors = nullptr;
};
// 0 for kEncoder without vectors, or without the vector of a text.
double text_similarity(const TextComparer& comparer, std::string_view a, std::string_view b);

// The text similarity of a run, as LunguageScore and RaTEScore use it: a rule, or the encoder of a bundle,
// which then encodes every text once.
class SimilaritySource {
 public:
  SimilaritySource(TextSimilarity rule) : kind_(rule) {}  // NOLINT: a rule is a source
  // kUsage when `kind` needs an encoder and `models` has none.
  static Result<SimilaritySource> make(TextSimilarity kind, const TextModels& models);

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
