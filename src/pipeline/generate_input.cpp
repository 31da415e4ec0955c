#include "pipeline/generate_input.h"

#include <nlohmann/json.hpp>

#include "hilum/core/hash.h"
#include "hilum/core/text.h"
#include "hilum/io/image.h"

namespace hilum {
namespace {

// The same study draws the same samples wherever it stands in the input.
std::uint64_t seed_of(const std::string& id, std::uint64_t seed) { return fnv1a(id, kFnvStart ^ seed); }

Result<ModelInput> load(const ImageRef& image, const runtime::Manifest& manifest,
                        std::vector<std::string>& warnings) {
  if (image.path.empty()) return Status(ErrorCode::kRecordInvalid, "an entry of 'images' has no 'path'");
  LoadOptions options;
  options.purpose = Purpose::kGenerate;
  HILUM_ASSIGN(const LoadedImage loaded, load_image(image.path, options));
  for (const std::string& warning : loaded.file.warnings) warnings.push_back(image.path + ": " + warning);
  auto input = preprocess(loaded.pixels, manifest.preprocess);
  if (!input) return input.status().at(image.path);
  return input;
}

std::string report_text(const ReportText& report) {
  return report.findings.empty() || report.impression.empty() ? report.findings + report.impression
                                                              : report.findings + " " + report.impression;
}

// The texts of the record's `similar` cases: their facts as sentences, or else their report.
Result<std::vector<std::string>> similar_texts(const Json& record) {
  std::vector<std::string> texts;
  const Json* similar = find_path(record, "similar");
  if (similar == nullptr || similar->is_null()) return texts;
  if (!similar->is_array()) return Status(ErrorCode::kRecordInvalid, "'similar' should be a list");
  for (const Json& item : *similar) {
    const Json* facts = find_path(item, "facts");
    std::vector<std::string> parts;
    if (facts != nullptr && facts->is_array()) {
      for (const Json& fact : *facts) {
        if (fact.is_string()) parts.push_back(fact.get<std::string>());
      }
    }
    if (parts.empty()) {
      HILUM_ASSIGN(std::string report, text_at(item, "report"));
      parts.push_back(std::move(report));
    }
    texts.push_back(join(parts, " . "));
  }
  return texts;
}

class Preparation {
 public:
  Preparation(const runtime::Model& model, PreparedStudy& out) : model_(model), out_(out) {}

  Result<std::vector<std::int64_t>> ids(const std::string& name, const std::string& text) {
    bool cut = false;
    HILUM_ASSIGN(auto made, model_.encode_text(name, text, out_.unknown_words, cut));
    if (cut) out_.warnings.push_back(name + ": longer than the model takes; its end was left out");
    return made;
  }

  // Whether the bundle takes `input`; what it does not take but the record has is noted.
  bool wanted(const std::string& input, bool there, const char* what) {
    if (!there) return false;
    if (model_.takes(input)) return true;
    out_.not_taken.emplace_back(what);
    return false;
  }

 private:
  const runtime::Model& model_;
  PreparedStudy& out_;
};

}  // namespace

Result<PreparedStudy> prepare_study(const Json& record, const runtime::Model& model, std::uint64_t seed) {
  HILUM_ASSIGN(const Study study, study_from_json(record));
  if (study.images.empty()) return Status(ErrorCode::kRecordInvalid, "the record has no image");
  PreparedStudy prepared;
  Preparation preparation(model, prepared);
  const runtime::Manifest& manifest = model.manifest();
  prepared.anchor_path = study.images.front().path;
  prepared.input.seed = seed_of(study.id, seed);
  const bool views = preparation.wanted("views", study.images.size() > 1, "views");
  for (std::size_t i = 0; i < (views ? study.images.size() : 1); ++i) {
    HILUM_ASSIGN(ModelInput input, load(study.images[i], manifest, prepared.warnings));
    prepared.input.images.push_back(std::move(input));
  }
  if (preparation.wanted("indication_ids", !study.indication.empty(), "indication")) {
    HILUM_ASSIGN(prepared.input.indication_ids, preparation.ids("indication", study.indication));
  }
  const PriorStudy* prior = study.priors.empty() ? nullptr : &study.priors.front();
  if (preparation.wanted("prior_image", prior != nullptr && !prior->images.empty(), "prior_image")) {
    HILUM_ASSIGN(prepared.input.prior_image, load(prior->images.front(), manifest, prepared.warnings));
  }
  if (preparation.wanted("prior_report_ids", prior != nullptr && !prior->report.empty(), "prior_report")) {
    HILUM_ASSIGN(prepared.input.prior_report_ids,
                 preparation.ids("prior_report", report_text(prior->report)));
  }
  HILUM_ASSIGN(const auto similar, similar_texts(record));
  if (preparation.wanted("similar_ids", !similar.empty(), "similar")) {
    for (const std::string& text : similar) {
      HILUM_ASSIGN(auto ids, preparation.ids("similar", text));
      if (!ids.empty()) prepared.input.similar_ids.push_back(std::move(ids));
    }
  }
  return prepared;
}

}  // namespace hilum
