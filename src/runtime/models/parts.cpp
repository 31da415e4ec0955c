#include "runtime/models/parts.h"

#include <algorithm>
#include <cmath>

#include "runtime/tokenizers/tokenizer.h"

namespace hilum::runtime {

Status ModelParts::open(const Bundle& bundle, const ModelOptions& options) {
  HILUM_RETURN_IF_ERROR(OpenedBundle::open(bundle, options.device));
  if (manifest().file_of_role("image_encoder") == nullptr)
    return {ErrorCode::kBundleInvalid, bundle.folder() + ": the bundle has no image encoder"};
  HILUM_RETURN_IF_ERROR(open_role(bundle, "image_encoder", image_encoder));
  HILUM_RETURN_IF_ERROR(open_role(bundle, "classifier", classifier));
  HILUM_RETURN_IF_ERROR(open_role(bundle, "aligner", aligner));
  if (options.predictions_only) return Status::ok();
  HILUM_RETURN_IF_ERROR(open_role(bundle, "conditioner", conditioner));
  HILUM_RETURN_IF_ERROR(open_role(bundle, "decoder", decoder));
  if (decoder) {
    HILUM_ASSIGN(tokenizer, load_tokenizer(bundle));
  }
  return Status::ok();
}

Result<EncodedImages> encode_images(const TorchScript& encoder, const std::vector<const StudyInput*>& studies,
                                    bool views, bool prior) {
  EncodedImages images;
  std::vector<const ModelInput*> all;
  for (const StudyInput* study : studies) {
    if (study->images.empty()) return Status(ErrorCode::kInternal, "a study without an image");
    auto& rows = images.rows.emplace_back();
    const std::size_t used = views ? study->images.size() : 1;
    for (std::size_t i = 0; i < used; ++i) {
      rows.push_back(static_cast<std::int64_t>(all.size()));
      all.push_back(&study->images[i]);
    }
    const bool has_prior = prior && study->prior_image;
    images.prior_rows.push_back(has_prior ? static_cast<std::int64_t>(all.size()) : -1);
    if (has_prior) all.push_back(&*study->prior_image);
  }
  const ModelInput& first = *all.front();
  std::vector<float> pixels;
  pixels.reserve(all.size() * first.values.size());
  for (const ModelInput* image : all) {
    if (image->channels != first.channels || image->height != first.height || image->width != first.width) {
      return Status(ErrorCode::kBundleInvalid, "the bundle's preprocessing leaves images of different sizes");
    }
    pixels.insert(pixels.end(), image->values.begin(), image->values.end());
  }
  HILUM_ASSIGN(const Value batch, encoder.floats({static_cast<std::int64_t>(all.size()), first.channels,
                                                  first.height, first.width},
                                                 pixels.data()));
  HILUM_ASSIGN(std::vector<Value> values, encoder.call("forward", {&batch}, 2));
  for (const StudyInput* study : studies) images.similar.push_back(study->similar_ids);
  images.patches = std::move(values[0]);
  images.global = std::move(values[1]);
  return images;
}

namespace {

std::vector<std::int64_t> anchor_rows(const EncodedImages& images) {
  std::vector<std::int64_t> anchors;
  for (const auto& rows : images.rows) anchors.push_back(rows.front());
  return anchors;
}

}  // namespace

Result<Value> aligned(const ModelParts& parts, const EncodedImages& images) {
  const std::vector<std::int64_t> anchors = anchor_rows(images);
  HILUM_ASSIGN(const Value patches, images.patches.rows(anchors));
  HILUM_ASSIGN(const Value global, images.global.rows(anchors));
  HILUM_ASSIGN(std::vector<Value> values, parts.aligner->call("forward", {&patches, &global}, 1));
  return std::move(values[0]);
}

Result<std::vector<std::vector<float>>> case_vectors(const ModelParts& parts, const EncodedImages& images) {
  const std::vector<std::int64_t> anchors = anchor_rows(images);
  auto compared = parts.aligner ? aligned(parts, images) : images.global.rows(anchors);
  HILUM_ASSIGN(const Value vectors, std::move(compared));
  HILUM_ASSIGN(const auto shape, vectors.shape());
  if (shape.size() != 2 || shape[0] != static_cast<std::int64_t>(anchors.size()) || shape[1] < 1)
    return Status(ErrorCode::kBundleInvalid, "not one vector for each image");
  HILUM_ASSIGN(const std::vector<float> numbers, vectors.numbers());
  std::vector<std::vector<float>> out;
  for (std::size_t s = 0; s < anchors.size(); ++s) {
    const auto begin = numbers.begin() + static_cast<std::ptrdiff_t>(s) * shape[1];
    std::vector<float>& vector = out.emplace_back(begin, begin + shape[1]);
    double norm = 0;
    for (const float v : vector) norm += static_cast<double>(v) * static_cast<double>(v);
    const auto scale = static_cast<float>(1.0 / std::sqrt(std::max(norm, 1e-24)));
    for (float& v : vector) v *= scale;
  }
  return out;
}

Result<Classified> classify(const ModelParts& parts, EncodedImages& images) {
  const std::vector<std::int64_t> anchors = anchor_rows(images);
  HILUM_ASSIGN(const Value patches, images.patches.rows(anchors));
  HILUM_ASSIGN(const Value global, images.global.rows(anchors));
  HILUM_ASSIGN(std::vector<Value> logits, parts.classifier->call("forward", {&patches, &global}, 1));
  Classified out;
  out.logits = std::move(logits[0]);
  HILUM_ASSIGN(out.probabilities, out.logits.numbers(HILUM_TORCH_SIGMOID));
  const std::size_t labels = parts.manifest().labels.size();
  if (out.probabilities.size() != labels * anchors.size()) {
    return Status(ErrorCode::kBundleInvalid,
                  "classifier: not one number for each of " + std::to_string(labels) + " labels");
  }
  HILUM_ASSIGN(images.predictions, parts.classifier->floats({static_cast<std::int64_t>(anchors.size()),
                                                             static_cast<std::int64_t>(labels)},
                                                            out.probabilities.data()));
  return out;
}

StudyGroups groups_of(const ModelParts& parts, const EncodedImages& images,
                      const std::vector<const StudyInput*>& studies) {
  StudyGroups groups;
  if (!parts.decoder) return groups;
  for (std::size_t s = 0; s < studies.size(); ++s)
    groups[present_inputs(*studies[s], {!images.similar[s].empty(), parts.classifier.has_value()},
                          parts.manifest())]
        .push_back(s);
  return groups;
}

Result<Memory> condition(const ModelParts& parts, const EncodedImages& images,
                         const std::vector<const StudyInput*>& studies, const std::vector<std::size_t>& which,
                         const std::vector<std::string>& inputs) {
  HILUM_ASSIGN(const auto tensors, conditioner_tensors({*parts.conditioner, images, studies, which}, inputs));
  HILUM_ASSIGN(const Value named, parts.conditioner->dictionary(tensors));
  HILUM_ASSIGN(std::vector<Value> made, parts.conditioner->call("forward", {&named}, 2));
  return Memory{std::move(made[0]), std::move(made[1])};
}

DecodeRequest request_for(const ModelParts& parts, const std::vector<const StudyInput*>& studies,
                          const std::vector<std::size_t>& which, const DecodeOptions& options) {
  DecodeRequest request;
  request.options = options;
  request.bos = parts.manifest().part<TokenizerSpec>()->bos;
  request.eos = parts.manifest().part<TokenizerSpec>()->eos;
  for (const std::size_t s : which) request.seeds.push_back(studies[s]->seed);
  return request;
}

}  // namespace hilum::runtime
