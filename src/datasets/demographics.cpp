#include <cstdlib>

#include "core/text/text.h"
#include "datasets/patients.h"

namespace hilum::datasets {
namespace {

std::optional<std::size_t> first_column(const CsvReader& reader, const std::vector<std::string>& names) {
  for (const std::string& wanted : names) {
    for (std::size_t i = 0; i < reader.columns().size(); ++i) {
      if (to_lower(trim(reader.columns()[i])) == wanted) return i;
    }
  }
  return std::nullopt;
}

// Ids meet whether or not a side writes MIMIC's p or s in front.
std::string join_key(std::string_view id) {
  const auto number = parse_id(id);
  return number ? std::to_string(*number) : std::string(trim(id));
}

}  // namespace

std::optional<double> parse_age(std::string_view text) {
  text = trim(text);
  if (text.empty()) return std::nullopt;
  double scale = 1;
  switch (text.back()) {
    case 'Y':
      break;
    case 'M':
      scale = 1 / 12.0;
      break;
    case 'W':
      scale = 7 / 365.25;
      break;
    case 'D':
      scale = 1 / 365.25;
      break;
    default: {
      const auto years = parse_number(text);
      return years && *years >= 0 && *years < 150 ? years : std::nullopt;
    }
  }
  const auto number = parse_number(text.substr(0, text.size() - 1));
  if (!number || *number < 0) return std::nullopt;
  return *number * scale;
}

Result<Demographics> Demographics::open(const std::string& path, const NoteCallback& note) {
  Demographics tables;
  std::optional<std::size_t> key, age, anchor_age, anchor_year, sex, race;
  const auto columns = [&](const CsvReader& reader) -> Status {
    key = first_column(reader, {"study_id"});
    tables.by_study_ = key.has_value();
    if (!key) key = first_column(reader, {"subject_id", "patient_id"});
    age = first_column(reader, {"age", "patient_age"});
    anchor_age = first_column(reader, {"anchor_age"});
    anchor_year = first_column(reader, {"anchor_year"});
    sex = first_column(reader, {"sex", "gender", "patient_sex"});
    race = first_column(reader, {"race", "ethnicity"});
    if (!key)
      return {ErrorCode::kCsvInvalid, path + ": no column study_id, subject_id or patient_id to join by"};
    if (!age && !anchor_age && !sex && !race) {
      return {ErrorCode::kCsvInvalid, path + ": no column age, anchor_age, sex, gender, race or ethnicity"};
    }
    return Status::ok();
  };
  const auto take = [&](const Row& row) {
    const std::string id = join_key(row.at(key));
    if (id.empty()) return false;
    Person& person =
        tables.people_
            .try_emplace(id, Person{std::nullopt, std::nullopt, tables.pool_.add(""), tables.pool_.add("")})
            .first->second;
    // Several rows of one patient (admissions): the first that has a value wins.
    if (!person.age) {
      person.age = parse_age(row.at(age));
      if (!person.age) {
        person.age = parse_age(row.at(anchor_age));
        if (const auto year = parse_number(row.at(anchor_year)); year && person.age) {
          person.anchor_year = static_cast<int>(*year);
        }
      }
    }
    if (tables.pool_.at(person.sex).empty()) person.sex = tables.pool_.add(row.at(sex));
    if (tables.pool_.at(person.race).empty()) person.race = tables.pool_.add(row.at(race));
    return true;
  };
  HILUM_RETURN_IF_ERROR(read_table(path, note, columns, take));
  return tables;
}

void Demographics::attach(StudyItem& item, const NoteCallback& note) const {
  const auto found = people_.find(join_key(by_study_ ? item.study.id : item.study.patient_id));
  if (found == people_.end()) {
    if (note) note({Reason::kPatientMissing, item.study.id, item.study.patient_id});
    return;
  }
  const Person& person = found->second;
  PatientData& data = item.study.patient_data;
  if (person.age) {
    data.age = person.age;
    if (person.anchor_year && item.time.day) {
      const int year = std::atoi(to_iso(item.time).c_str());
      data.age = *person.age + (year - *person.anchor_year);
    }
  }
  if (!pool_.at(person.sex).empty()) data.sex = pool_.at(person.sex);
  if (!pool_.at(person.race).empty()) data.race = pool_.at(person.race);
}

}  // namespace hilum::datasets
