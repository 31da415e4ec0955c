#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

#include "hilum/factcheck.h"
#include "hilum/record.h"

#include "core/text/text.h"
#include "factcheck/factcheck.h"
#include "stages/common/provenance.h"
#include "stages/common/text_keys.h"
#include "stages/measure/film_measurer.h"

namespace hilum {
namespace {

namespace fc = hilum::factcheck;

constexpr std::size_t kMaxReportBytes = 64u << 10;

using Sections = std::vector<fc::Section>;
using stages::FilmMeasurer;
using stages::ShownVerdict;

// The sections that a stage checks: the texts of its keys, or the report.
class SectionReader {
 public:
  SectionReader(TextPlace place, std::string report) : keys_(std::move(place)), report_(std::move(report)) {}

  Result<Sections> read(const Json& record) const {
    if (keys_.keys().empty()) return fc::sections_of(record, report_);
    Sections sections;
    for (std::size_t i = 0; i < keys_.keys().size(); ++i) {
      const std::string& key = keys_.keys()[i];
      const Json* text = keys_.find(record, i);
      if (text == nullptr) continue;
      if (!text->is_string() && !text->is_null())
        return Status(ErrorCode::kRecordInvalid, "'" + key + "' should be text and is " + text->type_name());
      sections.push_back({key, text->is_null() ? std::string() : text->get<std::string>()});
    }
    if (!sections.empty()) return sections;
    return Status(ErrorCode::kRecordInvalid, "no text at '" + join(keys_.keys(), "', '") + "'");
  }

  std::vector<std::string> warnings() const { return keys_.warnings(); }

 private:
  TextKeys keys_;
  std::string report_;
};

// What both kinds of the stage have: their sections, and what they say of how they work.
class SectionStage : public RecordStage {
 public:
  SectionStage(StageInfo info, Json provenance, const FactcheckOptions& options)
      : info_(std::move(info)), provenance_(std::move(provenance)), sections_(options.text, options.report) {}

  const StageInfo& info() const final { return info_; }
  const Json& provenance() const final { return provenance_; }
  std::vector<std::string> warnings() const final { return sections_.warnings(); }

 protected:
  Result<Sections> sections_of(const Json& record) const { return sections_.read(record); }

 private:
  StageInfo info_;
  Json provenance_;
  SectionReader sections_;
};

class ClaimStage : public SectionStage {
 public:
  ClaimStage(StageInfo info, Json provenance, const FactcheckOptions& options, fc::ClaimReader reader)
      : SectionStage(std::move(info), std::move(provenance), options), reader_(std::move(reader)) {}

  Status process_one(Item& item) override {
    HILUM_ASSIGN(const Sections sections, sections_of(item.record()));
    Json claims = Json::array();
    for (const fc::Section& section : sections) {
      for (const fc::Claim& claim : reader_.read(section.text)) {
        Json json = to_json(claim);
        if (sections.size() > 1) json["field"] = section.name;
        claims.push_back(std::move(json));
      }
    }
    item.record()["claims"] = std::move(claims);
    return Status::ok();
  }

 private:
  fc::ClaimReader reader_;
};

// The claims that a measurement answers, for the picture.
std::vector<ShownVerdict> shown_verdicts(const fc::Outcome& outcome) {
  std::vector<ShownVerdict> shown;
  for (const fc::CheckedClaim& c : outcome.claims) {
    if (c.tool.empty()) continue;
    const anatomy::Colour colour = c.verdict == fc::Verdict::kSupported      ? anatomy::kSupported
                                   : c.verdict == fc::Verdict::kContradicted ? anatomy::kContradicted
                                                                             : anatomy::kUnchecked;
    shown.push_back({c.tool, std::string(fc::verdict_name(c.verdict)) + ": " + c.reason, colour});
  }
  return shown;
}

struct FilmToCheck : Payload {
  Sections sections;
  FilmMeasurer::Film film;
};

class CheckStage : public SectionStage {
 public:
  CheckStage(StageInfo info, Json provenance, const FactcheckOptions& options, fc::FactChecker checker)
      : SectionStage(std::move(info), std::move(provenance), options),
        prior_(options.prior),
        apply_(options.apply),
        checker_(std::move(checker)) {}

  Status process_one(Item& item) override {
    HILUM_ASSIGN(const Sections sections, sections_of(item.record()));
    return check_and_add(item.record(), sections).status();
  }

 protected:
  Result<fc::Outcome> check_and_add(Json& record, const Sections& sections) const {
    HILUM_ASSIGN(fc::Outcome outcome, check(record, sections));
    HILUM_RETURN_IF_ERROR(add(record, sections, outcome));
    return outcome;
  }

 private:
  Result<fc::Outcome> check(const Json& record, const Sections& sections) const {
    std::size_t bytes = 0;
    for (const fc::Section& section : sections) bytes += section.text.size();
    if (bytes > kMaxReportBytes) {
      return Status(ErrorCode::kTooLarge,
                    "a report of more than " + std::to_string(kMaxReportBytes) + " bytes");
    }
    HILUM_ASSIGN(fc::Evidence evidence, fc::evidence_of(record, checker_.reader().lexicon()));
    if (prior_ != "auto") evidence.has_prior = prior_ == "yes";
    return checker_.check(sections, evidence);
  }

