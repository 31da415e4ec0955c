#include "app/command.h"

#include <filesystem>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "hilum/factcheck.h"
#include "hilum/record.h"

#include "core/files/file.h"
#include "core/text/text.h"
#include "factcheck/factcheck.h"
#include "options/measure_options.h"
#include "options/text_input.h"
#include "stages/measure/film_measurer.h"

namespace hilum::cli {
namespace {

namespace fc = hilum::factcheck;

constexpr std::size_t kMaxReportBytes = 64u << 10;

struct Options {
  TextInputOptions input;
  std::string report = "report";
  std::string prior = "auto";
  std::string fail_on;
  bool claims_only = false;
  bool apply = false;
  std::string factchexcker, points, presence, results, out, model;
  bool measure = false;
  MeasureCliOptions film;
};

// The texts to check: a CSV column, the keys of --text-key, or the report.
Result<std::vector<fc::Section>> sections_of(const Json& record, const Options& options) {
  std::vector<std::string> keys;
  if (!options.input.column.empty()) keys = {options.input.column};
  if (keys.empty() && !options.input.text_key.empty()) keys = split(options.input.text_key, ',');
  if (keys.empty()) return fc::sections_of(record, options.report);
  std::vector<fc::Section> sections;
  for (const std::string& key : keys) {
    if (find_path(record, key) == nullptr) continue;
    HILUM_ASSIGN(std::string text, text_at(record, key));
    sections.push_back({key, std::move(text)});
  }
  if (sections.empty()) return Status(ErrorCode::kRecordInvalid, "no text at '" + join(keys, "', '") + "'");
  return sections;
}

Status add_claims(Json& record, const std::vector<fc::Section>& sections, const fc::ClaimReader& reader) {
  Json claims = Json::array();
  for (const fc::Section& section : sections) {
    for (const fc::Claim& claim : reader.read(section.text)) {
      Json json = to_json(claim);
      if (sections.size() > 1) json["field"] = section.name;
      claims.push_back(std::move(json));
    }
  }
  record["claims"] = std::move(claims);
  return Status::ok();
}

// The claims that a measurement answers, for the picture.
std::vector<stages::ShownVerdict> shown_verdicts(const fc::Outcome& outcome) {
  std::vector<stages::ShownVerdict> shown;
  for (const fc::CheckedClaim& c : outcome.claims) {
    if (c.tool.empty()) continue;
    const anatomy::Colour colour = c.verdict == fc::Verdict::kSupported      ? anatomy::kSupported
                                   : c.verdict == fc::Verdict::kContradicted ? anatomy::kContradicted
                                                                             : anatomy::kUnchecked;
    shown.push_back({c.tool, std::string(fc::verdict_name(c.verdict)) + ": " + c.reason, colour});
  }
  return shown;
}

Result<fc::Outcome> add_factcheck(Json& record, const std::vector<fc::Section>& sections,
                                  const fc::FactChecker& checker, const Options& options,
                                  std::size_t& contradicted) {
  std::size_t bytes = 0;
  for (const fc::Section& section : sections) bytes += section.text.size();
  if (bytes > kMaxReportBytes) {
    return Status(ErrorCode::kTooLarge,
                  "a report of more than " + std::to_string(kMaxReportBytes) + " bytes");
  }
  HILUM_ASSIGN(fc::Evidence evidence, fc::evidence_of(record, checker.reader().lexicon()));
  if (options.prior == "yes") evidence.has_prior = true;
  if (options.prior == "no") evidence.has_prior = false;
  fc::Outcome outcome = checker.check(sections, evidence);
  if (outcome.contradicted()) ++contradicted;
  Json claims = Json::array(), edits = Json::array();
  for (const fc::CheckedClaim& claim : outcome.claims) claims.push_back(to_json(claim));
  for (const fc::Edit& edit : outcome.edits) edits.push_back(to_json(edit));
  Json result{{"claims", std::move(claims)}, {"edits", std::move(edits)}};
  if (options.apply) {
    HILUM_ASSIGN(const auto corrected, fc::apply_to_report(sections, outcome.edits));
    Json report = Json::object();
    for (const fc::Section& section : corrected) report[section.name] = section.text;
    result["report"] = std::move(report);
  }
  record["factcheck"] = std::move(result);
  return outcome;
}

Status run_on_files(Context& context, const Options& options) {
  HILUM_ASSIGN(const auto source,
               factchexcker_source({options.factchexcker, options.points, options.presence}));
  HILUM_ASSIGN(const auto stage, make_factchexcker_stage(options.apply));
  const std::string model =
      options.model.empty() ? std::filesystem::path(options.factchexcker).stem().string() : options.model;
  const auto writer = factchexcker_writer(*context.streams.out, options.results, model);
  RunOptions how;
  how.quiet = context.quiet;
  how.unit = "reports";
  return run(*stage, *source, *writer, how, context.streams).status();
}

Status run(Context& context, const Options& options) {
  if (!options.factchexcker.empty()) return run_on_files(context, options);
  if (!options.points.empty() || !options.presence.empty() || !options.results.empty()) {
    return {ErrorCode::kUsage, "--points, --presence and --results go with --factchexcker REPORTS.json"};
  }
  if (options.claims_only) {
    HILUM_ASSIGN(const fc::ClaimReader reader, fc::ClaimReader::load());
    return run_record_command(context, options.input, "factcheck", [&](Json& record) -> Status {
      HILUM_ASSIGN(const auto sections, sections_of(record, options));
      return add_claims(record, sections, reader);
    });
  }
  HILUM_ASSIGN(const fc::FactChecker checker, fc::FactChecker::load());
  std::unique_ptr<stages::FilmMeasurer> measurer;
  if (options.measure) {
    HILUM_ASSIGN(const MeasureOptions film, measure_options(options.film));
    HILUM_ASSIGN(measurer, stages::FilmMeasurer::open(film));
  } else if (!options.film.overlay.empty()) {
    return {ErrorCode::kUsage, "--overlay goes with --measure"};
  }
  std::size_t contradicted = 0;
  HILUM_RETURN_IF_ERROR(run_record_command(context, options.input, "factcheck", [&](Json& record) -> Status {
    HILUM_ASSIGN(const auto sections, sections_of(record, options));
    std::optional<stages::MeasuredFilm> film;
    if (measurer) {
      if (const Status admitted = measurer->admit(record); !admitted.is_ok()) return admitted;
      HILUM_ASSIGN(auto image, measurer->read(record));
      HILUM_ASSIGN(film, measurer->add_to(record, std::move(image)));
      add_provenance(record, "measure", measurer->provenance());
    }
    HILUM_ASSIGN(const fc::Outcome outcome, add_factcheck(record, sections, checker, options, contradicted));
    return film ? measurer->write_overlay(*film, shown_verdicts(outcome)) : Status::ok();
  }));
  if (options.fail_on == "contradicted" && contradicted > 0) {
    return {ErrorCode::kNegativeAnswer, std::to_string(contradicted) +
                                            (contradicted == 1 ? " report holds" : " reports hold") +
                                            " a contradicted claim"};
  }
  return Status::ok();
}

}  // namespace

Command make_factcheck_command() {
  return {
      "factcheck", "Check a report's claims, with reasons and edits that can be undone", "Text",
      [](CLI::App& app) -> Run {
        auto options = std::make_shared<Options>();
        add_text_input_options(app, options->input);
        app.add_option("--report", options->report,
                       "Where the report is: an object with findings and impression, or text")
            ->capture_default_str();
        app.add_flag("--claims-only", options->claims_only, "Only read the claims: adds \"claims\"");
        app.add_flag("--apply", options->apply,
                     "Write the corrected report as factcheck.report (default: warn only)");
        app.add_option("--prior", options->prior,
                       "Was an earlier study given? auto: the record's priors and comparison say")
            ->check(CLI::IsMember({"auto", "yes", "no"}))
            ->capture_default_str();
        app.add_option("--fail-on", options->fail_on, "End with exit code 1 when a claim is contradicted")
            ->check(CLI::IsMember({"contradicted"}));
        app.add_option("--factchexcker", options->factchexcker,
                       "Read FactCheXcker's reports.json instead of records");
        app.add_option("--points", options->points, "With it: the detector's points (0 carina, 1 tube tip)");
        app.add_option("--presence", options->presence, "With it: the presence answers");
        app.add_option("--results", options->results, "With it: write the result rows to this CSV file");
        app.add_option("--model", options->model,
                       "With it: the model's name in the rows; the file's name if not given");
        app.add_flag("--measure", options->measure,
                     "Measure the record's first image before checking, as hilum measure does");
        add_measure_options(app, options->film);
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
