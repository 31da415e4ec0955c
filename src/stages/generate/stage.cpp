#include <optional>

#include <nlohmann/json.hpp>

#include "hilum/generate.h"

#include "nlp/entities/entities.h"
#include "runtime/decoding/constraints.h"
#include "runtime/roles/report_roles.h"
#include "runtime/tokenizers/tokenizer.h"
#include "runtime/tokenizers/tokenizer_spec.h"
#include "stages/common/provenance.h"
#include "stages/common/similar_cases.h"
#include "stages/common/study_input.h"
#include "stages/generate/attention_pictures.h"
#include "stages/generate/confidence.h"
#include "stages/generate/prior_rule.h"
#include "stages/generate/settings.h"
#include "stages/generate/written_study.h"

namespace hilum::stages {
namespace {

using SimilarIds = std::vector<std::vector<std::int64_t>>;
using ConstraintsPtr = std::shared_ptr<const runtime::Constraints>;

// What the bundle's own index answered for a study, in one run of the model.
struct OwnCases {
  Json similar;
  StudyNotes notes;  // of their texts
};

struct GeneratePayload : StudyPayload {
  // Decided before the model runs: a second try must not take the answer of the first for the record's own.
  bool asks_index = false;
  std::optional<OwnCases> own;
};

GeneratePayload& payload_of(const Item& item) { return item.payload_as<GeneratePayload>(); }

void append(const StudyNotes& from, StudyNotes& to) {
  to.warnings.insert(to.warnings.end(), from.warnings.begin(), from.warnings.end());
  to.not_taken.insert(to.not_taken.end(), from.not_taken.begin(), from.not_taken.end());
  to.unknown_words += from.unknown_words;
}

// A model that reads no similar cases need not be offered any.
bool may_ask_index(const GenerateOptions& options, const Model& model) {
  return options.own_similar && model.tokenizer() != nullptr && model.takes("similar_ids");
}

class GenerateStage : public Stage {
 public:
  GenerateStage(GenerateOptions options, GenerateParts parts)
      : options_(std::move(options)), parts_(std::move(parts)) {}

  // Makes what the options ask for.
  Status set_up();

  const StageInfo& info() const override { return generate_info(); }
  const Json& provenance() const override { return provenance_; }
  void enter_thread() override { parts_.model->use_threads(options_.threads); }
  Status prepare(Item& item) override;
  void process(const std::vector<Item*>& items) override;

 private:
  Result<ConstraintsPtr> make_constraints(const PriorReferences& priors) const;
  Status set_up_phrases();
  void run_together(const ModelRequest& request, const std::vector<Item*>& items) const;
  Result<std::vector<StudyOutput>> run_model(const ModelRequest& request,
                                             const std::vector<Item*>& items) const;
  Status look_up(const std::vector<Item*>& items, const std::vector<std::vector<float>>& vectors,
                 std::vector<SimilarIds>& similar) const;
  void finish(const StudyOutput& output, const runtime::Constraints* constraints, Item& item) const;
  const nlp::EntityExtractor* extractor() const { return extractor_ ? &*extractor_ : nullptr; }

