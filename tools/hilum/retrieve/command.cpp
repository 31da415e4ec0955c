// hilum retrieve: the most similar earlier cases of each record.
#include "app/command.h"

#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "core/system/cpu.h"
#include "generate/options.h"
#include "stages/retrieve/stage.h"

namespace hilum::cli {
namespace {

struct RetrieveOptions {
  std::string index;
  std::string bundle = kDefaultBundle;
  std::size_t top = 1;
  float min_score = -1e30F;
  bool reports = false;
  bool trust = false;
  std::string text;
  std::string query;
  std::string resume;
  int batch = 16;
};

// The record that --text stands for, once.
RecordSource text_source(const std::string& text) {
  return [text, given = false]() mutable -> Result<std::optional<Json>> {
    if (given) return std::optional<Json>();
    given = true;
    return std::optional<Json>(Json{{"id", "text"}, {"text", text}});
  };
}

Result<BatchStage> stage_of(const RetrieveOptions& options, const runtime::Bundle& bundle,
                            std::shared_ptr<const retrieval::SimilarIndex> index) {
  RetrieveStageOptions stage_options;
  stage_options.search.top = options.top;
  stage_options.search.min_score = options.min_score;
  stage_options.reports = options.reports;
  runtime::ModelOptions model_options;
  model_options.predictions_only = true;
  const std::string query = options.text.empty() ? options.query : "text";
  if (!query.empty()) {
    HILUM_ASSIGN(auto encoder, runtime::TextEncoderModel::open_aligned(bundle, model_options));
    return retrieve_by_text_stage(std::move(encoder), bundle, std::move(index), query, stage_options);
  }
  HILUM_ASSIGN(auto model, runtime::Model::open(bundle, model_options));
  return retrieve_stage(std::move(model), bundle, std::move(index), stage_options);
}

Status run_retrieve(const RetrieveOptions& options, Context& context) {
  HILUM_ASSIGN(const std::string folder, runtime::find_bundle(options.bundle));
  HILUM_ASSIGN(const runtime::Bundle bundle, runtime::Bundle::open(folder));
  HILUM_ASSIGN(const auto index, retrieval::SimilarIndex::open(options.index, options.trust));
  HILUM_ASSIGN(const BatchStage stage, stage_of(options, bundle, index));
  BatchLoopOptions loop;
  loop.stage = "retrieve";
  loop.resume_path = options.resume;
  loop.quiet = context.quiet;
  loop.batch = options.batch;
  loop.replicas = usable_cpus();
  loop.loaders = std::max(1, usable_cpus() / 2);
  HILUM_ASSIGN(
      const RecordCounts counts,
      run_batch_loop(context.streams, loop,
                     options.text.empty() ? jsonl_record_source(*context.streams.in) : text_source(options.text),
                     jsonl_record_writer(*context.streams.out), stage));
  if (counts.failed > 0 && !context.quiet)
    *context.streams.err << "hilum retrieve: " << counts.to_string() << "\n";
  return counts.status();
}

}  // namespace

Command make_retrieve_command() {
  return {
      "retrieve", "Find the most similar earlier cases", "Reports", [](CLI::App& app) -> Run {
        auto o = std::make_shared<RetrieveOptions>();
        app.add_option("--index", o->index, "An index made by hilum index build")->required();
        app.add_option("--bundle", o->bundle, "The bundle the index was built with")->capture_default_str();
        app.add_option("--top", o->top, "Cases a record")->check(CLI::Range(1, 1000))->capture_default_str();
        app.add_option("--min-score", o->min_score, "Leave out cases less similar than this inner product");
        app.add_flag("--reports", o->reports, "Add the cases' reports where the index has them");
        app.add_flag("--trust", o->trust, "Do not check the index's hashes first");
        CLI::Option* text =
            app.add_option("--text", o->text, "Look for cases like this text, without records");
        app.add_option(
               "--query", o->query,
               "Look by words, not by image: 'facts' (at facts or entities.facts), or the dotted path of a "
               "text or of a list of facts")
            ->excludes(text);
        app.add_option("--resume", o->resume, "Append records to this file, skipping ids that it has");
        app.add_option("--batch", o->batch, "Images encoded together")
            ->check(CLI::Range(1, 1024))
            ->capture_default_str();
        app.footer(
            "  hilum studies DATA --split test | hilum retrieve --index train.hidx --top 3 | hilum "
            "generate\n"
            "  hilum retrieve --index train.hidx --text \"small left effusion\" --top 5\n"
            "  hilum entities < reports.jsonl | hilum retrieve --index train.hidx --query facts\n\n"
            "Adds `similar`: id, score and facts of each case. Cases of the record's own patient, study or "
            "id are left out.\n"
            "Words are compared with images, so --text and --query need a bundle whose text_encoder was "
            "trained "
            "for that\n(docs/bundles.md). Of a text its facts count, as hilum entities finds them.\n");
        return [o](Context& context) { return run_retrieve(*o, context); };
      }};
}

}  // namespace hilum::cli
