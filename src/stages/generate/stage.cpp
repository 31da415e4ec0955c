#include "stages/generate/stage.h"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

#include "hilum/record.h"

#include "core/files/sha256.h"
#include "core/text/text.h"
#include "runtime/decoding/report.h"
#include "runtime/models/conditioner_inputs.h"
#include "runtime/roles/report_roles.h"
#include "runtime/tokenizers/tokenizer_spec.h"
#include "stages/common/rounded.h"
#include "stages/common/similar_cases.h"
#include "stages/common/study_input.h"
#include "stages/generate/attention_pictures.h"
#include "stages/generate/confidence.h"
#include "stages/generate/prior_rule.h"

namespace hilum {

struct GenerateStage::Shared {
  std::shared_ptr<const Model> model;
  ModelRequest options;
  // The same with the rule against invented priors.
  std::shared_ptr<const runtime::Constraints> without_priors;
  PriorRule priors = PriorRule::kAuto;
  std::optional<Confidence> confidence;  // with --abstain
  std::string attention_folder;
  std::uint64_t seed = 0;
  int threads = 1;
  Json provenance;                                       // the same for every record
  std::optional<nlp::EntityExtractor> extractor;         // where the model reads the facts of reports
  std::shared_ptr<const retrieval::SimilarIndex> index;  // the bundle's own; may be null
  retrieval::SearchOptions search;

  const nlp::EntityExtractor* facts() const { return extractor ? &*extractor : nullptr; }
};

namespace {

constexpr const char* kStage = "generate";

const char* name_of(runtime::Strategy strategy) {
  switch (strategy) {
    case runtime::Strategy::kGreedy:
      return "greedy";
    case runtime::Strategy::kSample:
      return "sample";
    case runtime::Strategy::kBeam:
      break;
  }
  return "beam";
}

// Everything that can change the output, so that two runs of the same hash over the same records are the
// same.
Json settings_json(const GenerateStageOptions& options, const PriorReferences& priors) {
  const runtime::DecodeOptions& d = options.decode;
  return {
      {"strategy", name_of(d.strategy)},
      {"beam", d.beam},
      {"max_tokens", d.max_tokens},
      {"min_tokens", d.min_tokens},
      {"length_normalised", d.scoring == runtime::Scoring::kLengthNormalised},
      {"length_penalty", d.length_penalty},
      {"early_stop", static_cast<int>(d.early_stop)},
      {"no_repeat_ngram", d.no_repeat_ngram},
      {"temperature", d.temperature},
      {"top_k", d.top_k},
      {"top_p", d.top_p},
      {"suppress", d.suppress},
      {"trigram_penalty", d.trigram_penalty},
      {"forbid", options.forbid},
      {"require", options.require},
      {"priors", static_cast<int>(options.priors)},
      {"prior_references", priors.phrases},
      {"left_out",
       {priors.left_out.words, priors.left_out.behind, priors.left_out.not_before, priors.left_out.begun}},
      {"attention", options.attention || !options.attention_folder.empty()},
      {"abstain", options.abstain ? Json(*options.abstain) : Json()},
      {"own_similar", options.own_similar},
      {"samples", options.samples},
      {"seed", options.seed},
      {"batch", options.batch}};
}

Json predictions_json(const std::vector<float>& probabilities,
                      const std::vector<runtime::BundleLabel>& labels) {
  Json list = Json::array();
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    const double probability = rounded(static_cast<double>(probabilities[i]));
    list.push_back(
        {{"label", labels[i].name}, {"probability", probability}, {"threshold", labels[i].threshold}});
    if (labels[i].kind != "finding") list.back()["kind"] = labels[i].kind;
    for (const std::string& alias : labels[i].aliases) {
      list.push_back({{"label", alias},
                      {"probability", probability},
                      {"threshold", labels[i].threshold},
                      {"same_as", labels[i].name}});
      if (labels[i].kind != "finding") list.back()["kind"] = labels[i].kind;
    }
  }
  return list;
}

// What the classifier says against the picture itself.
void add_quality_warnings(const std::vector<float>& probabilities,
                          const std::vector<runtime::BundleLabel>& labels,
                          std::vector<std::string>& warnings) {
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    const auto probability = static_cast<double>(probabilities[i]);
    if (labels[i].kind != "quality" || probability < labels[i].threshold) continue;
    warnings.push_back("the model takes the picture for '" + labels[i].name + "' (" +
                       std::to_string(static_cast<int>(probability * 100)) +
                       " %): do not rely on the report");
  }
}