  const GenerateOptions options_;
  const GenerateParts parts_;
  ModelRequest request_;
  ConstraintsPtr without_priors_;  // the request's, with the rule against invented priors
  std::optional<Confidence> confidence_;
  std::optional<nlp::EntityExtractor> extractor_;  // where the model reads the facts of reports
  Json provenance_;
};

Result<ConstraintsPtr> GenerateStage::make_constraints(const PriorReferences& priors) const {
  const Model& model = *parts_.model;
  HILUM_ASSIGN(runtime::Constraints made,
               runtime::Constraints::make(
                   model.tokenizer(), {options_.forbid, priors.phrases, options_.require, priors.left_out},
                   model.manifest().part<runtime::TokenizerSpec>()->eos));
  return made.empty() ? ConstraintsPtr() : std::make_shared<const runtime::Constraints>(std::move(made));
}

Status GenerateStage::set_up_phrases() {
  if (parts_.model->tokenizer() == nullptr) {
    if (options_.forbid.empty() && options_.require.empty()) return Status::ok();
    return {ErrorCode::kUsage, "setting 'forbid' and setting 'require' need a bundle that writes reports"};
  }
  HILUM_ASSIGN(request_.constraints, make_constraints({}));
  if (options_.priors == PriorRule::kAllow) return Status::ok();
  HILUM_ASSIGN(const PriorReferences priors, load_prior_references());
  auto made = make_constraints(priors);
  if (!made)
    return {made.status().code(),
            made.status().message() + "; setting 'priors' allow lets it refer to an earlier study"};
  without_priors_ = made.take();
  return Status::ok();
}

Status GenerateStage::set_up() {
  const runtime::Manifest& manifest = parts_.model->manifest();
  StageInfo used = generate_info();  // with the tables that decide this output
  used.tables.clear();
  HILUM_ASSIGN(request_.decode, decode_options(options_, manifest));
  request_.attention = options_.attention || !options_.attention_folder.empty();
  request_.samples = options_.samples;
  HILUM_RETURN_IF_ERROR(set_up_phrases());
  if (without_priors_ != nullptr) used.tables.emplace_back("decode/prior_references.json");
  if (options_.abstain) {
    HILUM_ASSIGN(confidence_, Confidence::make(*options_.abstain));
    used.tables.emplace_back("labels");
  }
  if (wants_facts(manifest)) {
    HILUM_ASSIGN(extractor_, nlp::EntityExtractor::load());
    used.tables.emplace_back("lexicon");
  }
  Json details = {{"bundle", parts_.identity}, {"engine", parts_.model->engine()}, {"seed", options_.seed}};
  HILUM_ASSIGN(provenance_, make_provenance(used, settings_json(options_, request_.decode), details));
  return Status::ok();
}

Status GenerateStage::prepare(Item& item) {
  auto payload = std::make_unique<GeneratePayload>();
  HILUM_ASSIGN(payload->study, prepare_study(item.record(), *parts_.model, options_.seed, extractor()));
  payload->asks_index = parts_.own_index != nullptr && !item.record().contains("similar");
  item.payload = std::move(payload);
  return Status::ok();
}

void GenerateStage::process(const std::vector<Item*>& items) {
  // Studies with the rule against invented priors and those without are decoded apart.
  std::vector<Item*> forbidden, allowed;
  for (Item* item : items)
    (forbids_priors(options_.priors, payload_of(*item).study) ? forbidden : allowed).push_back(item);
  ModelRequest rule = request_;
  rule.constraints = without_priors_;
  run_together(rule, forbidden);
  run_together(request_, allowed);
}

// Runs studies that share their request, and writes what came out into their records.
void GenerateStage::run_together(const ModelRequest& request, const std::vector<Item*>& items) const {
  if (items.empty()) return;
  const auto together = run_model(request, items);
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (together) {
      finish((*together)[i], request.constraints.get(), *items[i]);
      continue;
    }
    // What went wrong for the batch may be one study's fault; the others must not suffer from it.
    const auto alone = run_model(request, {items[i]});
    items[i]->status = alone.status();
    if (alone) finish(alone->front(), request.constraints.get(), *items[i]);
  }
}

Result<std::vector<StudyOutput>> GenerateStage::run_model(const ModelRequest& request,
                                                          const std::vector<Item*>& items) const {
  std::vector<const StudyInput*> studies;
  for (const Item* item : items) {
    payload_of(*item).own.reset();
    studies.push_back(&payload_of(*item).study.input);
  }
  ModelRequest with = request;
  if (parts_.own_index != nullptr) {
    with.similar = [&](const auto& vectors, auto& similar) { return look_up(items, vectors, similar); };
  }
  return parts_.model->run(studies, with);
}

// Similar cases for those of `items` whose records bring none, as ids and for their records.
Status GenerateStage::look_up(const std::vector<Item*>& items, const std::vector<std::vector<float>>& vectors,
                              std::vector<SimilarIds>& similar) const {
  std::vector<std::size_t> asking;
  std::vector<const Json*> records;
  std::vector<std::vector<float>> asked;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!payload_of(*items[i]).asks_index) continue;
    asking.push_back(i);
    records.push_back(&items[i]->record());
    asked.push_back(vectors[i]);
  }
  retrieval::SearchOptions search;
  search.top = parts_.own_top;
  HILUM_ASSIGN(auto found, find_similar(records, asked, *parts_.own_index, search, false));
  for (std::size_t at = 0; at < asking.size(); ++at) {
    OwnCases& own = payload_of(*items[asking[at]]).own.emplace();
    HILUM_ASSIGN(own.similar, std::move(found[at]));
    HILUM_ASSIGN(similar[asking[at]], similar_ids(own.similar, *parts_.model, extractor(), own.notes));
  }
  return Status::ok();
}

