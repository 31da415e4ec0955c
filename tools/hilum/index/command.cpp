// hilum index: an index of similar cases from records with images.
#include "app/command.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <sstream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "hilum/jsonl.h"

#include "core/system/cpu.h"
#include "generate/options.h"
#include "stages/common/similar_cases.h"
#include "stages/retrieve/stage.h"

namespace hilum::cli {
namespace {

struct IndexOptions {
  std::string folder;
  std::vector<std::string> parts;
  std::string bundle = kDefaultBundle;
  std::string kind = "flat";
  std::string storage = "fp32";
  std::string vector = "global";
  bool reports = false;
  int batch = 16;
};

// Reads records on standard input into `folder`, an index of `spec`'s kind.
Status build_into(const std::string& folder, const IndexOptions& options, retrieval::IndexSpec spec,
                  Context& context) {
  HILUM_ASSIGN(const std::string bundle_folder, runtime::find_bundle(options.bundle));
  HILUM_ASSIGN(const runtime::Bundle bundle, runtime::Bundle::open(bundle_folder));
  const std::string source = vector_source(bundle.manifest());
  if (!spec.model.empty() && spec.model != source) {
    return {ErrorCode::kIndexInvalid,
            options.folder + ": holds vectors of " + spec.model + ", the bundle is " + source};
  }
  spec.model = source;
  runtime::ModelOptions model_options;
  model_options.predictions_only = true;
  HILUM_ASSIGN(auto model, runtime::Model::open(bundle, model_options));

  // The first vector tells the dimension.
  std::unique_ptr<retrieval::IndexBuilder> builder;
  RecordWriter into;
  RecordWriter writer;
  writer.write = [&](const Json& record) -> Status {
    if (!builder) {
      const std::size_t dimension = vector_dimension(record);
      if (dimension == 0) return Status::ok();
      spec.dimension = dimension;
      HILUM_ASSIGN(builder, retrieval::IndexBuilder::create(folder, spec));
      into = index_writer(*builder, options.reports);
    }
    return into.write(record);
  };
  writer.flush = [] { return Status::ok(); };
  BatchLoopOptions loop;
  loop.stage = "index";
  loop.quiet = context.quiet;
  loop.batch = options.batch;
  loop.replicas = usable_cpus();
  loop.loaders = std::max(1, usable_cpus() / 2);
  HILUM_ASSIGN(const RecordCounts counts,
               run_batch_loop(context.streams, loop, jsonl_record_source(*context.streams.in), writer,
                              vector_stage(std::move(model), spec.vector == "rows", 1)));
  if (!builder)
    return counts.status().is_ok() ? Status(ErrorCode::kNoInput, "no record gave a vector") : counts.status();
  HILUM_RETURN_IF_ERROR(builder->finish());
  if (!context.quiet)
    *context.streams.err << "hilum index: " << counts.to_string() << "; " << builder->rows() << " cases in "
                         << folder << "\n";
  return counts.status();
}

Result<retrieval::IndexSpec> spec_of(const IndexOptions& options) {
  retrieval::IndexSpec spec;
  HILUM_ASSIGN(spec.kind, retrieval::index_kind_from_name(options.kind));
  HILUM_ASSIGN(spec.storage, retrieval::storage_from_name(options.storage));
  spec.vector = options.vector;
  return spec;
}

Status build(const IndexOptions& options, Context& context) {
  HILUM_ASSIGN(const retrieval::IndexSpec spec, spec_of(options));
  return build_into(options.folder, options, spec, context);
}

// New cases become an index of their own beside the old one; both are merged, then the old one is replaced.
Status append(const IndexOptions& options, Context& context) {
  namespace fs = std::filesystem;
  retrieval::IndexSpec spec;
  {
    HILUM_ASSIGN(const auto old, retrieval::SimilarIndex::open(options.folder));
    spec = old->spec();
  }
  const std::string added = options.folder + ".added";
  const std::string merged = options.folder + ".merged";
  spec.dimension = 0;
  spec.kind = retrieval::IndexKind::kFlat;  // the added part is searched by nobody
  const Status status = build_into(added, options, spec, context);
  const bool some = status.is_ok() || status.code() == ErrorCode::kSomeFailed;
  if (!some) return status;
  const Status joined = retrieval::merge_indexes({options.folder, added}, merged);
  std::error_code error;
  fs::remove_all(added, error);
  HILUM_RETURN_IF_ERROR(joined);
  const std::string old = options.folder + ".old";
  fs::rename(options.folder, old, error);
  if (!error) fs::rename(merged, options.folder, error);
  if (error)
    return {ErrorCode::kOutputFailed,
            options.folder + ": " + error.message() + "; the new index is " + merged};
  fs::remove_all(old, error);
  return status;
}

Status info(const IndexOptions& options, Context& context) {
  HILUM_ASSIGN(const auto index, retrieval::SimilarIndex::open(options.folder));
  const retrieval::IndexSpec& spec = index->spec();
  const Json record = {
      {"folder", options.folder},    {"kind", to_name(spec.kind)}, {"storage", to_name(spec.storage)},
      {"dimension", spec.dimension}, {"cases", index->rows()},     {"bytes", index->bytes()},
      {"model", spec.model},         {"vector", spec.vector},      {"whole", true}};
  if (!context.streams.out_is_terminal) return write_jsonl(*context.streams.out, record);
  std::ostringstream text;
  for (const auto& [key, value] : record.items())
    text << key << std::string(12 - key.size(), ' ')
         << (value.is_string() ? value.get<std::string>() : value.dump()) << "\n";
  return context.streams.out->write(text.str());
}

void add_build_options(CLI::App& app, IndexOptions& o) {
  app.add_option("--bundle", o.bundle, "Whose image encoder makes the vectors")->capture_default_str();
  app.add_flag("--reports", o.reports,
               "Keep reference.findings beside the facts (mind the reports' licence)");
  app.add_option("--batch", o.batch, "Images encoded together")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
}

}  // namespace

Command make_index_command() {
  return {"index", "Build and keep an index of similar cases", "Reports", [](CLI::App& app) -> Run {
            auto options = std::make_shared<IndexOptions>();
            app.require_subcommand(1);
            CLI::App* make = app.add_subcommand(
                "build", "Records on standard input into a new index: the first image of each");
            CLI::App* more = app.add_subcommand("append", "Add the records on standard input to an index");
            CLI::App* about = app.add_subcommand("info", "What an index holds; checks every hash");
            CLI::App* join = app.add_subcommand("merge", "Several indexes of one model into a new one");
            for (CLI::App* sub : {make, more, about, join}) {
              sub->add_option("INDEX", options->folder, "The index's folder")->required();
            }
            for (CLI::App* sub : {make, more}) add_build_options(*sub, *options);
            make->add_option("--kind", options->kind, "flat (exact), ivf or hnsw (faster on many cases)")
                ->check(CLI::IsMember({"flat", "ivf", "hnsw"}))
                ->capture_default_str();
            make->add_option("--storage", options->storage, "fp32, fp16 or int8")
                ->check(CLI::IsMember({"fp32", "fp16", "int8"}))
                ->capture_default_str();
            make->add_option(
                    "--vector", options->vector,
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
              if (make->parsed()) return build(*options, context);
              if (more->parsed()) return append(*options, context);
              return about->parsed() ? info(*options, context)
                                     : retrieval::merge_indexes(options->parts, options->folder);
            };
          }};
}

}  // namespace hilum::cli
