#include <algorithm>
#include <charconv>

#include "core/text/text.h"
#include "nlp/lunguage/lunguage.h"
#include "record/csv.h"

namespace hilum::nlp {
namespace {

bool is_link(std::string_view relation) { return relation == "associate" || relation == "evidence"; }

std::string quoted(std::string_view field) {
  if (field.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(field);
  std::string out(field);
  replace_all(out, "\"", "\"\"");
  return '"' + out + '"';
}

std::string cell(const LunguageEntity& entity, const std::string& relation) {
  std::vector<std::string> values;
  for (const Attribute& attribute : entity.attributes) {
    if (attribute.relation != relation) continue;
    values.push_back(attribute.object_idx ? attribute.value + ", idx" + std::to_string(*attribute.object_idx)
                                          : attribute.value);
  }
  return join(values, ", ");
}

Status number(const std::string& text, int& out) {
  const std::string_view digits = trim(text);
  if (digits.empty()) return Status::ok();
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  const std::string_view rest(end, static_cast<std::size_t>(digits.data() + digits.size() - end));
  if (error == std::errc() && (rest.empty() || rest == ".0")) return Status::ok();
  return {ErrorCode::kRecordInvalid, "'" + text + "' should be a whole number"};
}

// "loc: right, det: upper": the prefixes of the raw form are dropped.
std::string plain_location(std::string value) {
  for (const char* prefix : {"loc:", "det:"}) replace_all(value, prefix, "");
  return collapse_spaces(value);
}

Status read_cell(const std::string& relation, const std::string& text, LunguageEntity& entity) {
  std::vector<std::string> parts = split(text, ',');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Attribute attribute{relation, to_lower(trim(parts[i])), std::nullopt};
    if (relation == "location") attribute.value = plain_location(attribute.value);
    if (attribute.value.empty()) continue;
    if (is_link(relation) && i + 1 < parts.size() && starts_with(trim(parts[i + 1]), "idx")) {
      int index = 0;
      HILUM_RETURN_IF_ERROR(number(std::string(trim(parts[i + 1]).substr(3)), index).at(relation));
      attribute.object_idx = index;
      ++i;
    }
    entity.attributes.push_back(std::move(attribute));
  }
  return Status::ok();
}

// The columns of one table.
class Columns {
 public:
  explicit Columns(const CsvReader& reader) : reader_(reader) {}
  // The value of the first of the columns that is there, or "".
  const std::string& get(const std::vector<std::string>& row,
                         std::initializer_list<const char*> names) const {
    static const std::string none;
    for (const char* name : names) {
      if (const auto column = reader_.find_column(name)) return row[*column];
    }
    return none;
  }

 private:
  const CsvReader& reader_;
};

Status read_row(const Columns& columns, const std::vector<std::string>& row, LunguageReport& report) {
  LunguageEntity entity;
  entity.name = to_lower(trim(columns.get(row, {"ent", "entity"})));
  HILUM_RETURN_IF_ERROR(number(columns.get(row, {"sent_idx"}), entity.sent_idx).at("sent_idx"));
  HILUM_RETURN_IF_ERROR(number(columns.get(row, {"ent_idx"}), entity.ent_idx).at("ent_idx"));
  entity.category = to_lower(trim(columns.get(row, {"cat"})));
  if (entity.category == "lf") entity.category = "pf";
  entity.status = to_lower(trim(columns.get(row, {"dx_status"})));
  entity.certainty = to_lower(trim(columns.get(row, {"dx_certainty"})));
  entity.laterality = to_lower(trim(columns.get(row, {"laterality"})));
  entity.entity_group =
      std::string(trim(columns.get(row, {"entity_group", "gt_entity_group", "LLM_cluster"})));
  HILUM_RETURN_IF_ERROR(
      number(columns.get(row, {"temporal_group", "gt_temporal_group"}), entity.temporal_group)
          .at("temporal_group"));
  for (const std::string& relation : attribute_relations()) {
    HILUM_RETURN_IF_ERROR(read_cell(relation, columns.get(row, {relation.c_str()}), entity));
  }
  const std::string& sentence = columns.get(row, {"sent"});
  if (!sentence.empty() && entity.sent_idx > 0 && entity.sent_idx <= 10000) {
    const auto index = static_cast<std::size_t>(entity.sent_idx);
    if (report.sentences.size() < index) report.sentences.resize(index);
    report.sentences[index - 1] = sentence;
  }
  report.entities.push_back(std::move(entity));
  return Status::ok();
}

}  // namespace

std::string lunguage_table_header() {
  return "subject_id,study_id,sequence,section,sent_idx,sent,ent_idx,ent,cat,dx_status,dx_certainty," +
         join(attribute_relations(), ",") + ",laterality,entity_group,temporal_group\n";
}

std::string lunguage_table_rows(const LunguageReport& report) {
  std::string out;
  for (const LunguageEntity& entity : report.entities) {
    const auto index = static_cast<std::size_t>(std::max(entity.sent_idx, 1) - 1);
    std::vector<std::string> fields = {report.subject_id,
                                       report.study_id,
                                       std::to_string(report.sequence),
                                       report.section,
                                       std::to_string(entity.sent_idx),
                                       index < report.sentences.size() ? report.sentences[index] : "",
                                       std::to_string(entity.ent_idx),
                                       entity.name,
                                       entity.category,
                                       entity.status,
                                       entity.certainty};
    for (const std::string& relation : attribute_relations()) fields.push_back(cell(entity, relation));
    fields.push_back(entity.laterality);
    fields.push_back(entity.entity_group);
    fields.push_back(entity.temporal_group > 0 ? std::to_string(entity.temporal_group) : "");
    for (std::string& field : fields) field = quoted(field);
    out += join(fields, ",") + "\n";
  }
  return out;
}

Result<std::vector<LunguageReport>> lunguage_from_table(std::istream& in, const std::string& name) {
  HILUM_ASSIGN(CsvReader reader, CsvReader::open(in, name));
  if (!reader.find_column("ent") && !reader.find_column("entity")) {
    return Status(ErrorCode::kCsvInvalid, name + ": no column 'ent' or 'entity'");
  }
  const Columns columns(reader);
  std::vector<LunguageReport> reports;
  for (;;) {
    HILUM_ASSIGN(const auto row, reader.next());
    if (!row) return reports;
    const std::string where = name + ", row " + std::to_string(reader.row_number());
    const std::string& subject = columns.get(*row, {"subject_id"});
    const std::string& study = columns.get(*row, {"study_id"});
    const std::string& section = columns.get(*row, {"section", "report_type"});
    if (reports.empty() || reports.back().subject_id != subject || reports.back().study_id != study ||
        reports.back().section != section) {
      LunguageReport& report = reports.emplace_back();
      report.subject_id = subject;
      report.study_id = study;
      report.section = section;
      HILUM_RETURN_IF_ERROR(number(columns.get(*row, {"sequence"}), report.sequence).at(where));
      int day = 0;
      HILUM_RETURN_IF_ERROR(number(columns.get(*row, {"DAY", "day"}), day).at(where));
      report.day = day;
    }
    HILUM_RETURN_IF_ERROR(read_row(columns, *row, reports.back()).at(where));
  }
}

}  // namespace hilum::nlp
