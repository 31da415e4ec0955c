#include "runtime/models/text_models.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "runtime/models/text_rows.h"

namespace hilum::runtime {
namespace {

void make_unit(float* vector, std::size_t width) {
  double squares = 0;
  for (std::size_t d = 0; d < width; ++d)
    squares += static_cast<double>(vector[d]) * static_cast<double>(vector[d]);
  if (squares <= 0) return;
  const auto factor = static_cast<float>(1.0 / std::sqrt(squares));
  for (std::size_t d = 0; d < width; ++d) vector[d] *= factor;
}

}  // namespace

struct TextEncoderModel::Parts {
  TextEncodingSpec spec;
  TextScript encoder;

  Status fill_tokens(const Value& value, const std::vector<std::size_t>& batch, const TextRows& rows,
                     std::vector<TokenVectors>& out) const;
  Ids with_ends(const Ids& ids) const;
};

TextEncoderModel::TextEncoderModel(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
TextEncoderModel::~TextEncoderModel() = default;
const TextEncodingSpec& TextEncoderModel::spec() const { return parts_->spec; }
const std::string& TextEncoderModel::engine() const { return parts_->encoder.engine.name; }
void TextEncoderModel::use_threads(int threads) const { parts_->encoder.engine.table->set_threads(threads); }
bool TextEncoderModel::marks_an_end(std::int64_t id) const {
  return id == parts_->encoder.special.bos || id == parts_->encoder.special.eos;
}

Result<std::shared_ptr<const TextEncoderModel>> TextEncoderModel::open(const Bundle& bundle,
                                                                       const ModelOptions& options) {
  HILUM_RETURN_IF_ERROR(check_role(bundle, "text_encoder", "compare texts"));
  if (!bundle.manifest().text_encoding) {
    return Status(ErrorCode::kBundleInvalid,
                  bundle.folder() +
                      ": the manifest has no 'text_encoding', which says how its text_encoder "
                      "compares texts");
  }
  return open_as(bundle, options, "compare texts", *bundle.manifest().text_encoding);
}

Result<std::shared_ptr<const TextEncoderModel>> TextEncoderModel::open_aligned(const Bundle& bundle,
                                                                               const ModelOptions& options) {
  constexpr const char* kDoes = "look for images by words";
  HILUM_RETURN_IF_ERROR(check_role(bundle, "text_encoder", kDoes));
  TextEncodingSpec spec;
  spec.pooling = "global";
  if (bundle.manifest().text_encoding) spec = *bundle.manifest().text_encoding;
  if (spec.pooling != "global") {
    return Status(ErrorCode::kBundleInvalid, bundle.folder() +
                                                 ": its text_encoder compares texts with each other "
                                                 "(text_encoding.pooling '" +
                                                 spec.pooling + "'), not with images, which takes 'global'");
  }
  return open_as(bundle, options, kDoes, std::move(spec));
}

Result<std::shared_ptr<const TextEncoderModel>> TextEncoderModel::open_as(const Bundle& bundle,
                                                                          const ModelOptions& options,
                                                                          const char* does,
                                                                          TextEncodingSpec spec) {
  auto parts = std::make_unique<Parts>();
  HILUM_RETURN_IF_ERROR(parts->encoder.open(bundle, "text_encoder", does, options.device));
  parts->spec = std::move(spec);
  return std::shared_ptr<const TextEncoderModel>(new TextEncoderModel(std::move(parts)));
}

Ids TextEncoderModel::Parts::with_ends(const Ids& ids) const {
  Ids out = {encoder.special.bos};
  out.insert(out.end(), ids.begin(), ids.end());
  out.push_back(encoder.special.eos);
  return out;
}

Status TextEncoderModel::Parts::fill_tokens(const Value& value, const std::vector<std::size_t>& batch,
                                            const TextRows& rows, std::vector<TokenVectors>& out) const {
  HILUM_ASSIGN(const auto shape, value.shape());
  if (shape.size() != 3 || shape[2] < 1)
    return {ErrorCode::kBundleInvalid, "text_encoder: not one vector for each token"};
  const auto width = static_cast<std::size_t>(shape[2]);
  const std::size_t length = rows.ids[batch.back()].size() + 2;  // row_batches puts the longest last
  HILUM_ASSIGN(const std::vector<float> numbers,
               numbers_of(value, {batch.size(), length, width}, "text_encoder: the token vectors"));
  for (std::size_t r = 0; r < batch.size(); ++r) {
    TokenVectors& text = out[batch[r]];
    text.ids = with_ends(rows.ids[batch[r]]);
    text.width = width;
    text.cut = rows.cut[batch[r]];
    const auto begin = numbers.begin() + static_cast<std::ptrdiff_t>(r * length * width);
    text.vectors.assign(begin, begin + static_cast<std::ptrdiff_t>(text.ids.size() * width));
  }
  return Status::ok();
}

Result<std::vector<TokenVectors>> TextEncoderModel::tokens(const std::vector<std::string>& texts) const {
  HILUM_ASSIGN(const TextRows rows, text_rows(*parts_->encoder.tokenizer, texts, parts_->spec.max_tokens));
  std::vector<TokenVectors> out(texts.size());
  for (const std::vector<std::size_t>& batch : row_batches(rows.ids)) {
    HILUM_ASSIGN(const auto output, parts_->encoder.run(picked(rows.ids, batch), 2));
    HILUM_RETURN_IF_ERROR(parts_->fill_tokens(output[0], batch, rows, out));
  }
  for (TokenVectors& text : out) {
    for (std::size_t t = 0; t < text.ids.size(); ++t)
      make_unit(text.vectors.data() + t * text.width, text.width);
  }
  return out;
}

Result<std::vector<TextVector>> TextEncoderModel::pooled(const std::vector<std::string>& texts) const {
  HILUM_ASSIGN(const TextRows rows, text_rows(*parts_->encoder.tokenizer, texts, parts_->spec.max_tokens));
  std::vector<TextVector> out(texts.size());
  std::vector<TokenVectors> tokens(texts.size());
  for (const std::vector<std::size_t>& batch : row_batches(rows.ids)) {
    HILUM_ASSIGN(const auto output, parts_->encoder.run(picked(rows.ids, batch), 2));
    if (parts_->spec.pooling == "global") {
      HILUM_ASSIGN(const auto shape, output[1].shape());
      if (shape.size() != 2 || shape[1] < 1)
        return Status(ErrorCode::kBundleInvalid, "text_encoder: not one global vector for each text");
      const auto width = static_cast<std::size_t>(shape[1]);
      HILUM_ASSIGN(const auto numbers,
                   numbers_of(output[1], {batch.size(), width}, "text_encoder: the global vectors"));
      for (std::size_t r = 0; r < batch.size(); ++r) {
        const auto begin = numbers.begin() + static_cast<std::ptrdiff_t>(r * width);
        out[batch[r]].vector.assign(begin, begin + static_cast<std::ptrdiff_t>(width));
      }
    } else {
      HILUM_RETURN_IF_ERROR(parts_->fill_tokens(output[0], batch, rows, tokens));
      const bool first = parts_->spec.pooling == "first";
      for (const std::size_t text : batch) {
        TokenVectors& from = tokens[text];
        std::vector<float>& sum = out[text].vector;
        sum.assign(from.width, 0.0F);  // its length does not matter: it is made 1
        for (std::size_t t = 0; t < (first ? 1 : from.ids.size()); ++t)
          for (std::size_t d = 0; d < from.width; ++d) sum[d] += from.vectors[t * from.width + d];
        from.vectors = {};
      }
    }
    for (const std::size_t text : batch) {
      out[text].cut = rows.cut[text];
      make_unit(out[text].vector.data(), out[text].vector.size());
    }
  }
  return out;
}

Result<std::vector<std::vector<std::int64_t>>> TextEncoderModel::ids(
    const std::vector<std::string>& texts) const {
  HILUM_ASSIGN(const TextRows rows, text_rows(*parts_->encoder.tokenizer, texts, parts_->spec.max_tokens));
  std::vector<std::vector<std::int64_t>> out;
  for (const Ids& row : rows.ids) out.push_back(parts_->with_ends(row));
  return out;
}

struct SentenceLabelModel::Parts {
  SentenceLabelSpec spec;
  TextScript labeler;
};

SentenceLabelModel::SentenceLabelModel(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
SentenceLabelModel::~SentenceLabelModel() = default;
const SentenceLabelSpec& SentenceLabelModel::spec() const { return parts_->spec; }
const std::string& SentenceLabelModel::engine() const { return parts_->labeler.engine.name; }
void SentenceLabelModel::use_threads(int threads) const {
  parts_->labeler.engine.table->set_threads(threads);
}

Result<std::shared_ptr<const SentenceLabelModel>> SentenceLabelModel::open(const Bundle& bundle,
                                                                           const ModelOptions& options) {
  auto parts = std::make_unique<Parts>();
  HILUM_RETURN_IF_ERROR(parts->labeler.open(bundle, "sentence_labeler", "label sentences", options.device));
  parts->spec = *bundle.manifest().sentence_labels;
  return std::shared_ptr<const SentenceLabelModel>(new SentenceLabelModel(std::move(parts)));
}

Result<std::vector<SentenceLabels>> SentenceLabelModel::run(const std::vector<std::string>& sentences) const {
  const SentenceLabelSpec& spec = parts_->spec;
  HILUM_ASSIGN(const TextScores said, text_scores(parts_->labeler, sentences, spec.max_tokens,
                                                  spec.labels.size(), "sentence_labeler: the scores"));
  std::vector<SentenceLabels> out(sentences.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i].cut = said.cut[i];
    for (std::size_t l = 0; l < spec.labels.size(); ++l) {
      const auto score = static_cast<double>(said.scores[i][l]);
      if (1.0 / (1.0 + std::exp(-score)) > spec.threshold) out[i].labels.push_back(l);
    }
  }
  return out;
}

}  // namespace hilum::runtime
