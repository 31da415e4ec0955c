#include "stages/common/study_input.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "hilum/image.h"

#include "core/files/hash.h"
#include "core/text/text.h"
#include "datasets/views.h"
#include "nlp/facts/see.h"
#include "nlp/words/clean.h"
#include "runtime/roles/report_roles.h"

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

// What a report says, for a model that reads facts or sentences.
struct ReportContent {
  std::vector<std::string> facts;
  std::string text;
  bool empty() const { return facts.empty() && text.empty(); }
};

Result<std::vector<ReportContent>> similar_cases(const Json& similar) {
  std::vector<ReportContent> cases;
  if (similar.is_null()) return cases;
  if (!similar.is_array()) return Status(ErrorCode::kRecordInvalid, "'similar' should be a list");
  for (const Json& item : similar) {
    ReportContent content;
    const Json* facts = find_path(item, "facts");
    if (facts != nullptr && facts->is_array()) {
      for (const Json& fact : *facts) {
        if (fact.is_string()) content.facts.push_back(fact.get<std::string>());
      }
    }
    HILUM_ASSIGN(content.text, text_at(item, "report"));
    if (!content.empty()) cases.push_back(std::move(content));
  }
  return cases;
}

class Preparation {
 public:
  Preparation(const Model& model, const nlp::EntityExtractor* extractor, StudyNotes& out)
      : model_(model), extractor_(extractor), out_(out) {}

  Result<std::vector<std::int64_t>> indication(const std::string& text) {
    bool cut = false;
    const std::string said = spec_of("indication").clean_indication ? nlp::clean_indication(text) : text;
    HILUM_ASSIGN(auto made, model_.encode_text("indication", said, out_.unknown_words, cut));
    note_cut("indication", cut);
    return made;
  }

  // The facts of a report if the model reads facts (taken from its text where the record has none), else its
  // sentences. Similar cases come as facts in any case, for that is what an index holds.
  Result<std::vector<std::int64_t>> report(const std::string& name, const ReportContent& content) {
    bool cut = false;
    const bool wants_facts = spec_of(name).facts;
    std::vector<std::string> facts;
    if (wants_facts || name == "similar") facts = content.facts;
    if (facts.empty() && wants_facts && extractor_ != nullptr) {
      facts = nlp::factual_sentences(extractor_->extract(content.text).graph, nlp::SeeMode::kSeiCompat);
    } else if (facts.empty()) {
      facts.push_back(content.text);
    }
    HILUM_ASSIGN(auto made, model_.encode_facts(name, facts, out_.unknown_words, cut));
    note_cut(name, cut);
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
  const runtime::TextInputSpec& spec_of(const std::string& name) const {
    return runtime::conditioner_of(model_.manifest()).text(name);
  }
  void note_cut(const std::string& name, bool cut) {
    if (cut) out_.warnings.push_back(name + ": longer than the model takes; its end was left out");
  }

  const Model& model_;
  const nlp::EntityExtractor* extractor_;
  StudyNotes& out_;
};

}  // namespace

bool wants_facts(const runtime::Manifest& manifest) {
  const auto& texts = runtime::conditioner_of(manifest).texts;
  return std::any_of(texts.begin(), texts.end(), [](const auto& entry) { return entry.second.facts; });
}

Result<PreparedStudy> prepare_study(const Json& record, const Model& model, std::uint64_t seed,
                                    const nlp::EntityExtractor* extractor) {
  HILUM_ASSIGN(Study study, study_from_json(record));
  if (study.images.empty()) return Status(ErrorCode::kRecordInvalid, "the record has no image");
  // The anchor is the first frontal film: models are trained so.
  std::stable_partition(study.images.begin(), study.images.end(),
                        [](const ImageRef& image) { return !datasets::is_lateral(image.view); });
  PreparedStudy prepared;
  Preparation preparation(model, extractor, prepared);
  const runtime::Manifest& manifest = model.manifest();
  prepared.anchor_path = study.images.front().path;
  prepared.input.seed = seed_of(study.id, seed);
  const bool views = preparation.wanted("views", study.images.size() > 1, "views");
  for (std::size_t i = 0; i < (views ? study.images.size() : 1); ++i) {
    HILUM_ASSIGN(ModelInput input, load(study.images[i], manifest, prepared.warnings));
    prepared.input.images.push_back(std::move(input));
    prepared.input.view_rows.push_back(runtime::conditioner_of(manifest).view_row(study.images[i].view));
  }
  if (preparation.wanted("indication_ids", !study.indication.empty(), "indication")) {
    HILUM_ASSIGN(prepared.input.indication_ids, preparation.indication(study.indication));
  }
  const PriorStudy* prior = study.priors.empty() ? nullptr : &study.priors.front();
  if (preparation.wanted("prior_image", prior != nullptr && !prior->images.empty(), "prior_image")) {
    HILUM_ASSIGN(prepared.input.prior_image, load(prior->images.front(), manifest, prepared.warnings));
    prepared.input.prior_view_row = runtime::conditioner_of(manifest).view_row(prior->images.front().view);
  }
  ReportContent prior_report;
  if (prior != nullptr) prior_report = {prior->facts, report_text(prior->report)};
  if (preparation.wanted("prior_report_ids", !prior_report.empty(), "prior_report")) {
    HILUM_ASSIGN(prepared.input.prior_report_ids, preparation.report("prior_report", prior_report));
  }
  if (const Json* similar = find_path(record, "similar"); similar != nullptr) {
    HILUM_ASSIGN(prepared.input.similar_ids, similar_ids(*similar, model, extractor, prepared));
  }
  return prepared;
}

Result<std::vector<std::vector<std::int64_t>>> similar_ids(const Json& similar, const Model& model,
                                                           const nlp::EntityExtractor* extractor,
                                                           StudyNotes& notes) {
  std::vector<std::vector<std::int64_t>> out;
  Preparation preparation(model, extractor, notes);
  HILUM_ASSIGN(const auto cases, similar_cases(similar));
  if (!preparation.wanted("similar_ids", !cases.empty(), "similar")) return out;
  for (const ReportContent& content : cases) {
    HILUM_ASSIGN(auto ids, preparation.report("similar", content));
    out.push_back(std::move(ids));
  }
  return out;
}

}  // namespace hilum
