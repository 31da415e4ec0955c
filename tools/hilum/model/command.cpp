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
#include "runtime/models/conditioner_inputs.h"
#include "runtime/roles/report_roles.h"
#include "runtime/roles/role.h"
#include "runtime/tokenizers/tokenizer_spec.h"
#include "stages/model/selftest.h"

namespace hilum::cli {
namespace {

struct ModelCliOptions {
  std::string bundle = kDefaultBundle;
  bool markdown = false;
  ModelTraceOptions trace;  // its device is the self-test's too
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
    for (const runtime::Role& role : runtime::roles()) {
      if (role.offers != nullptr && m.file_of_role(role.name) != nullptr) does.push_back(role.offers(m));
    }
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
  const auto* tokenizer = m.part<runtime::TokenizerSpec>();
  std::string out = table({{"name", m.name},
                           {"version", m.version},
                           {"identity", bundle.identity()},
                           {"folder", bundle.folder()},
                           {"licence", m.license},
                           {"intended use", m.intended_use},
                           {"training data", join(m.training_data, "; ")},
                           {"LibTorch", m.min_libtorch.empty() ? "any" : m.min_libtorch + " or newer"},
                           {"tokenizer", tokenizer == nullptr ? "none" : tokenizer->type},
                           {"inputs", join(runtime::conditioner_of(m).inputs, ", ")},
                           {"results", m.results}});
  std::vector<std::vector<std::string>> files = {{"ROLE", "SIZE", "FILE", "GIVES"}};
  for (const runtime::BundleFile& file : m.files) {
    const runtime::Role* role = runtime::find_role(file.role);
    files.push_back({file.role, size_text(file.bytes), file.path});
    if (role != nullptr) files.back().emplace_back(role->does);
  }
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

// What the program knows of roles and of the conditioner's inputs, as docs/bundles.md has it.
Status show_roles(bool markdown, Context& context) {
  return context.streams.out->write(markdown ? runtime::roles_markdown() + "\n" +
                                                   runtime::conditioner_inputs_markdown()
                                             : table(runtime::role_rows()));
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
  HILUM_ASSIGN(const Selftest test, run_selftest(bundle, options.trace.trace.device));
  std::vector<std::vector<std::string>> rows = {{"CASE", "RESULT", "TEXT", "LARGEST DIFFERENCE"}};
  bool good = true;
  for (const SelftestResult& result : test.results) {
    good = good && result.problem.empty();
    char difference[32];
    std::snprintf(difference, sizeof difference, "%.2e", result.largest_difference);
    rows.push_back({result.image, result.problem.empty() ? "passed" : "FAILED: " + result.problem,
                    result.same_ids ? "same tokens" : "other tokens", difference});
  }
  HILUM_RETURN_IF_ERROR(context.streams.out->write(table(rows) + "engine: " + test.engine + "\n"));
  if (!good)
    return {ErrorCode::kInferenceFailed,
            bundle.folder() + ": this engine does not compute what the bundle says"};
  return Status::ok();
}

}  // namespace

Command make_model_command() {
  return {
      "model", "List, describe, check and test model bundles", "Models", [](CLI::App& app) -> Run {
        auto options = std::make_shared<ModelCliOptions>();
        app.require_subcommand(1);
        CLI::App* list = app.add_subcommand("list", "Bundles in the shipped models and in HILUM_MODEL_PATH");
        CLI::App* info = app.add_subcommand("info", "What a bundle is and what it was trained on");
        CLI::App* roles =
            app.add_subcommand("roles", "What modules a bundle may hold and how they are called");
        roles->add_flag("--markdown", options->markdown, "As the tables of docs/bundles.md, inputs too");
        CLI::App* verify = app.add_subcommand("verify", "Check every file's SHA-256");
        CLI::App* selftest = app.add_subcommand("selftest", "Run the bundle's own cases on this engine");
        CLI::App* trace = app.add_subcommand(
            "trace", "Feed a bundle with tensors from files and record what every role returns");
        for (CLI::App* sub : {info, verify, selftest, trace}) {
          sub->add_option("BUNDLE,--bundle", options->bundle, "A name or a folder")->capture_default_str();
        }
        for (CLI::App* sub : {selftest, trace}) {
          sub->add_option("--device", options->trace.trace.device, "cpu or cuda")
              ->check(CLI::IsMember({"cpu", "cuda"}))
              ->capture_default_str();
        }
        add_trace_options(*trace, options->trace);
        app.footer(
            "  hilum model list\n  hilum model info hilum-base\n  hilum model selftest models/hilum-base\n");
        return [=](Context& context) {
          if (list->parsed()) return list_models(context);
          if (info->parsed()) return show_info(*options, context);
          if (roles->parsed()) return show_roles(options->markdown, context);
          if (trace->parsed()) {
            HILUM_ASSIGN(const runtime::Bundle bundle, open_bundle(options->bundle));
            return trace_model(bundle, options->trace, context);
          }
          return verify->parsed() ? verify_model(*options, context) : test_model(*options, context);
        };
      }};
}

}  // namespace hilum::cli
