// hilum retrieve: the most similar earlier cases of each record.
#include "app/command.h"

#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "hilum/retrieve.h"
#include "hilum/run.h"

#include "options/dry_run.h"
#include "options/need_input.h"
#include "options/run_options.h"

namespace hilum::cli {
namespace {

struct Options {
  RetrieveOptions retrieve;
  std::string text;
  ResumeOptions resume;
  int batch = 16;
};

// The record that --text stands for, once.
class TextSource : public Source {
 public:
  explicit TextSource(std::string text) : text_(std::move(text)) {}
  std::optional<Item> next() override {
    if (given_) return std::nullopt;
    given_ = true;
    return Item(Json{{"id", "text"}, {"text", text_}});
  }
  std::string describe() const override { return "a text"; }

 private:
  std::string text_;
  bool given_ = false;
};

Status run_retrieve(const Options& options, Context& context) {
  const bool by_text = !options.text.empty();
  HILUM_RETURN_IF_ERROR(
      need_input(context, by_text, "cases like which records? Pipe them in, or give --text"));
  RetrieveOptions retrieve = options.retrieve;
  if (by_text) retrieve.query = "text";
  HILUM_ASSIGN(const auto stage, make_retrieve_stage(retrieve));
  RunOptions how;
  how.quiet = context.quiet;
  how.batch = options.batch;
  const StageThreads threads = stage_threads(retrieve.device);
  how.replicas = threads.replicas;
  how.loaders = threads.loaders;
  std::unique_ptr<Source> source = jsonl_source(*context.streams.in);
  if (by_text) source = std::make_unique<TextSource>(options.text);
  if (context.dry_run) return say_plan(context, *stage, *source, options.resume.path);
  HILUM_ASSIGN(auto resumed, open_resume(options.resume));
  how.resume = resumed.get();
  const std::unique_ptr<Writer> writer =
      resumed ? std::unique_ptr<Writer>(std::move(resumed)) : jsonl_writer(*context.streams.out);
  HILUM_ASSIGN(const RunCounts counts, hilum::run(*stage, *source, *writer, how, context.streams));
  if (counts.failed > 0 && !context.quiet)
    *context.streams.err << "hilum retrieve: " << counts.to_string() << "\n";
  return finish_run(*stage, counts);
}

}  // namespace

Command make_retrieve_command() {
  return {
      "retrieve", "Find the most similar earlier cases", "Reports", [](CLI::App& app) -> Run {
        auto o = std::make_shared<Options>();
        app.add_option("--index", o->retrieve.index, "An index made by hilum index build")->required();
        app.add_option("--bundle", o->retrieve.bundle, "The bundle the index was built with")
            ->capture_default_str();
        app.add_option("--device", o->retrieve.device, "cpu, or cuda if LibTorch has it")
            ->check(CLI::IsMember({"cpu", "cuda"}))
            ->capture_default_str();
        app.add_option("--top", o->retrieve.top, "Cases a record")
            ->check(CLI::Range(1, 1000))
            ->capture_default_str();
        app.add_option("--min-score", o->retrieve.min_score,
                       "Leave out cases less similar than this inner product");
        app.add_flag("--reports", o->retrieve.reports, "Add the cases' reports where the index has them");
        app.add_flag("--trust", o->retrieve.trust, "Do not check the index's hashes first");
        CLI::Option* text =
            app.add_option("--text", o->text, "Look for cases like this text, without records");
        app.add_option(
               "--query", o->retrieve.query,
               "Look by words, not by image: 'facts' (at facts or entities.facts), or the dotted path of a "
               "text or of a list of facts")
            ->excludes(text);
        add_resume_options(app, o->resume);
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
