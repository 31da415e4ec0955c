#include "eval/input/text_models.h"

namespace hilum::eval {
namespace {

constexpr std::size_t kShortHash = 12;

template <typename Model>
Status take(const runtime::Bundle& bundle, const runtime::ModelOptions& options, int threads,
            SourcedModel<Model>& out) {
  const runtime::Manifest& manifest = bundle.manifest();
  if (out) {
    return {ErrorCode::kUsage, "setting 'bundle': " + out.source.name + " and " + manifest.name +
                                   " have the same role; give one of them"};
  }
  HILUM_ASSIGN(out.model, Model::open(bundle, options));
  out.model->use_threads(threads);
  out.source = {manifest.name, manifest.version, bundle.identity(), out.model->engine()};
  return Status::ok();
}

}  // namespace

std::string ModelSource::short_name() const {
  const std::size_t at = identity.find("sha256:");
  const std::string hash =
      at == std::string::npos ? "" : " " + identity.substr(at, std::string("sha256:").size() + kShortHash);
  return name + " " + version + hash;
}

Result<TextModels> TextModels::open(const std::vector<std::string>& bundles,
                                    const runtime::ModelOptions& options, int threads) {
  TextModels out;
  for (const std::string& name : bundles) {
    HILUM_ASSIGN(const std::string folder, runtime::find_bundle(name));
    HILUM_ASSIGN(const runtime::Bundle bundle, runtime::Bundle::open(folder));
    const runtime::Manifest& manifest = bundle.manifest();
    const bool labels = manifest.file_of_role("report_labeler") != nullptr;
    const bool sentences = manifest.file_of_role("sentence_labeler") != nullptr;
    const bool encodes = manifest.part<runtime::TextEncodingSpec>() != nullptr;
    if (!labels && !sentences && !encodes) {
      return Status(ErrorCode::kBundleInvalid,
                    bundle.folder() +
                        ": evaluate uses a report_labeler, a text_encoder with 'text_encoding' "
                        "in the manifest or a sentence_labeler; the bundle has none of them");
    }
    if (labels) HILUM_RETURN_IF_ERROR(take(bundle, options, threads, out.labeler));
    if (encodes) HILUM_RETURN_IF_ERROR(take(bundle, options, threads, out.encoder));
    if (sentences) HILUM_RETURN_IF_ERROR(take(bundle, options, threads, out.sentences));
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> TextModels::stamp() const {
  std::vector<std::pair<std::string, std::string>> out;
  const auto add = [&out](const char* role, const ModelSource& source) {
    out.emplace_back(role,
                     source.name + " " + source.version + ", " + source.identity + ", " + source.engine);
  };
  if (labeler) add("report_labeler", labeler.source);
  if (encoder) add("text_encoder", encoder.source);
  if (sentences) add("sentence_labeler", sentences.source);
  return out;
}

std::string cut_words(std::size_t cut, int max_tokens) {
  if (cut == 0) return "";
  return "; " + std::to_string(cut) + (cut == 1 ? " text" : " texts") + " cut at " +
         std::to_string(max_tokens) + " tokens";
}

}  // namespace hilum::eval
