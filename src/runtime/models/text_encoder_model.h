// Vectors of texts, by a bundle's text encoder: one for each token, one for the text. Opened once, then
// immutable: threads may share one, each calling `use_threads` first. Texts go in as UTF-8, white space is
// collapsed, what is behind the manifest's `max_tokens` is cut. They run in batches of texts of similar
// length; results are in the order of the texts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "hilum/bundle.h"
#include "hilum/status.h"

#include "runtime/models/model.h"
#include "runtime/models/text_rows.h"
#include "runtime/roles/text_encoding.h"

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

class TextEncoderModel : public TextRoles {
 public:
  // kBundleInvalid when the bundle has no text encoder or no `text_encoding`; else as Model::open.
  static Result<std::shared_ptr<const TextEncoderModel>> open(const Bundle& bundle,
                                                              const ModelOptions& options);
  // For texts in the space of the bundle's images. kBundleInvalid when the bundle has no text encoder or
  // pools otherwise than by the encoder's `global` vector (the default here), which alone is aligned.
  static Result<std::shared_ptr<const TextEncoderModel>> open_aligned(const Bundle& bundle,
                                                                      const ModelOptions& options);

  // kBundleInvalid for tensors of another shape, kInferenceFailed also for vectors that are no numbers.
  Result<std::vector<TokenVectors>> tokens(const std::vector<std::string>& texts) const;
  // One vector a text, pooled as the manifest says.
  Result<std::vector<TextVector>> pooled(const std::vector<std::string>& texts) const;
  // The ids alone, as `tokens` has them.
  Result<std::vector<std::vector<std::int64_t>>> ids(const std::vector<std::string>& texts) const;

  const TextEncodingSpec& spec() const { return spec_; }
  // Whether an id is the begin or the end token.
  bool marks_an_end(std::int64_t id) const;

 private:
  TextEncoderModel() = default;
  static Result<std::shared_ptr<const TextEncoderModel>> open_as(const Bundle& bundle,
                                                                 const ModelOptions& options,
                                                                 const char* does, TextEncodingSpec spec);
  Status fill_tokens(const Value& value, const std::vector<std::size_t>& batch, const TextRows& rows,
                     std::vector<TokenVectors>& out) const;
  Ids with_ends(const Ids& ids) const;

  TextEncodingSpec spec_;  // the manifest's, or the default of open_aligned
};

}  // namespace hilum::runtime
