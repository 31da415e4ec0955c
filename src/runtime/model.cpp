#include "hilum/runtime/model.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "hilum/core/text.h"

#include "runtime/conditioner_inputs.h"
#include "runtime/torch_engine.h"
#include "runtime/torch_session.h"
#include "runtime/torch_values.h"

namespace hilum::runtime {

struct Model::Parts {
  Manifest manifest;
  TorchEngine engine;
  std::optional<TorchScript> image_encoder, classifier, conditioner, decoder;
  std::shared_ptr<const Tokenizer> tokenizer;
};

namespace {

constexpr std::size_t kMaxTextBytes = 1u << 16;  // an indication has a few hundred

}  // namespace

Model::Model(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Model::~Model() = default;

Result<std::shared_ptr<const Model>> Model::open(const Bundle& bundle, const ModelOptions& options) {
  auto parts = std::make_unique<Parts>();
  parts->manifest = bundle.manifest();
  HILUM_ASSIGN(parts->engine, open_engine(bundle, options.device));
  if (parts->manifest.file_of_role("image_encoder") == nullptr) {
    return Status(ErrorCode::kBundleInvalid, bundle.folder() + ": the bundle has no image encoder");
  }
  const std::string& device = options.device;
  HILUM_RETURN_IF_ERROR(open_script(bundle, "image_encoder", device, {"forward"}, parts->image_encoder));
  HILUM_RETURN_IF_ERROR(open_script(bundle, "classifier", device, {"forward"}, parts->classifier));
  if (!options.predictions_only) {
    HILUM_RETURN_IF_ERROR(open_script(bundle, "conditioner", device, {"forward"}, parts->conditioner));
    HILUM_RETURN_IF_ERROR(open_script(bundle, "decoder", device, {"prefill", "step"}, parts->decoder));
  }
  if (parts->decoder) {
    HILUM_ASSIGN(parts->tokenizer, load_tokenizer(bundle));
  }
  return std::shared_ptr<const Model>(new Model(std::move(parts)));
}

bool Model::takes(const std::string& name) const {
  const auto& inputs = parts_->manifest.conditioner_inputs;
  return std::find(inputs.begin(), inputs.end(), name) != inputs.end();
}
const Manifest& Model::manifest() const { return parts_->manifest; }
const std::shared_ptr<const Tokenizer>& Model::tokenizer() const { return parts_->tokenizer; }
const std::string& Model::engine() const { return parts_->engine.name; }
void Model::use_threads(int threads) const { parts_->engine.table->set_threads(threads); }

Result<std::vector<std::int64_t>> Model::encode_text(const std::string& name, const std::string& text,
                                                     std::size_t& unknown_words, bool& cut) const {
  const std::string words = collapse_spaces(text);
  if (words.empty() || parts_->tokenizer == nullptr) return std::vector<std::int64_t>();
  TextInputSpec spec;
  if (const auto found = parts_->manifest.text_inputs.find(name);
      found != parts_->manifest.text_inputs.end()) {
    spec = found->second;
  }
  // The tokenizer need not see what is cut off anyway; a blank is a safe place to cut.
  const std::size_t stop = words.size() <= kMaxTextBytes ? words.size() : words.rfind(' ', kMaxTextBytes);
  HILUM_ASSIGN(const Encoded encoded,
               parts_->tokenizer->encode(words.substr(0, stop == std::string::npos ? 0 : stop)));
  unknown_words += encoded.unknown_words;
  const std::size_t room =
      static_cast<std::size_t>(spec.max_tokens) - spec.prefix.size() - spec.suffix.size();
  cut = cut || encoded.ids.size() > room || stop != words.size();
  std::vector<std::int64_t> ids(spec.prefix.begin(), spec.prefix.end());
  ids.insert(ids.end(), encoded.ids.begin(),
             encoded.ids.begin() + static_cast<std::ptrdiff_t>(std::min(room, encoded.ids.size())));
  ids.insert(ids.end(), spec.suffix.begin(), spec.suffix.end());
  return ids;
}

namespace {

// Every image of the batch through the encoder at once.
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
  images.patches = std::move(values[0]);
  images.global = std::move(values[1]);
  return images;
}

}  // namespace

Result<std::vector<std::vector<float>>> Model::vectors(const std::vector<const StudyInput*>& studies,
                                                       bool rows) const {
  std::vector<std::vector<float>> out(studies.size());
  if (studies.empty()) return out;
  HILUM_ASSIGN(const EncodedImages images, encode_images(*parts_->image_encoder, studies, false, false));
  HILUM_ASSIGN(const std::vector<float> global, images.global.numbers());
  std::vector<float> patches;
  if (rows) {
    HILUM_ASSIGN(patches, images.patches.numbers());
  }
  const std::size_t width = global.size() / studies.size();
  const std::size_t rest = patches.size() / studies.size();
  for (std::size_t s = 0; s < studies.size(); ++s) {
    const auto begin = global.begin() + static_cast<std::ptrdiff_t>(s * width);
    out[s].assign(begin, begin + static_cast<std::ptrdiff_t>(width));
    if (rows) {
      const auto first = patches.begin() + static_cast<std::ptrdiff_t>(s * rest);
      out[s].insert(out[s].end(), first, first + static_cast<std::ptrdiff_t>(rest));
      continue;
    }
    double norm = 0;
    for (const float v : out[s]) norm += static_cast<double>(v) * static_cast<double>(v);
    const auto scale = static_cast<float>(1.0 / std::sqrt(std::max(norm, 1e-24)));
    for (float& v : out[s]) v *= scale;
  }
  return out;
}

Result<std::vector<StudyOutput>> Model::run(const std::vector<const StudyInput*>& studies,
                                            const GenerateOptions& options) const {
  std::vector<StudyOutput> outputs(studies.size());
  if (studies.empty()) return outputs;
  const Parts& p = *parts_;
  HILUM_ASSIGN(EncodedImages images,
               encode_images(*p.image_encoder, studies, takes("views"), takes("prior_image")));
  if (p.classifier) {
    std::vector<std::int64_t> anchors;
    for (const auto& rows : images.rows) anchors.push_back(rows.front());
    HILUM_ASSIGN(const Value patches, images.patches.rows(anchors));
    HILUM_ASSIGN(const Value global, images.global.rows(anchors));
    HILUM_ASSIGN(const std::vector<Value> logits, p.classifier->call("forward", {&patches, &global}, 1));
    HILUM_ASSIGN(const std::vector<float> probabilities, logits[0].numbers(HILUM_TORCH_SIGMOID));
    const std::size_t labels = p.manifest.labels.size();
    if (probabilities.size() != labels * studies.size()) {
      return Status(ErrorCode::kBundleInvalid,
                    "classifier: not one number for each of " + std::to_string(labels) + " labels");
    }
    for (std::size_t s = 0; s < studies.size(); ++s) {
      const auto begin = probabilities.begin() + static_cast<std::ptrdiff_t>(s * labels);
      outputs[s].probabilities.assign(begin, begin + static_cast<std::ptrdiff_t>(labels));
    }
    HILUM_ASSIGN(images.predictions, p.classifier->floats({static_cast<std::int64_t>(studies.size()),
                                                           static_cast<std::int64_t>(labels)},
                                                          probabilities.data()));
  }
  std::map<std::vector<std::string>, std::vector<std::size_t>> groups;
  for (std::size_t s = 0; s < studies.size(); ++s) {
    if (!p.decoder) continue;
    outputs[s].inputs = present_inputs(*studies[s], p.manifest, p.classifier.has_value());
    groups[outputs[s].inputs].push_back(s);
  }
  for (const auto& [inputs, which] : groups) {
    HILUM_ASSIGN(const auto tensors, conditioner_tensors(*p.conditioner, images, studies, which, inputs));
    HILUM_ASSIGN(const Value named, p.conditioner->dictionary(tensors));
    HILUM_ASSIGN(const std::vector<Value> memory, p.conditioner->call("forward", {&named}, 2));
    HILUM_ASSIGN(const auto session, make_torch_session(*p.decoder, memory[0], memory[1], which.size()));
    DecodeRequest request;
    request.options = options.decode;
    request.bos = p.manifest.tokenizer->bos;
    request.eos = p.manifest.tokenizer->eos;
    request.constraints = options.constraints.get();
    request.attention = options.attention;
    for (const std::size_t s : which) request.seeds.push_back(studies[s]->seed);
    HILUM_ASSIGN(auto found, decode(*session, request));
    for (std::size_t i = 0; i < which.size(); ++i) outputs[which[i]].hypotheses = std::move(found[i]);
    if (options.samples < 1) continue;
    request.options.strategy = Strategy::kSample;
    request.samples = options.samples;
    request.attention = false;
    HILUM_ASSIGN(auto drawn, decode(*session, request));
    for (std::size_t i = 0; i < which.size(); ++i) outputs[which[i]].samples = std::move(drawn[i]);
  }
  return outputs;
}

}  // namespace hilum::runtime