Json inputs_json(const PreparedStudy& prepared, const StudyOutput& output,
                 const runtime::Manifest& manifest) {
  const runtime::ListedInputs listed = runtime::listed_inputs(manifest, output.inputs);
  Json inputs = {{"used", listed.used}, {"absent", listed.absent}};
  if (!prepared.not_taken.empty()) inputs["not_taken"] = prepared.not_taken;
  if (prepared.unknown_words > 0) inputs["unknown_words"] = prepared.unknown_words;
  return inputs;
}

// The sentence's attention over the cells of the first image, if the bundle says which rows they are.
Json attention_json(const runtime::Sentence& sentence, const runtime::Manifest& manifest,
                    const std::string& image) {
  for (const runtime::MemoryPart& part : runtime::memory_layout_of(manifest)) {
    const auto end = static_cast<std::size_t>(part.start) + static_cast<std::size_t>(part.rows);
    if (part.input != "anchor" || part.grid_height == 0 || end > sentence.attention.size()) continue;
    Json weights = Json::array();
    for (auto i = static_cast<std::size_t>(part.start); i < end; ++i) {
      weights.push_back(rounded(static_cast<double>(sentence.attention[i])));
    }
    return {{"image", image}, {"grid", {part.grid_height, part.grid_width}}, {"weights", std::move(weights)}};
  }
  return nullptr;
}

std::string whole_text(const runtime::GeneratedReport& report) {
  return report.impression.empty() ? report.findings : report.findings + " " + report.impression;
}

Json report_json(const PreparedStudy& prepared, const StudyOutput& output, const Model& model,
                 const runtime::Constraints* constraints) {
  const runtime::Manifest& manifest = model.manifest();
  const auto made = [&](const Hypothesis& h) {
    return make_report(h, *model.tokenizer(), *manifest.part<runtime::TokenizerSpec>());
  };
  const runtime::GeneratedReport report = made(output.hypotheses.front());
  std::vector<std::string> texts;
  std::vector<std::vector<runtime::Sentence>> sentences;
  Json samples = Json::array();
  for (const Hypothesis& sample : output.samples) {
    const runtime::GeneratedReport drawn = made(sample);
    Json entry = {{"findings", drawn.findings}};
    if (manifest.part<runtime::TokenizerSpec>()->impression >= 0) entry["impression"] = drawn.impression;
    entry["logprob"] = rounded(drawn.logprob);
    samples.push_back(std::move(entry));
    texts.push_back(whole_text(drawn));
    sentences.push_back(drawn.sentences);
  }
  Json out = {{"findings", report.findings}};
  if (manifest.part<runtime::TokenizerSpec>()->impression >= 0) out["impression"] = report.impression;
  Json list = Json::array();
  for (const runtime::Sentence& sentence : report.sentences) {
    Json entry = {
        {"text", sentence.text}, {"section", sentence.section}, {"logprob", rounded(sentence.logprob)}};
    if (!texts.empty()) entry["support"] = rounded(runtime::support(sentence.text, sentences));
    Json attention = attention_json(sentence, manifest, prepared.anchor_path);
    if (!attention.is_null()) entry["attention"] = std::move(attention);
    list.push_back(std::move(entry));
  }
  out["sentences"] = std::move(list);
  out["logprob"] = rounded(report.logprob);
  if (!texts.empty()) {
    out["samples"] = std::move(samples);
    out["agreement"] = rounded(runtime::agreement(texts));
  }
  out["inputs"] = inputs_json(prepared, output, manifest);
  std::vector<std::string> warnings = prepared.warnings;
  add_quality_warnings(output.probabilities, manifest.labels, warnings);
  if (!report.ended) warnings.emplace_back("the report was cut at the limit of tokens");
  if (constraints != nullptr) {
    for (const std::string& phrase : constraints->missing(output.hypotheses.front().tokens)) {
      warnings.push_back("no room was left for the required phrase '" + phrase + "'");
    }
  }
  if (whole_text(report).empty()) warnings.emplace_back("the model wrote nothing");
  if (!warnings.empty()) out["warnings"] = std::move(warnings);
  return out;
}

