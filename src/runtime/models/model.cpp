#include "runtime/models/model.h"

#include "runtime/engine/torch_session.h"
#include "runtime/models/conditioner_inputs.h"
#include "runtime/models/parts.h"

namespace hilum::runtime {

TorchModel::TorchModel(std::unique_ptr<ModelParts> parts) : parts_(std::move(parts)) {}
TorchModel::~TorchModel() = default;

Result<std::shared_ptr<const TorchModel>> TorchModel::open(const Bundle& bundle,
                                                           const ModelOptions& options) {
  auto parts = std::make_unique<ModelParts>();
  HILUM_RETURN_IF_ERROR(parts->open(bundle, options));
  return std::shared_ptr<const TorchModel>(new TorchModel(std::move(parts)));
}

const Manifest& TorchModel::manifest() const { return parts_->manifest(); }
const std::shared_ptr<const Tokenizer>& TorchModel::tokenizer() const { return parts_->tokenizer; }
const std::string& TorchModel::engine() const { return parts_->engine(); }
void TorchModel::use_threads(int threads) const { parts_->use_threads(threads); }

Result<std::vector<std::vector<float>>> TorchModel::vectors(const std::vector<const StudyInput*>& studies,
                                                            bool rows) const {
  std::vector<std::vector<float>> out(studies.size());
  if (studies.empty()) return out;
  HILUM_ASSIGN(const EncodedImages images, encode_images(*parts_->image_encoder, studies, false, false));
  if (!rows) return case_vectors(*parts_, images);
  HILUM_ASSIGN(const std::vector<float> global, images.global.numbers());
  HILUM_ASSIGN(const std::vector<float> patches, images.patches.numbers());
  const auto width = static_cast<std::ptrdiff_t>(global.size() / studies.size());
  const auto rest = static_cast<std::ptrdiff_t>(patches.size() / studies.size());
  for (std::size_t s = 0; s < studies.size(); ++s) {
    const auto at = static_cast<std::ptrdiff_t>(s);
    out[s].assign(global.begin() + at * width, global.begin() + (at + 1) * width);
    out[s].insert(out[s].end(), patches.begin() + at * rest, patches.begin() + (at + 1) * rest);
  }
  return out;
}

Result<std::vector<StudyOutput>> TorchModel::run(const std::vector<const StudyInput*>& studies,
                                                 const ModelRequest& wanted) const {
  std::vector<StudyOutput> outputs(studies.size());
  if (studies.empty()) return outputs;
  const ModelParts& p = *parts_;
  HILUM_ASSIGN(EncodedImages images,
               encode_images(*p.image_encoder, studies, takes("views"), takes("prior_image")));
  if (p.classifier) {
    HILUM_ASSIGN(const Classified classified, classify(p, images));
    const std::size_t labels = p.manifest().labels.size();
    for (std::size_t s = 0; s < studies.size(); ++s) {
      const auto begin = classified.probabilities.begin() + static_cast<std::ptrdiff_t>(s * labels);
      outputs[s].probabilities.assign(begin, begin + static_cast<std::ptrdiff_t>(labels));
    }
  }
  if (wanted.similar && p.decoder && takes("similar_ids")) {
    HILUM_ASSIGN(const auto vectors, case_vectors(p, images));
    HILUM_RETURN_IF_ERROR(wanted.similar(vectors, images.similar));
  }
  for (const auto& [inputs, which] : groups_of(p, images, studies)) {
    for (const std::size_t s : which) outputs[s].inputs = inputs;
    HILUM_ASSIGN(const Memory memory, condition(p, images, studies, which, inputs));
    HILUM_ASSIGN(const auto session, make_torch_session(*p.decoder, memory.rows, memory.mask, which.size()));
    DecodeRequest request = request_for(p, studies, which, wanted.decode);
    request.constraints = wanted.constraints.get();
    request.attention = wanted.attention;
    HILUM_ASSIGN(auto found, decode(*session, request));
    for (std::size_t i = 0; i < which.size(); ++i) outputs[which[i]].hypotheses = std::move(found[i]);
    if (wanted.samples < 1) continue;
    request.options.strategy = Strategy::kSample;
    request.samples = wanted.samples;
    request.attention = false;
    HILUM_ASSIGN(auto drawn, decode(*session, request));
    for (std::size_t i = 0; i < which.size(); ++i) outputs[which[i]].samples = std::move(drawn[i]);
  }
  return outputs;
}

}  // namespace hilum::runtime

namespace hilum {

Result<std::shared_ptr<const Model>> Model::open(const runtime::Bundle& bundle, const ModelOptions& options) {
  HILUM_ASSIGN(std::shared_ptr<const Model> model, runtime::TorchModel::open(bundle, options));
  return model;
}

}  // namespace hilum
