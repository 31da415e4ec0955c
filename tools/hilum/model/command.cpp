// hilum model: which bundles there are, what is in one, whether it is whole and whether it computes what it
// should.
#include "app/command.h"

#include <algorithm>
#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "hilum/jsonl.h"

#include "core/text/text.h"
#include "generate/options.h"
#include "model/trace.h"
#include "runtime/models/model.h"
#include "stages/generate/selftest.h"

namespace hilum::cli {
namespace {

struct ModelCliOptions {
  std::string bundle = kDefaultBundle;
  std::string device = "cpu";
  ModelTraceOptions trace;
};

std::string size_text(std::uint64_t bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f MB", static_cast<double>(bytes) / 1e6);
  return text;
}

std::uint64_t total_bytes(const runtime::Manifest& manifest) {
  std::uint64_t sum = 0;
  for (const runtime::BundleFile& file : manifest.files) sum += file.bytes;
  return sum;
}

// Rows of text in columns as wide as they need, the header first.
std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line.append(widths[i] + 2 - row[i].size(), ' ');
    }
    out += line + "\n";
  }
  return out;
}

Result<runtime::Bundle> open_bundle(const std::string& name) {
  HILUM_ASSIGN(const std::string folder, runtime::find_bundle(name));
  return runtime::Bundle::open(folder);
}

Status list_models(Context& context) {
  std::vector<std::vector<std::string>> rows = {{"NAME", "VERSION", "SIZE", "DOES", "FOLDER"}};
  Status worst;
  const std::vector<std::string> folders = runtime::list_bundles();
  for (const std::string& folder : folders) {
    const auto bundle = runtime::Bundle::open(folder);
    if (!bundle) {
      worst = bundle.status();
      rows.push_back({std::filesystem::path(folder).filename().string(), "?", "?",
                      "cannot be used: " + bundle.status().message(), folder});
      continue;
    }
    const runtime::Manifest& m = bundle->manifest();
    std::vector<std::string> does;
    if (m.file_of_role("classifier") != nullptr)
      does.push_back(std::to_string(m.labels.size()) + " findings");
    if (m.file_of_role("decoder") != nullptr) does.emplace_back("reports");
    if (m.entities) does.emplace_back("entities");
    if (m.report_labels)
      does.push_back(std::to_string(m.report_labels->labels.size()) + " labels of reports");
    if (m.file_of_role("segmenter") != nullptr) does.emplace_back("masks");
    if (m.file_of_role("landmarks") != nullptr) does.emplace_back("landmarks");
    rows.push_back({m.name, m.version, size_text(total_bytes(m)), join(does, ", "), folder});
  }
  if (folders.empty())
    return {ErrorCode::kBundleMissing, "there is no bundle in the shipped models or in HILUM_MODEL_PATH"};
  HILUM_RETURN_IF_ERROR(context.streams.out->write(table(rows)));
  return worst;
}

Status show_info(const ModelCliOptions& options, Context& context) {
  HILUM_ASSIGN(const runtime::Bundle bundle, open_bundle(options.bundle));
  const runtime::Manifest& m = bundle.manifest();
  std::string out = table({{"name", m.name},
                           {"version", m.version},
                           {"identity", bundle.identity()},
                           {"folder", bundle.folder()},
                           {"licence", m.license},
                           {"intended use", m.intended_use},
                           {"training data", join(m.training_data, "; ")},
                           {"LibTorch", m.min_libtorch.empty() ? "any" : m.min_libtorch + " or newer"},
                           {"tokenizer", m.tokenizer ? m.tokenizer->type : "none"},
                           {"inputs", join(m.conditioner_inputs, ", ")},
                           {"results", m.results}});
  std::vector<std::vector<std::string>> files = {{"ROLE", "SIZE", "FILE"}};
  for (const runtime::BundleFile& file : m.files)
    files.push_back({file.role, size_text(file.bytes), file.path});
  std::vector<std::vector<std::string>> labels = {{"LABEL", "THRESHOLD", "ALSO CALLED"}};
  for (const runtime::BundleLabel& label : m.labels) {
    char threshold[16];
    std::snprintf(threshold, sizeof threshold, "%.3f", label.threshold);
    labels.push_back({label.name, threshold, join(label.aliases, ", ")});
  }
  out += "\n" + table(files);
  if (!m.labels.empty()) out += "\n" + table(labels);
  return context.streams.out->write(out);
}

Status verify_model(const ModelCliOptions& options, Context& context) {
  HILUM_ASSIGN(const runtime::Bundle bundle, open_bundle(options.bundle));
  HILUM_RETURN_IF_ERROR(bundle.verify());
  return context.streams.out->write(bundle.folder() + ": whole; " +
                                    std::to_string(bundle.manifest().files.size()) +
                                    " files as the manifest says\n" + bundle.identity() + "\n");
}

