// Structured reports in the schema of Lunguage (arXiv 2505.21190): one row an entity with category, status,
// certainty and sixteen attribute relations, and over several reports of a patient the finding it belongs to
// and its episode. `laterality` is our own. docs/structured.md describes the schema. Values; pure functions,
// safe from any thread.
#pragma once

#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hilum/json.h"
#include "hilum/status.h"

#include "nlp/entities/entities.h"
#include "nlp/lunguage/qualifiers.h"

namespace hilum::nlp {

struct Attribute {
  std::string relation;           // one of attribute_relations()
  std::string value;              // for associate and evidence the name of the other entity
  std::optional<int> object_idx;  // its ent_idx, for associate and evidence only
};

struct LunguageEntity {
  std::string name;       // lower case
  int sent_idx = 0;       // from 1
  int ent_idx = 0;        // from 1, unique in the report
  std::string category;   // pf, cf, oth, cof, ncd, patient info.
  std::string status;     // positive, negative
  std::string certainty;  // definitive, tentative
  std::vector<Attribute> attributes;
  std::string laterality;    // left, right, bilateral, or empty; not in Lunguage
  std::string entity_group;  // set by group_findings(), or as read
  int temporal_group = 0;    // episode from 1; 0: not grouped
};

struct LunguageReport {
  std::string subject_id;
  std::string study_id;
  int sequence = 0;  // place among the patient's studies
  double day = 0;    // days since the patient's first study
  std::string section = "find";
  std::vector<std::string> sentences;  // by sent_idx - 1; may be empty
  std::vector<LunguageEntity> entities;
};

// The sixteen relations in the order of the schema, lower case ("no change", "past hx").
const std::vector<std::string>& attribute_relations();

// Everything wrong with a report, one sentence each that names entity and rule; empty when it is valid.
std::vector<std::string> lunguage_problems(const LunguageReport& report);

// {"entities":[{"name","sent_idx","ent_idx","relations":[{"relation","value","obj_ent_idx"}]}]}, relations
// spelled "Dx_Status", "No Change". `strict` leaves our own keys (laterality, entity_group, temporal_group)
// out.
Json lunguage_to_json(const LunguageReport& report, bool strict = false);
// Reads both forms. kRecordInvalid says which entity lacks what; rules between entities are
// lunguage_problems'.
Result<LunguageReport> lunguage_from_json(const Json& value);

// The table form: a header line and one CSV row an entity, several values joined by ", ", links as "name,
// idx4".
std::string lunguage_table_header();
std::string lunguage_table_rows(const LunguageReport& report);
// Reads a table, one report for each run of rows with the same subject, study and section. The name may be in
// `ent` or `entity`; a column that is missing is empty. kCsvInvalid or kRecordInvalid names the row.
Result<std::vector<LunguageReport>> lunguage_from_table(std::istream& in, const std::string& name);

// The structured form of extracted text. A qualifier goes to the entity of its sentence that stands nearest;
// in a sentence without an entity it has no place and is left out.
LunguageReport lunguage_report(const ExtractedReport& extracted, std::string_view text,
                               const QualifierFinder& qualifiers);

// Groups the findings of one patient's reports (in order of time) and numbers each group's episodes, by
// rules.
class FindingGrouper {
 public:
  // `file`: synonyms; empty: configs/lexicon/groups.txt as it ships.
  static Result<FindingGrouper> load(const std::string& file = {});
  void group(std::vector<LunguageReport>& reports) const;

 private:
  std::string concept_of(const LunguageEntity& entity) const;
  std::vector<std::pair<std::string, std::string>> concepts_;  // term, concept; sorted by term
};

}  // namespace hilum::nlp
