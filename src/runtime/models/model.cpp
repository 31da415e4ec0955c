#include "runtime/models/model.h"

#include <algorithm>

#include "core/text/text.h"
#include "runtime/engine/torch_session.h"
#include "runtime/models/conditioner_inputs.h"
#include "runtime/models/parts.h"

namespace hilum::runtime {
namespace {

constexpr std::size_t kMaxTextBytes = 1u << 16;  // an indication has a few hundred

}  // namespace

Model::Model(std::unique_ptr<ModelParts> parts) : parts_(std::move(parts)) {}
Model::~Model() = default;

Result<std::shared_ptr<const Model>> Model::open(const Bundle& bundle, const ModelOptions& options) {
  auto parts = std::make_unique<ModelParts>();
  parts->manifest = bundle.manifest();
  HILUM_ASSIGN(parts->engine, open_engine(bundle, options.device));
  if (parts->manifest.file_of_role("image_encoder") == nullptr) {
    return Status(ErrorCode::kBundleInvalid, bundle.folder() + ": the bundle has no image encoder");
  }
  const std::string& device = options.device;
  HILUM_RETURN_IF_ERROR(open_script(bundle, "image_encoder", device, {"forward"}, parts->image_encoder));
  HILUM_RETURN_IF_ERROR(open_script(bundle, "classifier", device, {"forward"}, parts->classifier));
  HILUM_RETURN_IF_ERROR(open_script(bundle, "aligner", device, {"forward"}, parts->aligner));
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

namespace {

const TextInputSpec& spec_of(const Manifest& manifest, const std::string& name) {
  static const TextInputSpec plain;
  const auto found = manifest.text_inputs.find(name);
  return found == manifest.text_inputs.end() ? plain : found->second;
}

// Prefix, the ids of the parts with the separator between them, cut to what is allowed, suffix.
Result<std::vector<std::int64_t>> encode_parts(const Tokenizer& tokenizer, const TextInputSpec& spec,
                                               const std::vector<std::string>& parts,
                                               std::size_t& unknown_words, bool& cut) {
  const std::size_t room =
      static_cast<std::size_t>(spec.max_tokens) - spec.prefix.size() - spec.suffix.size();
  std::vector<std::int64_t> words;
  for (std::size_t i = 0; i < parts.size() && words.size() <= room; ++i) {
    const std::string& part = parts[i];
    // The tokenizer need not see what is cut off anyway; a blank is a safe place to cut.
    const std::size_t stop = part.size() <= kMaxTextBytes ? part.size() : part.rfind(' ', kMaxTextBytes);
    HILUM_ASSIGN(const Encoded encoded,
                 tokenizer.encode(part.substr(0, stop == std::string::npos ? 0 : stop)));
    unknown_words += encoded.unknown_words;
    cut = cut || stop != part.size();
    if (i > 0) words.insert(words.end(), spec.separator.begin(), spec.separator.end());
    words.insert(words.end(), encoded.ids.begin(), encoded.ids.end());
  }
  cut = cut || words.size() > room;
  words.resize(std::min(room, words.size()));
  std::vector<std::int64_t> ids(spec.prefix.begin(), spec.prefix.end());
  ids.insert(ids.end(), words.begin(), words.end());
  ids.insert(ids.end(), spec.suffix.begin(), spec.suffix.end());
  return ids;
}

}  // namespace

Result<std::vector<std::int64_t>> Model::encode_text(const std::string& name, const std::string& text,
                                                     std::size_t& unknown_words, bool& cut) const {
  const std::string words = collapse_spaces(text);
  if (words.empty() || parts_->tokenizer == nullptr) return std::vector<std::int64_t>();
  return encode_parts(*parts_->tokenizer, spec_of(parts_->manifest, name), {words}, unknown_words, cut);
}

Result<std::vector<std::int64_t>> Model::encode_facts(const std::string& name,
                                                      const std::vector<std::string>& facts,
                                                      std::size_t& unknown_words, bool& cut) const {
  if (parts_->tokenizer == nullptr) return std::vector<std::int64_t>();
  const TextInputSpec& spec = spec_of(parts_->manifest, name);
  std::vector<std::string> parts;
  for (const std::string& fact : facts) parts.push_back(collapse_spaces(fact));
  if (spec.separator.empty() && !parts.empty()) parts = {join(parts, " . ")};
  return encode_parts(*parts_->tokenizer, spec, parts, unknown_words, cut);
}

Result<std::vector<std::vector<float>>> Model::vectors(const std::vector<const StudyInput*>& studies,
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

Result<std::vector<StudyOutput>> Model::run(const std::vector<const StudyInput*>& studies,
                                            const GenerateOptions& options) const {
  std::vector<StudyOutput> outputs(studies.size());
  if (studies.empty()) return outputs;
  const ModelParts& p = *parts_;
  HILUM_ASSIGN(EncodedImages images,
               encode_images(*p.image_encoder, studies, takes("views"), takes("prior_image")));
  if (p.classifier) {
    HILUM_ASSIGN(const Classified classified, classify(p, images));
    const std::size_t labels = p.manifest.labels.size();
    for (std::size_t s = 0; s < studies.size(); ++s) {
      const auto begin = classified.probabilities.begin() + static_cast<std::ptrdiff_t>(s * labels);
      outputs[s].probabilities.assign(begin, begin + static_cast<std::ptrdiff_t>(labels));
    }
  }
  if (options.similar && p.decoder && takes("similar_ids")) {
    HILUM_ASSIGN(const auto vectors, case_vectors(p, images));
    HILUM_RETURN_IF_ERROR(options.similar(vectors, images.similar));
  }
  for (const auto& [inputs, which] : groups_of(p, images, studies)) {
    for (const std::size_t s : which) outputs[s].inputs = inputs;
    HILUM_ASSIGN(const Memory memory, condition(p, images, studies, which, inputs));
    HILUM_ASSIGN(const auto session, make_torch_session(*p.decoder, memory.rows, memory.mask, which.size()));
    DecodeRequest request = request_for(p, studies, which, options.decode);
    request.constraints = options.constraints.get();
    request.attention = options.attention;
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
