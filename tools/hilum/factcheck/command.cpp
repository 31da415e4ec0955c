#include "app/command.h"

#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "hilum/factcheck.h"

#include "options/measure_options.h"
#include "options/run_options.h"
#include "options/text_options.h"

namespace hilum::cli {
namespace {

struct Options {
  TextInputOptions input;
  std::string report = "report";
  std::string prior = "auto";
  std::string fail_on;
  bool claims_only = false;
  bool apply = false;
  FactchexckerFiles files;
  std::string results, model;
  bool measure = false;
  MeasureCliOptions film;
  int replicas = 0;
};

// Counts the reports with a contradicted claim.
class ContradictionCounter : public Writer {
 public:
  explicit ContradictionCounter(std::size_t& count) : count_(count) {}

  Status write(const Item& item) override {
    if (!item.status.is_ok()) return Status::ok();
    const Json* claims = find_path(item.record(), "factcheck.claims");
    if (claims == nullptr) return Status::ok();
    for (const Json& claim : *claims) {
      if (claim.value("verdict", "") != "contradicted") continue;
      ++count_;
      break;
    }
    return Status::ok();
  }

 private:
  std::size_t& count_;
};

Status run_on_files(Context& context, const Options& options) {
  HILUM_ASSIGN(const auto source, factchexcker_source(options.files));
  HILUM_ASSIGN(const auto stage, make_factchexcker_stage(options.apply));
  const std::string model =
      options.model.empty() ? std::filesystem::path(options.files.reports).stem().string() : options.model;
  const auto writer = factchexcker_writer(*context.streams.out, options.results, model);
  RunOptions how;
  how.quiet = context.quiet;
  how.unit = "reports";
  return run(*stage, *source, *writer, how, context.streams).status();
}

// Reports alone are read faster than threads hand them over; films are not.
TextRun run_of(const Options& options) {
  TextRun how;
  if (!options.measure) return how;
  const StageThreads threads = stage_threads(options.film.device, options.replicas);
  how.replicas = threads.replicas;
  how.loaders = threads.loaders;
  return how;
}

Status run(Context& context, const Options& options) {
  if (!options.files.reports.empty()) return run_on_files(context, options);
  if (!options.files.points.empty() || !options.files.presence.empty() || !options.results.empty())
    return {ErrorCode::kUsage, "--points, --presence and --results go with --factchexcker REPORTS.json"};
  if (!options.measure && !options.film.overlay.empty())
    return {ErrorCode::kUsage, "--overlay goes with --measure"};
  FactcheckOptions what;
  what.text = text_place(options.input);
  what.report = options.report;
  what.prior = options.prior;
  what.claims_only = options.claims_only;
  what.apply = options.apply;
  if (options.measure && !options.claims_only) {
    HILUM_ASSIGN(what.measure, measure_options(options.film));
  }
  HILUM_ASSIGN(const auto stage, make_factcheck_stage(what));
  std::size_t contradicted = 0;
  TextRun how = run_of(options);
  how.extra.push_back(std::make_unique<ContradictionCounter>(contradicted));
  HILUM_RETURN_IF_ERROR(run_text_stage(context, options.input, *stage, std::move(how)));
  if (options.fail_on == "contradicted" && contradicted > 0) {
    return {ErrorCode::kNegativeAnswer, std::to_string(contradicted) +
                                            (contradicted == 1 ? " report holds" : " reports hold") +
                                            " a contradicted claim"};
  }
  return Status::ok();
}

void add_options(CLI::App& app, Options& options) {
  add_text_input_options(app, options.input);
  app.add_option("--report", options.report,
                 "Where the report is: an object with findings and impression, or text")
      ->capture_default_str();
  app.add_flag("--claims-only", options.claims_only, "Only read the claims: adds \"claims\"");
  app.add_flag("--apply", options.apply,
               "Write the corrected report as factcheck.report (default: warn only)");
  app.add_option("--prior", options.prior,
                 "Was an earlier study given? auto: the record's priors and comparison say")
      ->check(CLI::IsMember({"auto", "yes", "no"}))
      ->capture_default_str();
  app.add_option("--fail-on", options.fail_on, "End with exit code 1 when a claim is contradicted")
      ->check(CLI::IsMember({"contradicted"}));
  app.add_option("--factchexcker", options.files.reports,
                 "Read FactCheXcker's reports.json instead of records");
  app.add_option("--points", options.files.points, "With it: the detector's points (0 carina, 1 tube tip)");
  app.add_option("--presence", options.files.presence, "With it: the presence answers");
  app.add_option("--results", options.results, "With it: write the result rows to this CSV file");
  app.add_option("--model", options.model,
                 "With it: the model's name in the rows; the file's name if not given");
  app.add_flag("--measure", options.measure,
               "Measure the record's first image before checking, as hilum measure does");
  add_measure_options(app, options.film);
  app.add_option("--replicas", options.replicas,
                 "With --measure: films measured at the same time (0: one a processor)")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
}

}  // namespace

Command make_factcheck_command() {
  return {
      "factcheck", "Check a report's claims, with reasons and edits that can be undone", "Text",
      [](CLI::App& app) -> Run {
        auto options = std::make_shared<Options>();
        add_options(app, *options);
        app.footer(
            "Adds \"factcheck\": {claims, edits, report}. Each claim is supported, contradicted or not "
            "checkable,\n"
            "with reason, numbers and place. Evidence comes from the record: predictions, "
            "anatomy.measurements,\n"
            "anatomy.presence, priors, comparison. What the text alone cannot show stays not checkable.\n\n"
            "Examples:\n"
            "  hilum factcheck --apply < reports.jsonl > checked.jsonl\n"
            "  hilum factcheck --claims-only < report.txt\n"
            "  hilum factcheck --fail-on contradicted --quiet < reports.jsonl > /dev/null\n"
            "  hilum factcheck --measure --overlay pictures < reports_with_images.jsonl > checked.jsonl\n"
            "  hilum factcheck --factchexcker reports.json --points points.json --presence presence.json \\\n"
            "    --results rows.csv --apply > updated.json");
        return [options](Context& context) { return run(context, *options); };
      }};
}

}  // namespace hilum::cli