void GenerateStage::finish(const StudyOutput& output, const runtime::Constraints* constraints,
                           Item& item) const {
  GeneratePayload& payload = payload_of(item);
  const PreparedStudy& study = payload.study;
  Json& record = item.record();
  StudyNotes notes = study;
  if (payload.own) {
    append(payload.own->notes, notes);
    record["similar"] = std::move(payload.own->similar);
  }
  WrittenStudy written = written_study(output, notes, *parts_.model, constraints);
  if (confidence_) confidence_->apply(written);
  if (written.report && !options_.attention_folder.empty()) {
    item.status = write_attention_pictures(options_.attention_folder, text_or_empty(record, "id"),
                                           study.input.images.front().seen, *written.report);
  }
  if (!written.predictions.empty()) record["predictions"] = predictions_json(written.predictions);
  if (written.report) {
    record["report"] = report_json(*written.report, notes, study.anchor_path,
                                   prior_references_json(options_.priors, study, record));
  }
}

}  // namespace
}  // namespace hilum::stages

namespace hilum {

const StageInfo& generate_info() {
  static const StageInfo info = {
      "generate",
      "Write a report for chest X-rays",
      {{"id", "names the study"},
       {"images", "its films; the first frontal one is the anchor"},
       {"indication", "why they were taken"},
       {"priors.0", "the newest earlier study: image and report"},
       {"similar", "cases to write after; else the bundle's own index is asked"}},
      {{"predictions", "findings: label, probability, threshold"},
       {"report", "findings, impression, sentences, what was used of the study, warnings"},
       {"similar", "what the bundle's own index answered"}},
      {"decode/prior_references.json", "labels", "lexicon"}};
  return info;
}

Result<std::unique_ptr<Stage>> make_generate_stage(const GenerateOptions& options, GenerateParts parts) {
  if (!stages::may_ask_index(options, *parts.model)) parts.own_index = nullptr;
  auto stage = std::make_unique<stages::GenerateStage>(options, std::move(parts));
  HILUM_RETURN_IF_ERROR(stage->set_up());
  return std::unique_ptr<Stage>(std::move(stage));
}

Result<std::unique_ptr<Stage>> make_generate_stage(const GenerateOptions& options) {
  HILUM_ASSIGN(const std::string folder, runtime::find_bundle(options.bundle));
  HILUM_ASSIGN(const runtime::Bundle bundle, runtime::Bundle::open(folder));
  HILUM_RETURN_IF_ERROR(
      stages::decode_options(options, bundle.manifest()).status());  // before the model is loaded
  ModelOptions opening;
  opening.device = options.device;
  opening.predictions_only = options.predictions_only;
  GenerateParts parts;
  parts.identity = bundle.identity();
  HILUM_ASSIGN(parts.model, Model::open(bundle, opening));
  if (stages::may_ask_index(options, *parts.model)) {
    HILUM_ASSIGN(parts.own_index, open_own_index(bundle));
    if (parts.own_index)
      parts.own_top = static_cast<std::size_t>(bundle.manifest().part<runtime::SimilarCasesSpec>()->top);
  }
  return make_generate_stage(options, std::move(parts));
}

}  // namespace hilum
