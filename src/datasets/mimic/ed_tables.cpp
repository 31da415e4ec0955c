#include <algorithm>
#include <cmath>
#include <limits>

#include "core/text/text.h"
#include "datasets/patients.h"

namespace hilum::datasets {
namespace {

constexpr const char* kVitalColumns[] = {"temperature", "heartrate", "resprate", "o2sat", "sbp", "dbp"};
constexpr std::optional<double> VitalSigns::*kVitalMembers[] = {
    &VitalSigns::temperature, &VitalSigns::heartrate, &VitalSigns::resprate,
    &VitalSigns::o2sat,       &VitalSigns::sbp,       &VitalSigns::dbp};

std::optional<double> seconds_of(const StudyTime& time) {
  if (!time.day || !time.seconds) return std::nullopt;
  return *time.day * 86400.0 + *time.seconds;
}

// The columns of one table, looked up once.
struct Columns {
  std::optional<std::size_t> stay, vitals[6], rhythm, pain;
  void find(const CsvReader& reader) {
    stay = reader.find_column("stay_id");
    for (int i = 0; i < 6; ++i) vitals[i] = reader.find_column(kVitalColumns[i]);
    rhythm = reader.find_column("rhythm");
    pain = reader.find_column("pain");
  }
};

void read_values(const Row& row, const Columns& columns, float* values) {
  for (int i = 0; i < 6; ++i) {
    const auto value = parse_number(row.at(columns.vitals[i]));
    values[i] = value ? static_cast<float>(*value) : std::numeric_limits<float>::quiet_NaN();
  }
}

// Floats carry six digits; what a table says as 98.6 should not come out as 98.5999985.
double shortest(float value) { return std::round(static_cast<double>(value) * 1e4) / 1e4; }
double hours_between(double earlier, double later) { return std::round((later - earlier) / 3.6) / 1e3; }

}  // namespace

std::uint32_t StringPool::add(std::string_view text) {
  const auto [it, added] = index_.emplace(std::string(text), static_cast<std::uint32_t>(texts_.size()));
  if (added) texts_.push_back(it->first);
  return it->second;
}

Result<EdTables> EdTables::open(const std::string& folder, const StayFilter& wanted,
                                const NoteCallback& note) {
  EdTables tables;
  HILUM_RETURN_IF_ERROR(tables.read_stays(folder, wanted, note));
  if (const std::string path = find_table(folder, "", "triage"); !path.empty()) {
    HILUM_RETURN_IF_ERROR(tables.read_triage(path, note));
  }
  if (const std::string path = find_table(folder, "", "vitalsign"); !path.empty()) {
    HILUM_RETURN_IF_ERROR(tables.read_vitals(path, note));
  }
  for (const bool pyxis : {false, true}) {
    const std::string path = find_table(folder, "", pyxis ? "pyxis" : "medrecon");
    if (!path.empty()) HILUM_RETURN_IF_ERROR(tables.read_drugs(path, pyxis, note));
  }
  const auto order = [](const auto& a, const auto& b) {
    return a.stay != b.stay ? a.stay < b.stay : a.time < b.time;
  };
  std::stable_sort(tables.vitals_.begin(), tables.vitals_.end(), order);
  std::stable_sort(tables.drugs_.begin(), tables.drugs_.end(), order);
  return tables;
}

Status EdTables::read_stays(const std::string& folder, const StayFilter& wanted, const NoteCallback& note) {
  const std::string path = find_table(folder, "", "edstays");
  if (path.empty()) return {ErrorCode::kFileNotFound, folder + ": no edstays.csv or edstays.csv.gz"};
  std::size_t subject = 0, id = 0, in = 0, out = 0;
  std::optional<std::size_t> gender, race, transport;
  HILUM_RETURN_IF_ERROR(read_table(
      path, note,
      [&](const CsvReader& reader) {
        HILUM_ASSIGN(subject, reader.column("subject_id"));
        HILUM_ASSIGN(id, reader.column("stay_id"));
        HILUM_ASSIGN(in, reader.column("intime"));
        HILUM_ASSIGN(out, reader.column("outtime"));
        gender = reader.find_column("gender");
        race = reader.find_column("race");
        transport = reader.find_column("arrival_transport");
        return Status::ok();
      },
      [&](const Row& row) {
        const auto who = parse_id(row.at(subject));
        const auto stay = parse_id(row.at(id));
        const StudyTime start = parse_timestamp(row.at(in));
        const StudyTime end = parse_timestamp(row.at(out));
        const auto from = seconds_of(start);
        const auto to = seconds_of(end);
        if (!who || !stay || !from || !to) return false;
        if (wanted && !wanted(*who, start, end)) return true;
        stays_.push_back({*who, *stay, *from, *to, pool_.add(row.at(gender)), pool_.add(row.at(race)),
                          pool_.add(row.at(transport)), pool_.add(""), 0});
        return true;
      }));
  std::sort(stays_.begin(), stays_.end(), [](const Stay& a, const Stay& b) {
    return a.subject != b.subject ? a.subject < b.subject : a.in < b.in;
  });
  for (std::size_t i = 0; i < stays_.size(); ++i) by_id_.emplace(stays_[i].id, i);
  return Status::ok();
}

Status EdTables::read_triage(const std::string& path, const NoteCallback& note) {
  Columns columns;
  std::optional<std::size_t> acuity, complaint;
  return read_table(
      path, note,
      [&](const CsvReader& reader) {
        columns.find(reader);
        acuity = reader.find_column("acuity");
        complaint = reader.find_column("chiefcomplaint");
        return reader.column("stay_id").status();
      },
      [&](const Row& row) {
        const auto stay = parse_id(row.at(columns.stay));
        if (!stay) return false;
        const auto found = by_id_.find(*stay);
        if (found == by_id_.end()) return true;
        Stay& at = stays_[found->second];
        at.complaint = pool_.add(row.at(complaint));
        at.acuity = static_cast<float>(parse_number(row.at(acuity)).value_or(0));
        Vitals vitals;
        vitals.stay = *stay;
        vitals.triage = true;
        vitals.time = at.in;  // triage has no time of its own; it opens the stay
        read_values(row, columns, vitals.values);
        vitals.rhythm = pool_.add("");
        vitals.pain = pool_.add(row.at(columns.pain));
        vitals_.push_back(vitals);
        return true;
      });
}

template <typename Find, typename Take>
Status EdTables::read_timed(const std::string& path, const NoteCallback& note, const Find& find,
                            const Take& take) {
  std::size_t stay_column = 0, time_column = 0;
  return read_table(
      path, note,
      [&](const CsvReader& reader) {
        find(reader);
        HILUM_ASSIGN(time_column, reader.column("charttime"));
        HILUM_ASSIGN(stay_column, reader.column("stay_id"));
        return Status::ok();
      },
      [&](const Row& row) {
        const auto stay = parse_id(row.at(stay_column));
        if (!stay) return false;
        if (by_id_.count(*stay) == 0) return true;
        const auto time = seconds_of(parse_timestamp(row.at(time_column)));
        if (time) take(row, *stay, *time);
        return time.has_value();
      });
}

Status EdTables::read_vitals(const std::string& path, const NoteCallback& note) {
  Columns columns;
  return read_timed(
      path, note, [&](const CsvReader& reader) { columns.find(reader); },
      [&](const Row& row, std::uint32_t stay, double time) {
        Vitals vitals;
        vitals.stay = stay;
        vitals.time = time;
        read_values(row, columns, vitals.values);
        vitals.rhythm = pool_.add(row.at(columns.rhythm));
        vitals.pain = pool_.add(row.at(columns.pain));
        vitals_.push_back(vitals);
      });
}

Status EdTables::read_drugs(const std::string& path, bool pyxis, const NoteCallback& note) {
  std::optional<std::size_t> name, gsn;
  return read_timed(
      path, note,
      [&](const CsvReader& reader) {
        name = reader.find_column("name");
        gsn = reader.find_column("gsn");
      },
      [&](const Row& row, std::uint32_t stay, double time) {
        drugs_.push_back({stay, pyxis, time, pool_.add(row.at(name)), pool_.add(row.at(gsn))});
      });
}

const EdTables::Stay* EdTables::stay_at(std::uint32_t subject, double time) const {
  auto it = std::lower_bound(stays_.begin(), stays_.end(), subject,
                             [](const Stay& stay, std::uint32_t id) { return stay.subject < id; });
  for (; it != stays_.end() && it->subject == subject; ++it) {
    if (it->in < time && time < it->out) return &*it;
  }
  return nullptr;
}

void EdTables::attach(StudyItem& item, const NoteCallback& note) const {
  const auto subject = parse_id(item.study.patient_id);
  const auto time = seconds_of(item.time);
  if (!subject || !time) return;
  const Stay* stay = stay_at(*subject, *time);
  if (stay == nullptr) return;

  PatientData& data = item.study.patient_data;
  data.stay_id = std::to_string(stay->id);
  if (data.sex.empty()) data.sex = pool_.at(stay->gender);
  if (data.race.empty()) data.race = pool_.at(stay->race);
  data.arrival_transport = pool_.at(stay->transport);
  data.chief_complaint = pool_.at(stay->complaint);
  if (stay->acuity > 0) data.acuity = shortest(stay->acuity);

  const auto by_stay = [](const auto& row, std::uint32_t id) { return row.stay < id; };
  const auto later = [&](const char* table) {
    if (note) note({Reason::kAfterStudy, item.study.id, table});
  };
  for (auto it = std::lower_bound(vitals_.begin(), vitals_.end(), stay->id, by_stay);
       it != vitals_.end() && it->stay == stay->id; ++it) {
    if (it->time > *time) {
      later("vitalsign");
      continue;
    }
    VitalSigns& vitals = data.vitals.emplace_back();
    vitals.source = it->triage ? "triage" : "vitalsign";
    vitals.hours_before = hours_between(it->time, *time);
    for (int i = 0; i < 6; ++i) {
      if (!std::isnan(it->values[i])) vitals.*kVitalMembers[i] = shortest(it->values[i]);
    }
    vitals.rhythm = pool_.at(it->rhythm);
    vitals.pain = pool_.at(it->pain);
  }
  for (auto it = std::lower_bound(drugs_.begin(), drugs_.end(), stay->id, by_stay);
       it != drugs_.end() && it->stay == stay->id; ++it) {
    if (it->time > *time) {
      later(it->pyxis ? "pyxis" : "medrecon");
      continue;
    }
    data.medications.push_back({it->pyxis ? "pyxis" : "medrecon", hours_between(it->time, *time),
                                pool_.at(it->name), pool_.at(it->gsn)});
  }
}

}  // namespace hilum::datasets