  Status add(Json& record, const Sections& sections, const fc::Outcome& outcome) const {
    Json claims = Json::array(), edits = Json::array();
    for (const fc::CheckedClaim& claim : outcome.claims) claims.push_back(to_json(claim));
    for (const fc::Edit& edit : outcome.edits) edits.push_back(to_json(edit));
    Json result{{"claims", std::move(claims)}, {"edits", std::move(edits)}};
    if (apply_) {
      HILUM_ASSIGN(const Sections corrected, fc::apply_to_report(sections, outcome.edits));
      Json report = Json::object();
      for (const fc::Section& section : corrected) report[section.name] = section.text;
      result["report"] = std::move(report);
    }
    record["factcheck"] = std::move(result);
    return Status::ok();
  }

  std::string prior_;
  bool apply_;
  fc::FactChecker checker_;
};

// Measures the film, then checks the report against what was measured.
class MeasuredCheckStage : public CheckStage {
 public:
  MeasuredCheckStage(StageInfo info, Json provenance, const FactcheckOptions& options,
                     fc::FactChecker checker, std::unique_ptr<FilmMeasurer> measurer)
      : CheckStage(std::move(info), std::move(provenance), options, std::move(checker)),
        measurer_(std::move(measurer)) {}

  void enter_thread() override { measurer_->enter_thread(); }
  Status admit(Item& item) override { return measurer_->admit(item.record()); }

  Status prepare(Item& item) override {
    auto payload = std::make_unique<FilmToCheck>();
    HILUM_ASSIGN(payload->sections, sections_of(item.record()));
    HILUM_ASSIGN(payload->film, measurer_->read(item.record()));
    item.payload = std::move(payload);
    return Status::ok();
  }

  Status process_one(Item& item) override {
    // Taken, so that the pixels go when the film is done: records may wait long for their turn to be written.
    const std::unique_ptr<Payload> payload = std::move(item.payload);
    auto& to_check = static_cast<FilmToCheck&>(*payload);
    Json& record = item.record();
    HILUM_ASSIGN(const auto film, measurer_->add_to(record, std::move(to_check.film)));
    add_provenance(record, measure_info().name, measurer_->provenance());
    HILUM_ASSIGN(const fc::Outcome outcome, check_and_add(record, to_check.sections));
    return measurer_->write_overlay(film, shown_verdicts(outcome));
  }

 private:
  std::unique_ptr<FilmMeasurer> measurer_;
};

// What of the declaration is true of a stage with these options.
StageInfo info_of(const FactcheckOptions& options) {
  StageInfo info = factcheck_info();
  if (options.claims_only) {
    const auto last = std::find_if(info.reads.begin(), info.reads.end(),
                                   [](const RecordKey& key) { return key.path == "predictions"; });
    info.reads.erase(last, info.reads.end());  // evidence
  }
  if (options.measure) {
    const StageInfo& film = measure_info();
    info.reads.insert(info.reads.end(), film.reads.begin(), film.reads.end());
    info.writes.insert(info.writes.begin(), film.writes.begin(), film.writes.end());
  }
  const char* unused = options.claims_only ? "factcheck" : "claims";
  info.writes.erase(std::remove_if(info.writes.begin(), info.writes.end(),
                                   [&](const RecordKey& key) { return key.path == unused; }),
                    info.writes.end());
  return info;
}

Json settings_of(const FactcheckOptions& options) {
  Json settings = {{"report", options.report}, {"claims_only", options.claims_only}};
  settings["text"] = options.text.keys;
  if (!options.claims_only) {
    settings["prior"] = options.prior;
    settings["apply"] = options.apply;
  }
  return settings;
}

}  // namespace

const StageInfo& factcheck_info() {
  static const StageInfo info = [] {
    StageInfo i;
    i.name = "factcheck";
    i.summary = "the report's claims, what contradicts them, and corrections that can be undone";
    i.reads = {{"report", "findings and impression, or a text, unless other keys are named"},
               {"text", "the text of records without a report"},
               {"predictions", "classifier outputs"},
               {"anatomy.measurements", "measured values"},
               {"anatomy.presence", "devices that are there or not"},
               {"priors", "earlier studies"},
               {"comparison", "the earlier study that the report names"}};
    i.writes = {{"factcheck", "claims with verdicts, edits, the corrected report when asked for"},
                {"claims", "claims alone, when asked for"}};
    i.tables = {"factcheck", "measurements", "lexicon"};
    return i;
  }();
  return info;
}

Result<std::unique_ptr<Stage>> make_factcheck_stage(const FactcheckOptions& options) {
  if (options.prior != "auto" && options.prior != "yes" && options.prior != "no")
    return Status(ErrorCode::kUsage, "the setting 'prior' should be auto, yes or no");
  if (options.claims_only && options.measure)
    return Status(ErrorCode::kUsage, "claims alone are not checked: nothing is measured for them");
  StageInfo info = info_of(options);
  HILUM_ASSIGN(Json provenance, make_provenance(info, settings_of(options), Json::object()));
  if (options.claims_only) {
    HILUM_ASSIGN(fc::ClaimReader reader, fc::ClaimReader::load());
    return std::unique_ptr<Stage>(
        std::make_unique<ClaimStage>(std::move(info), std::move(provenance), options, std::move(reader)));
  }
  HILUM_ASSIGN(fc::FactChecker checker, fc::FactChecker::load());
  if (options.measure) {
    HILUM_ASSIGN(auto measurer, FilmMeasurer::open(*options.measure));
    return std::unique_ptr<Stage>(std::make_unique<MeasuredCheckStage>(
        std::move(info), std::move(provenance), options, std::move(checker), std::move(measurer)));
  }
  return std::unique_ptr<Stage>(
      std::make_unique<CheckStage>(std::move(info), std::move(provenance), options, std::move(checker)));
}

}  // namespace hilum
