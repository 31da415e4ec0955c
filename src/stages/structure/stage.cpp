#include "hilum/structure.h"

#include "nlp/structure/structure.h"
#include "stages/common/text_stage.h"

namespace hilum {
namespace {

Json to_json(const nlp::OrganReport& report) {
  Json sections = Json::array();
  for (const nlp::OrganSection& part : report.sections)
    sections.push_back({{"section", part.section}, {"name", part.name}, {"items", part.items}});
  return {{"sections", std::move(sections)}, {"unplaced", report.unplaced}};
}

Json problems_json(const std::vector<nlp::StructureProblem>& problems) {
  Json out = Json::array();
  for (const nlp::StructureProblem& problem : problems)
    out.push_back({{"line", problem.line}, {"message", problem.message}});
  return out;
}

// The report with its sections where a record has them apart.
Result<std::string> whole_report(const Json& record) {
  std::string out;
  constexpr std::pair<const char*, const char*> kParts[] = {{"History", "indication"},
                                                            {"Technique", "technique"},
                                                            {"Comparison", "comparison"},
                                                            {"Findings", "report.findings"},
                                                            {"Impression", "report.impression"}};
  for (const auto& [header, key] : kParts) {
    HILUM_ASSIGN(const std::string part, text_at(record, key));
    if (!part.empty()) out += std::string(header) + ": " + part + "\n\n";
  }
  return out;
}

class StructureStage : public TextStage {
 public:
  StructureStage(const StructureOptions& options, nlp::Structurer structurer)
      : TextStage(options.text, structure_info()), task_(options.task), structurer_(std::move(structurer)) {}

 protected:
  Status process_text(Item& item, const std::string& text) override {
    return task_ == StructureTask::kStructure ? structure(item.record(), text) : check(item.record(), text);
  }

 private:
  Status structure(Json& record, const std::string& text) const {
    std::string source = text;
    if (keys().keys().empty() && find_path(record, "report.findings") != nullptr) {
      HILUM_ASSIGN(source, whole_report(record));
    }
    const nlp::OrganReport report = structurer_.structure(source);
    Json structured = to_json(report);
    structured["text"] = structurer_.to_text(report);
    record["structured"] = std::move(structured);
    return Status::ok();
  }

  Status check(Json& record, const std::string& text) const {
    nlp::OrganReport read;
    const auto problems = structurer_.check(text, &read);
    record["structure_check"] = {{"valid", problems.empty()}, {"problems", problems_json(problems)}};
    if (task_ == StructureTask::kCheck) return Status::ok();
    record["report"] = {{"findings", nlp::Structurer::paragraph(read, "Findings")},
                        {"impression", nlp::Structurer::paragraph(read, "Impression")}};
    record["unplaced"] = read.unplaced;
    return Status::ok();
  }

  StructureTask task_;
  nlp::Structurer structurer_;
};

std::vector<std::string> tables() {
  std::vector<std::string> all = label_tables("chexpert14");
  all.insert(all.begin(), "structure/srrg.json");
  return all;
}

}  // namespace

const StageInfo& structure_info() {
  static const StageInfo info = {
      "structure",
      "Free text to a structured report, a check of one, and back",
      {{"report", "findings and impression; without them `text`, or the keys asked for"},
       {"indication", "the report's other sections: also `technique` and `comparison`"}},
      {{"structured", "sections, sentences that have no place, and the text form"},
       {"structure_check", "whether a text has that form, and what is wrong (if asked)"},
       {"report", "free text made of a structured one (if asked)"},
       {"unplaced", "with that: sentences that have no place"}},
      tables()};
  return info;
}

Result<std::unique_ptr<Stage>> make_structure_stage(const StructureOptions& options) {
  HILUM_ASSIGN(nlp::Structurer structurer, nlp::Structurer::load());
  return described(std::make_unique<StructureStage>(options, std::move(structurer)),
                   {{"task", static_cast<int>(options.task)}});
}

}  // namespace hilum
