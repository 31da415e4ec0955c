// hilum index: an index of similar cases from records with images.
#include "app/command.h"

#include <memory>
#include <sstream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "hilum/index.h"
#include "hilum/jsonl.h"
#include "hilum/retrieve.h"
#include "hilum/run.h"

#include "options/need_input.h"
#include "options/run_options.h"

namespace hilum::cli {
namespace {

struct Options {
  IndexOptions index;
  std::vector<std::string> parts;
  std::string kind = "flat";
  std::string storage = "fp32";
  int batch = 16;
};

// Records on standard input into an index.
Status build(const Options& options, bool append, Context& context) {
  HILUM_RETURN_IF_ERROR(
      need_input(context, false, "which records? Pipe them in, as hilum studies writes them"));
  IndexOptions index = options.index;
  index.append = append;
  HILUM_ASSIGN(index.kind, retrieval::index_kind_from_name(options.kind));
  HILUM_ASSIGN(index.storage, retrieval::storage_from_name(options.storage));
  HILUM_ASSIGN(const IndexStage made, make_index_stage(index));
  RunOptions how;
  how.quiet = context.quiet;
  how.batch = options.batch;
  const StageThreads threads = stage_threads(index.device);
  how.replicas = threads.replicas;
  how.loaders = threads.loaders;
  const auto source = jsonl_source(*context.streams.in);
  HILUM_ASSIGN(const RunCounts counts, hilum::run(*made.stage, *source, *made.writer, how, context.streams));
  if (made.writer->added() == 0)
    return counts.status().is_ok() ? Status(ErrorCode::kNoInput, "no record gave a vector") : counts.status();
  if (!context.quiet)
    *context.streams.err << "hilum index: " << counts.to_string() << "; " << made.writer->rows()
                         << " cases in " << index.index << "\n";
  return counts.status();
}

Status info(const Options& options, Context& context) {
  const std::string& folder = options.index.index;
  HILUM_ASSIGN(const auto index, retrieval::SimilarIndex::open(folder));
  const retrieval::IndexSpec& spec = index->spec();
  const Json record = {{"folder", folder},
                       {"kind", to_name(spec.kind)},
                       {"storage", to_name(spec.storage)},
                       {"dimension", spec.dimension},
                       {"cases", index->rows()},
                       {"bytes", index->bytes()},
                       {"model", spec.model},
                       {"vector", spec.vector},
                       {"whole", true}};
  if (!context.streams.out_is_terminal) return write_jsonl(*context.streams.out, record);
  std::ostringstream text;
  for (const auto& [key, value] : record.items())
    text << key << std::string(12 - key.size(), ' ')
         << (value.is_string() ? value.get<std::string>() : value.dump()) << "\n";
  return context.streams.out->write(text.str());
}

void add_build_options(CLI::App& app, Options& o) {
  app.add_option("--bundle", o.index.bundle, "Whose image encoder makes the vectors")->capture_default_str();
  app.add_option("--device", o.index.device, "cpu, or cuda if LibTorch has it")
      ->check(CLI::IsMember({"cpu", "cuda"}))
      ->capture_default_str();
  app.add_flag("--reports", o.index.reports,
               "Keep reference.findings beside the facts (mind the reports' licence)");
  app.add_option("--batch", o.batch, "Images encoded together")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
}

}  // namespace

Command make_index_command() {
  return {"index", "Build and keep an index of similar cases", "Reports", [](CLI::App& app) -> Run {
            auto options = std::make_shared<Options>();
            app.require_subcommand(1);
            CLI::App* make = app.add_subcommand(
                "build", "Records on standard input into a new index: the first image of each");
            CLI::App* more = app.add_subcommand("append", "Add the records on standard input to an index");
            CLI::App* about = app.add_subcommand("info", "What an index holds; checks every hash");
            CLI::App* join = app.add_subcommand("merge", "Several indexes of one model into a new one");
            for (CLI::App* sub : {make, more, about, join}) {
              sub->add_option("INDEX", options->index.index, "The index's folder")->required();
            }
            for (CLI::App* sub : {make, more}) add_build_options(*sub, *options);
            make->add_option("--kind", options->kind, "flat (exact), ivf or hnsw (faster on many cases)")
                ->check(CLI::IsMember({"flat", "ivf", "hnsw"}))
                ->capture_default_str();
            make->add_option("--storage", options->storage, "fp32, fp16 or int8")
                ->check(CLI::IsMember({"fp32", "fp16", "int8"}))
                ->capture_default_str();
            make->add_option(
                    "--vector", options->index.vector,
                    "global: one vector an image; rows: it and every patch, as SEI compares (flat only)")
                ->check(CLI::IsMember({"global", "rows"}))
                ->capture_default_str();
            join->add_option("PARTS", options->parts, "The indexes to merge, in order")
                ->required()
                ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
            app.footer(
                "  hilum studies DATA --split train --unit image | hilum entities | hilum index build "
                "train.hidx --kind ivf\n"
                "  hilum index info train.hidx\n");
            return [=](Context& context) {
              if (make->parsed() || more->parsed()) return build(*options, more->parsed(), context);
              return about->parsed() ? info(*options, context)
                                     : retrieval::merge_indexes(options->parts, options->index.index);
            };
          }};
}

}  // namespace hilum::cli
