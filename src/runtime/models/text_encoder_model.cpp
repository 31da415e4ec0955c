#include "runtime/models/text_encoder_model.h"

#include <algorithm>
#include <cmath>

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

bool TextEncoderModel::marks_an_end(std::int64_t id) const {
  return id == texts_.special.bos || id == texts_.special.eos;
}

Result<std::shared_ptr<const TextEncoderModel>> TextEncoderModel::open(const Bundle& bundle,
                                                                       const ModelOptions& options) {
  HILUM_RETURN_IF_ERROR(check_role(bundle, "text_encoder", "compare texts"));
  const auto* spec = bundle.manifest().part<TextEncodingSpec>();
  if (spec == nullptr) {
    return Status(ErrorCode::kBundleInvalid,
                  bundle.folder() +
                      ": the manifest has no 'text_encoding', which says how its text_encoder "
                      "compares texts");
  }
  return open_as(bundle, options, "compare texts", *spec);
}

Result<std::shared_ptr<const TextEncoderModel>> TextEncoderModel::open_aligned(const Bundle& bundle,
                                                                               const ModelOptions& options) {
  constexpr const char* kDoes = "look for images by words";
  HILUM_RETURN_IF_ERROR(check_role(bundle, "text_encoder", kDoes));
  TextEncodingSpec spec;
  spec.pooling = "global";
  if (const auto* said = bundle.manifest().part<TextEncodingSpec>()) spec = *said;
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
  std::shared_ptr<TextEncoderModel> model(new TextEncoderModel());
  HILUM_RETURN_IF_ERROR(model->TextRoles::open(bundle, "text_encoder", does, options.device));
  model->spec_ = std::move(spec);
  return std::shared_ptr<const TextEncoderModel>(std::move(model));
}

Ids TextEncoderModel::with_ends(const Ids& ids) const {
  Ids out = {texts_.special.bos};
  out.insert(out.end(), ids.begin(), ids.end());
  out.push_back(texts_.special.eos);
  return out;
}

Status TextEncoderModel::fill_tokens(const Value& value, const std::vector<std::size_t>& batch,
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
  HILUM_ASSIGN(const TextRows rows, text_rows(*texts_.tokenizer, texts, spec_.max_tokens));
  std::vector<TokenVectors> out(texts.size());
  for (const std::vector<std::size_t>& batch : row_batches(rows.ids)) {
    HILUM_ASSIGN(const auto output, texts_.run(picked(rows.ids, batch), 2));
    HILUM_RETURN_IF_ERROR(fill_tokens(output[0], batch, rows, out));
  }
  for (TokenVectors& text : out) {
    for (std::size_t t = 0; t < text.ids.size(); ++t)
      make_unit(text.vectors.data() + t * text.width, text.width);
  }
  return out;
}

Result<std::vector<TextVector>> TextEncoderModel::pooled(const std::vector<std::string>& texts) const {
  HILUM_ASSIGN(const TextRows rows, text_rows(*texts_.tokenizer, texts, spec_.max_tokens));
  std::vector<TextVector> out(texts.size());
  std::vector<TokenVectors> tokens(texts.size());
  for (const std::vector<std::size_t>& batch : row_batches(rows.ids)) {
    HILUM_ASSIGN(const auto output, texts_.run(picked(rows.ids, batch), 2));
    if (spec_.pooling == "global") {
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
      HILUM_RETURN_IF_ERROR(fill_tokens(output[0], batch, rows, tokens));
      const bool first = spec_.pooling == "first";
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
  HILUM_ASSIGN(const TextRows rows, text_rows(*texts_.tokenizer, texts, spec_.max_tokens));
  std::vector<std::vector<std::int64_t>> out;
  for (const Ids& row : rows.ids) out.push_back(with_ends(row));
  return out;
}

}  // namespace hilum::runtime
