#include <algorithm>
#include <functional>
#include <optional>

#include <nlohmann/json.hpp>

#include "hilum/entities.h"

#include "core/files/file.h"
#include "core/files/sha256.h"
#include "core/text/text.h"
#include "nlp/lunguage/lunguage.h"
#include "stages/common/provenance.h"
#include "stages/common/text_stage.h"
#include "stages/entities/found.h"
#include "stages/entities/model_entities.h"

namespace hilum {
namespace {

using stages::EntitiesFound;
using stages::ModelEntities;

constexpr std::size_t kMaxLexiconBytes = 16u << 20;

std::string id_of(const Json& record) {
  const auto id = record.find("id");
  if (id == record.end()) return {};
  return id->is_string() ? id->get<std::string>() : id->dump();
}

// Who, which study and when, from a record: `patient_id`, `id`, and `day` (days since any fixed date).
Status identify(const Json& record, nlp::LunguageReport& report) {
  report.study_id = id_of(record);
  HILUM_ASSIGN(report.subject_id, text_at(record, "patient_id"));
  if (report.subject_id.empty()) report.subject_id = report.study_id;
  const Json* day = find_path(record, "day");
  if (day == nullptr || day->is_null()) return Status::ok();
  if (!day->is_number()) return {ErrorCode::kRecordInvalid, "'day' should be a number of days"};
  report.day = day->get<double>();
  return Status::ok();
}

// Text -> entities, by rules or by a model.
using Extract = std::function<Result<nlp::ExtractedReport>(const std::string& text)>;

class TextEntities : public TextStage {
 public:
  TextEntities(StageInfo info, const EntitiesOptions& options, nlp::SeeMode mode)
      : TextStage(options.text, std::move(info)), mode_(mode), add_structured_(options.structured) {}

  void use_rules(nlp::EntityExtractor extractor) {
    extract_ = [extractor = std::move(extractor)](const std::string& text) -> Result<nlp::ExtractedReport> {
      return extractor.extract(text);
    };
  }
  void use_model(ModelEntities model, int threads) {
    enter_ = [model, threads] { model.use_threads(threads); };
    extract_ = [model](const std::string& text) { return model.extract(text); };
  }
  void use_qualifiers(nlp::QualifierFinder qualifiers) { qualifiers_ = std::move(qualifiers); }

  void enter_thread() override {
    if (enter_) enter_();
  }

  Status process_text(Item& item, const std::string& text) override {
    Json& record = item.record();
    auto found = std::make_unique<EntitiesFound>();
    HILUM_ASSIGN(found->report, extract_(text));
    found->report.graph.key = id_of(record);
    if (qualifiers_) {
      nlp::LunguageReport& structured =
          found->structured.emplace(nlp::lunguage_report(found->report, text, *qualifiers_));
      HILUM_RETURN_IF_ERROR(identify(record, structured));
      if (add_structured_) record["structured_entities"] = nlp::lunguage_to_json(structured);
    }
    record["entities"] = nlp::entities_json(found->report, mode_);
    item.payload = std::move(found);
    return Status::ok();
  }

 private:
  nlp::SeeMode mode_;
  bool add_structured_;
  Extract extract_;
  std::function<void()> enter_;
  std::optional<nlp::QualifierFinder> qualifiers_;
};

// What comes with its graph or its structured report.
class BroughtEntities : public RecordStage {
 public:
  BroughtEntities(StageInfo info, Json provenance)
      : info_(std::move(info)), provenance_(std::move(provenance)) {}
  const StageInfo& info() const final { return info_; }
  const Json& provenance() const final { return provenance_; }

 private:
  StageInfo info_;
  Json provenance_;
};

Result<const EntitiesFound*> brought(const Item& item, const char* source) {
  const auto* found = dynamic_cast<const EntitiesFound*>(item.payload.get());
  if (found == nullptr) return Status(ErrorCode::kRecordInvalid, std::string("not a record of ") + source);
  return found;
}

class GraphEntities : public BroughtEntities {
 public:
  GraphEntities(StageInfo info, Json provenance, nlp::SeeMode mode)
      : BroughtEntities(std::move(info), std::move(provenance)), mode_(mode) {}

  Status process_one(Item& item) override {
    HILUM_ASSIGN(const EntitiesFound* found, brought(item, "radgraph_source"));
    item.record()["entities"] = nlp::entities_json(found->report.graph, mode_);
    return Status::ok();
  }

 private:
  nlp::SeeMode mode_;
};

// A structured report that was read is checked, and stays in the record even when it is not valid.
class TableEntities : public BroughtEntities {
 public:
  using BroughtEntities::BroughtEntities;