void write_output(const PreparedStudy& prepared, const StudyOutput& output, const Model& model,
                  const runtime::Constraints* constraints, Json& record) {
  if (!output.probabilities.empty())
    record["predictions"] = predictions_json(output.probabilities, model.manifest().labels);
  if (!output.hypotheses.empty()) record["report"] = report_json(prepared, output, model, constraints);
}

PreparedStudy& prepared_of(const BatchItem& item) {
  return *static_cast<PreparedStudy*>(item.prepared.get());
}

}  // namespace

// Similar cases for those of `items` whose records bring none, into their records and as ids.
Status GenerateStage::look_up(const Shared& shared, const std::vector<BatchItem*>& items,
                              const std::vector<std::vector<float>>& vectors,
                              std::vector<std::vector<std::vector<std::int64_t>>>& similar) {
  std::vector<std::size_t> without;
  std::vector<BatchItem*> asking;
  std::vector<std::vector<float>> asked;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!similar[i].empty() || items[i]->record.contains("similar")) continue;
    without.push_back(i);
    asking.push_back(items[i]);
    asked.push_back(vectors[i]);
  }
  std::vector<const Json*> records;
  for (const BatchItem* item : asking) records.push_back(&item->record);
  HILUM_ASSIGN(auto found, find_similar(records, asked, *shared.index, shared.search, false));
  for (std::size_t at = 0; at < without.size(); ++at) {
    const std::size_t i = without[at];
    HILUM_ASSIGN(items[i]->record["similar"], std::move(found[at]));
    HILUM_ASSIGN(similar[i],
                 similar_ids(items[i]->record, *shared.model, shared.facts(), prepared_of(*items[i])));
  }
  return Status::ok();
}

// Runs studies that share their options, and writes what came out into their records.
void GenerateStage::run_together(const Shared& shared, const ModelRequest& options,
                                 const std::vector<BatchItem*>& items) {
  if (items.empty()) return;
  const auto finish = [&](BatchItem& item, const StudyOutput& output) {
    write_output(prepared_of(item), output, *shared.model, options.constraints.get(), item.record);
    if (item.record.contains("report") && !output.hypotheses.empty())
      item.record["report"]["prior_references"] =
          prior_references_json(shared.priors, prepared_of(item), item.record);
    if (shared.confidence) shared.confidence->apply(item.record);
    if (!shared.attention_folder.empty()) {
      item.status = write_attention_pictures(shared.attention_folder,
                                             prepared_of(item).input.images.front().seen, item.record);
    }
    add_provenance(item.record, kStage, shared.provenance);
  };
  std::vector<const StudyInput*> inputs;
  for (const BatchItem* item : items) inputs.push_back(&prepared_of(*item).input);
  const auto run = [&](const std::vector<const StudyInput*>& studies, const std::vector<BatchItem*>& theirs) {
    ModelRequest with = options;
    if (shared.index) {
      with.similar = [&](const auto& vectors, auto& similar) {
        return look_up(shared, theirs, vectors, similar);
      };
    }
    return shared.model->run(studies, with);
  };
  const auto together = run(inputs, items);
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (together) {
      finish(*items[i], (*together)[i]);
      continue;
    }
    // What went wrong for the batch may be one study's fault; the others must not suffer from it.
    const auto alone = run({inputs[i]}, {items[i]});
    items[i]->status = alone.status();
    if (alone) finish(*items[i], alone->front());
  }
}

