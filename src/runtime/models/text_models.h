// Models of a bundle that compare or sort short texts: a text encoder (one vector for each token, one for the
// text) and a sentence labeler (SRR-BERT). Opened once, then immutable: threads may share one, each calling
// `use_threads` first. Texts go in as UTF-8, white space is collapsed, what is behind the manifest's
// `max_tokens` is cut. They run in batches of texts of similar length; results are in the order of the texts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "hilum/bundle.h"
#include "hilum/status.h"

#include "runtime/models/model.h"

namespace hilum::runtime {

struct TokenVectors {
  std::vector<std::int64_t> ids;  // begin token, the text's, end token
  std::size_t width = 0;
  std::vector<float> vectors;  // [ids, width], each of length 1 (all zeros stay so)
  bool cut = false;
};

struct TextVector {
  std::vector<float> vector;  // of length 1 (all zeros stay so)
  bool cut = false;
};

class TextEncoderModel {
 public:
  // kBundleInvalid when the bundle has no text encoder or no `text_encoding`; else as Model::open.
  static Result<std::shared_ptr<const TextEncoderModel>> open(const Bundle& bundle,
                                                              const ModelOptions& options);
  // For texts in the space of the bundle's images. kBundleInvalid when the bundle has no text encoder or
  // pools otherwise than by the encoder's `global` vector (the default here), which alone is aligned.
  static Result<std::shared_ptr<const TextEncoderModel>> open_aligned(const Bundle& bundle,
                                                                      const ModelOptions& options);
  ~TextEncoderModel();

  // kBundleInvalid for tensors of another shape, kInferenceFailed also for vectors that are no numbers.
  Result<std::vector<TokenVectors>> tokens(const std::vector<std::string>& texts) const;
  // One vector a text, pooled as the manifest says.
  Result<std::vector<TextVector>> pooled(const std::vector<std::string>& texts) const;
  // The ids alone, as `tokens` has them.
  Result<std::vector<std::vector<std::int64_t>>> ids(const std::vector<std::string>& texts) const;

  const TextEncodingSpec& spec() const;
  // Whether an id is the begin or the end token.
  bool marks_an_end(std::int64_t id) const;
  const std::string& engine() const;
  void use_threads(int threads) const;

 private:
  struct Parts;
  static Result<std::shared_ptr<const TextEncoderModel>> open_as(const Bundle& bundle,
                                                                 const ModelOptions& options,
                                                                 const char* does, TextEncodingSpec spec);
  explicit TextEncoderModel(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

struct SentenceLabels {
  std::vector<std::size_t> labels;  // indices into SentenceLabelSpec::labels, ascending
  bool cut = false;
};

class SentenceLabelModel {
 public:
  // kBundleInvalid when the bundle has no sentence labeler; else as Model::open.
  static Result<std::shared_ptr<const SentenceLabelModel>> open(const Bundle& bundle,
                                                                const ModelOptions& options);
  ~SentenceLabelModel();

  Result<std::vector<SentenceLabels>> run(const std::vector<std::string>& sentences) const;

  const SentenceLabelSpec& spec() const;
  const std::string& engine() const;
  void use_threads(int threads) const;

 private:
  struct Parts;
  explicit SentenceLabelModel(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace hilum::runtime
