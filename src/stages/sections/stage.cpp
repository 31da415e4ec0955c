#include "hilum/sections.h"

#include "nlp/sections/sections.h"
#include "nlp/words/clean.h"
#include "stages/common/text_stage.h"

namespace hilum {
namespace {

constexpr const char* kTable = "sections/mimic.json";

void add_sections(Json& record, const std::vector<nlp::Section>& sections) {
  Json named = Json::object();
  std::string indication;
  for (const nlp::Section& section : sections) {
    named[section.name] = section.text;
    if (section.name == "indication") indication = section.text;
  }
  record["sections"] = std::move(named);
  record["indication_clean"] = nlp::clean_indication(indication);
}

// The id that choices by hand go by.
std::string study_of(const Json& record) {
  for (const char* key : {"study_id", "id"}) {
    const auto it = record.find(key);
    if (it != record.end() && it->is_string()) return it->get<std::string>();
  }
  return {};
}

class MimicSections : public TextStage {
 public:
  MimicSections(const SectionsOptions& options, nlp::SectionParser parser)
      : TextStage(options.text, with_tables(sections_info(), {kTable})),
        dialect_(options.dialect == "sei" ? nlp::SectionDialect::kSei : nlp::SectionDialect::kMit),
        main_section_(options.main_section),
        parser_(std::move(parser)) {}

 protected:
  Status process_text(Item& item, const std::string& text) override {
    if (main_section_) {
      const nlp::Section main = parser_.main_section(study_of(item.record()), text);
      item.record()["main_section"] = {{"name", main.name}, {"text", main.text}};
    }
    add_sections(item.record(), nlp::SectionParser::by_name(parser_.parse(text, dialect_), dialect_));
    return Status::ok();
  }

 private:
  nlp::SectionDialect dialect_;
  bool main_section_;
  nlp::SectionParser parser_;
};

class IuSections : public TextStage {
 public:
  explicit IuSections(const SectionsOptions& options)
      : TextStage(options.text, with_tables(sections_info(), {})) {}

 protected:
  Status process_text(Item& item, const std::string& xml) override {
    HILUM_ASSIGN(const auto sections, nlp::parse_iu_xml(xml));
    // A plain file that came in knows its own id better than the source does.
    const std::string id = nlp::iu_xml_id(xml);
    if (study_of(item.record()) == "stdin" && !id.empty()) item.record()["id"] = id;
    add_sections(item.record(), nlp::SectionParser::by_name(sections, nlp::SectionDialect::kSei));
    return Status::ok();
  }
};

}  // namespace

const StageInfo& sections_info() {
  static const StageInfo info = {
      "sections",
      "A raw report's named sections",
      {{"text", "the raw report, where there is no report.findings; or at the keys asked for"},
       {"study_id", "or else `id`: by which `main_section` knows choices made by hand"}},
      {{"sections", "name: text"},
       {"indication_clean", "the indication as SEI's models read it"},
       {"main_section", "name and text of the one section of MIT's table (if asked)"}},
      {kTable}};
  return info;
}

Result<std::unique_ptr<Stage>> make_sections_stage(const SectionsOptions& options) {
  const Json settings = {{"dialect", options.dialect}, {"main_section", options.main_section}};
  if (options.dialect == "iu") return described(std::make_unique<IuSections>(options), settings);
  if (options.dialect != "mit" && options.dialect != "sei")
    return Status(ErrorCode::kUsage, "no dialect '" + options.dialect + "'; there are mit, sei, iu");
  HILUM_ASSIGN(nlp::SectionParser parser, nlp::SectionParser::load());
  return described(std::make_unique<MimicSections>(options, std::move(parser)), settings);
}

}  // namespace hilum