  Status process_one(Item& item) override {
    HILUM_ASSIGN(const EntitiesFound* found, brought(item, "structured_table_source"));
    if (!found->structured) return {ErrorCode::kRecordInvalid, "not a record of structured_table_source"};
    item.record()["structured_entities"] = nlp::lunguage_to_json(*found->structured);
    const std::vector<std::string> problems = nlp::lunguage_problems(*found->structured);
    return problems.empty() ? Status::ok() : Status(ErrorCode::kRecordInvalid, join(problems, "; "));
  }
};

// A hash for each file of a lexicon that is not ours.
Result<Json> hashes_of(const std::string& folder) {
  Json hashes = Json::object();
  for (const char* name : {"anatomy.txt", "observations.txt", "cues.txt"}) {
    HILUM_ASSIGN(const std::string text, read_file(folder + "/" + name, kMaxLexiconBytes));
    hashes[name] = sha256_hex(text);
  }
  return hashes;
}

// What of the declaration is true of a stage with these options.
StageInfo info_of(const EntitiesOptions& options) {
  StageInfo info = entities_info();
  const bool text = options.input == EntitiesInput::kText;
  const bool table = options.input == EntitiesInput::kTable;
  const bool structured = table || options.structured || options.keep_structured;
  if (!text) info.reads.clear();
  if (!text || !options.lexicon.empty() || !options.bundle.empty()) info.tables.clear();
  if (text && structured && !options.lexicon.empty()) info.tables = {"lexicon/qualifiers.json"};
  const auto drop = [&](const char* path) {
    info.writes.erase(std::remove_if(info.writes.begin(), info.writes.end(),
                                     [&](const RecordKey& key) { return key.path == path; }),
                      info.writes.end());
  };
  if (table) drop("entities");
  if (!table && !options.structured) drop("structured_entities");
  return info;
}

Status check(const EntitiesOptions& options) {
  const bool structured = options.structured || options.keep_structured;
  if (!options.bundle.empty() && (structured || !options.lexicon.empty()))
    return {ErrorCode::kUsage, "the setting 'bundle' goes with neither 'structured' nor 'lexicon'"};
  const bool text = options.input == EntitiesInput::kText;
  if (!text && (structured || !options.lexicon.empty() || !options.bundle.empty()))
    return {ErrorCode::kUsage,
            "graphs and tables are read as they are: without bundle, lexicon or structured"};
  return Status::ok();
}

Result<std::unique_ptr<Stage>> make_text_entities(const EntitiesOptions& options, nlp::SeeMode mode) {
  Json settings = {{"mode", options.mode}, {"structured", options.structured}};
  Json details = Json::object();
  auto stage = std::make_unique<TextEntities>(info_of(options), options, mode);
  if (options.bundle.empty()) {
    HILUM_ASSIGN(nlp::EntityExtractor rules, nlp::EntityExtractor::load(options.lexicon));
    stage->use_rules(std::move(rules));
    if (!options.lexicon.empty()) {
      HILUM_ASSIGN(settings["lexicon"], hashes_of(options.lexicon));
    }
  } else {
    runtime::ModelOptions how;
    how.device = options.device;
    HILUM_ASSIGN(const ModelEntities model, ModelEntities::open(options.bundle, how, mode));
    details = model.provenance();
    settings["bundle"] = details["bundle"];
    stage->use_model(model, options.threads);
  }
  if (options.structured || options.keep_structured) {
    HILUM_ASSIGN(nlp::QualifierFinder qualifiers, nlp::QualifierFinder::load());
    stage->use_qualifiers(std::move(qualifiers));
  }
  return described(std::move(stage), std::move(settings), std::move(details));
}

}  // namespace

const StageInfo& entities_info() {
  static const StageInfo info = [] {
    StageInfo i;
    i.name = "entities";
    i.summary = "anatomy and observations, their assertions and relations, and the facts they state";
    i.reads = {{"report.findings", "the text, unless other keys are named"},
               {"text", "the text of records without findings"},
               {"patient_id", "whose report it is, for structured reports"},
               {"day", "days since any fixed date, for structured reports"}};
    i.writes = {{"structured_entities", "the report in Lunguage's schema, when asked for"},
                {"entities", "facts and items"}};
    i.tables = {"lexicon"};
    return i;
  }();
  return info;
}

Result<std::unique_ptr<Stage>> make_entities_stage(const EntitiesOptions& options) {
  HILUM_RETURN_IF_ERROR(check(options));
  HILUM_ASSIGN(const nlp::SeeMode mode, nlp::see_mode_from_name(options.mode));
  if (options.input == EntitiesInput::kText) return make_text_entities(options, mode);
  StageInfo info = info_of(options);
  const bool graphs = options.input == EntitiesInput::kGraphs;
  const Json settings = graphs ? Json{{"mode", options.mode}} : Json::object();
  HILUM_ASSIGN(Json provenance, make_provenance(info, settings, Json::object()));
  if (graphs)
    return std::unique_ptr<Stage>(
        std::make_unique<GraphEntities>(std::move(info), std::move(provenance), mode));
  return std::unique_ptr<Stage>(std::make_unique<TableEntities>(std::move(info), std::move(provenance)));
}

}  // namespace hilum