Result<GenerateStage> GenerateStage::make(std::shared_ptr<const Model> model, const runtime::Bundle& bundle,
                                          const GenerateStageOptions& options) {
  HILUM_RETURN_IF_ERROR(runtime::check(options.decode));
  auto shared = std::make_shared<Shared>();
  shared->options.decode = options.decode;
  shared->options.attention = options.attention || !options.attention_folder.empty();
  shared->options.samples = options.samples;
  PriorReferences priors;  // stays empty where nothing is forbidden
  const auto constraints = [&](std::shared_ptr<const runtime::Constraints>& out) -> Status {
    HILUM_ASSIGN(runtime::Constraints made,
                 runtime::Constraints::make(
                     model->tokenizer(), {options.forbid, priors.phrases, options.require, priors.left_out},
                     bundle.manifest().part<runtime::TokenizerSpec>()->eos));
    if (!made.empty()) out = std::make_shared<const runtime::Constraints>(std::move(made));
    return Status::ok();
  };
  if (model->tokenizer() != nullptr) {
    HILUM_RETURN_IF_ERROR(constraints(shared->options.constraints));
    if (options.priors != PriorRule::kAllow) {
      HILUM_ASSIGN(priors, load_prior_references());
      if (const Status status = constraints(shared->without_priors); !status.is_ok())
        return Status(status.code(), status.message() + "; --priors allow lets it refer to an earlier study");
    }
  } else if (!options.forbid.empty() || !options.require.empty()) {
    return Status(ErrorCode::kUsage, "--forbid and --require need a bundle that writes reports");
  }
  shared->priors = options.priors;
  if (options.abstain) {
    HILUM_ASSIGN(shared->confidence, Confidence::make(*options.abstain));
  }
  shared->attention_folder = options.attention_folder;
  if (wants_facts(bundle.manifest())) {
    HILUM_ASSIGN(nlp::EntityExtractor extractor, nlp::EntityExtractor::load());
    shared->extractor.emplace(std::move(extractor));
  }
  if (options.own_similar && model->tokenizer() != nullptr && model->takes("similar_ids")) {
    HILUM_ASSIGN(shared->index, open_own_index(bundle));
    if (shared->index)
      shared->search.top = static_cast<std::size_t>(bundle.manifest().part<runtime::SimilarCasesSpec>()->top);
  }
  shared->seed = options.seed;
  shared->threads = options.threads;
  HILUM_ASSIGN(const std::string settings, dump_json(settings_json(options, priors)));
  shared->provenance = {{"bundle", bundle.identity()},
                        {"engine", model->engine()},
                        {"config", "sha256:" + sha256_hex(settings)},
                        {"seed", options.seed}};
  shared->model = std::move(model);
  return GenerateStage(std::move(shared));
}

BatchStage GenerateStage::functions() const {
  BatchStage stage;
  const std::shared_ptr<const Shared> shared = shared_;
  stage.enter_replica = [shared] { shared->model->use_threads(shared->threads); };
  stage.prepare = [shared](BatchItem& item) {
    auto prepared = prepare_study(item.record, *shared->model, shared->seed, shared->facts());
    if (!prepared) {
      item.status = prepared.status();
      return;
    }
    item.prepared = std::make_shared<PreparedStudy>(prepared.take());
  };
  stage.process = [shared](std::vector<BatchItem*>& items) {
    // Studies with the rule against invented priors and those without are decoded apart.
    std::vector<BatchItem*> forbidden, allowed;
    for (BatchItem* item : items)
      (forbids_priors(shared->priors, prepared_of(*item)) ? forbidden : allowed).push_back(item);
    ModelRequest rule = shared->options;
    rule.constraints = shared->without_priors;
    run_together(*shared, rule, forbidden);
    run_together(*shared, shared->options, allowed);
  };
  return stage;
}

}  // namespace hilum