Status test_model(const ModelCliOptions& options, Context& context) {
  HILUM_ASSIGN(const runtime::Bundle bundle, open_bundle(options.bundle));
  HILUM_RETURN_IF_ERROR(bundle.verify());
  if (bundle.manifest().selftest.empty())
    return {ErrorCode::kBundleInvalid, bundle.folder() + ": the bundle has no self-test"};
  std::vector<SelftestResult> results;
  std::string engine;
  const auto run_on = [&](const auto& model) -> Status {
    model->use_threads(1);
    engine = model->engine();
    HILUM_ASSIGN(results, run_selftest(bundle, *model));
    return Status::ok();
  };
  if (bundle.manifest().file_of_role("segmenter") != nullptr) {
    HILUM_ASSIGN(const auto model, runtime::AnatomyModel::open(bundle, options.device));
    HILUM_RETURN_IF_ERROR(run_on(model));
  } else {
    runtime::ModelOptions model_options;
    model_options.device = options.device;
    HILUM_ASSIGN(const auto model, runtime::Model::open(bundle, model_options));
    HILUM_RETURN_IF_ERROR(run_on(model));
  }
  std::vector<std::vector<std::string>> rows = {{"CASE", "RESULT", "TEXT", "LARGEST DIFFERENCE"}};
  bool good = true;
  for (const SelftestResult& result : results) {
    good = good && result.problem.empty();
    char difference[32];
    std::snprintf(difference, sizeof difference, "%.2e", result.largest_difference);
    rows.push_back({result.image, result.problem.empty() ? "passed" : "FAILED: " + result.problem,
                    result.same_ids ? "same tokens" : "other tokens", difference});
  }
  HILUM_RETURN_IF_ERROR(context.streams.out->write(table(rows) + "engine: " + engine + "\n"));
  if (!good)
    return {ErrorCode::kInferenceFailed,
            bundle.folder() + ": this engine does not compute what the bundle says"};
  return Status::ok();
}

}  // namespace

namespace {

void add_trace_options(CLI::App& app, ModelTraceOptions& options) {
  app.add_option("--inputs", options.inputs, "Files of named tensors (safetensors)")
      ->required()
      ->type_name("FILE");
  app.add_option("--out", options.out, "Folder for the outputs, one file of the same name for each input")
      ->type_name("FOLDER");
  app.add_option("--expected", options.expected,
                 "Folder of tensors to compare with; exit code 1 when one differs by more than --tolerance")
      ->type_name("FOLDER");
  app.add_option("--tolerance", options.tolerance,
                 "Largest difference, relative to the larger of the value and the tensor's root mean square")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_option("--decode", options.decodes,
                 "JSON laid over the bundle's decode settings; may be repeated, each is run")
      ->type_name("JSON");
  app.add_option("--threads", options.threads, "Threads of one operator")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  for (const char* repeated : {"--inputs", "--decode"})
    app.get_option(repeated)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.footer(
      "  hilum model trace models/mine --inputs case.safetensors --out got --expected wanted\n"
      "  hilum model trace models/mine --inputs case.safetensors --decode '{\"strategy\":\"greedy\"}'\n\n"
      "Inputs: image f32[N,C,H,W]; anchor i64[B], views i64[B,K], prior_image i64[B] say which row of image "
      "is\n"
      "what (-1: none; without anchor every image is a study); image_view i64[N] rows of the view table;\n"
      "indication_ids, prior_report_ids i64[B,L] and similar_ids i64[B,K,L] with a bool _mask each; prefix\n"
      "i64[B,T] tokens to feed; text_ids, text_mask for the text encoder. Outputs: docs/bundles.md.\n");
}

}  // namespace

Command make_model_command() {
  return {
      "model", "List, describe, check and test model bundles", "Models", [](CLI::App& app) -> Run {
        auto options = std::make_shared<ModelCliOptions>();
        app.require_subcommand(1);
        CLI::App* list = app.add_subcommand("list", "Bundles in the shipped models and in HILUM_MODEL_PATH");
        CLI::App* info = app.add_subcommand("info", "What a bundle is and what it was trained on");
        CLI::App* verify = app.add_subcommand("verify", "Check every file's SHA-256");
        CLI::App* selftest = app.add_subcommand("selftest", "Run the bundle's own cases on this engine");
        CLI::App* trace = app.add_subcommand(
            "trace", "Feed a bundle with tensors from files and record what every role returns");
        for (CLI::App* sub : {info, verify, selftest, trace}) {
          sub->add_option("BUNDLE,--bundle", options->bundle, "A name or a folder")->capture_default_str();
        }
        for (CLI::App* sub : {selftest, trace}) {
          sub->add_option("--device", options->device, "cpu or cuda")
              ->check(CLI::IsMember({"cpu", "cuda"}))
              ->capture_default_str();
        }
        add_trace_options(*trace, options->trace);
        app.footer(
            "  hilum model list\n  hilum model info hilum-base\n  hilum model selftest models/hilum-base\n");
        return [=](Context& context) {
          if (list->parsed()) return list_models(context);
          if (info->parsed()) return show_info(*options, context);
          if (trace->parsed()) return trace_model(options->bundle, options->device, options->trace, context);
          return verify->parsed() ? verify_model(*options, context) : test_model(*options, context);
        };
      }};
}

}  // namespace hilum::cli
