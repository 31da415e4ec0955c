// Patient data from tables: MIMIC-IV-ED's (edstays, triage, vitalsign, medrecon, pyxis) and demographics from
// any CSV. Rows later than the study are never handed on: a model must not see the future. Not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "hilum/datasets.h"
#include "hilum/status.h"

#include "datasets/table.h"

namespace hilum::datasets {

// "62", "062Y", "006M", "91.0" in years; empty for anything else.
std::optional<double> parse_age(std::string_view text);

// Each distinct text once.
class StringPool {
 public:
  std::uint32_t add(std::string_view text);
  const std::string& at(std::uint32_t index) const { return texts_[index]; }

 private:
  std::unordered_map<std::string, std::uint32_t> index_;
  std::vector<std::string> texts_;
};

// Whether a stay in the emergency department is of use: its patient and its start and end.
using StayFilter = std::function<bool(std::uint32_t subject, const StudyTime& in, const StudyTime& out)>;

class EdTables {
 public:
  // `folder` holds the tables, gzip or not; edstays is needed. Only stays that `wanted` accepts are kept.
  static Result<EdTables> open(const std::string& folder, const StayFilter& wanted, const NoteCallback& note);
  // Fills patient_data from the stay that the study falls into, if there is one.
  void attach(StudyItem& item, const NoteCallback& note) const;

 private:
  struct Stay {
    std::uint32_t subject = 0, id = 0;
    double in = 0, out = 0;  // seconds since 1970
    std::uint32_t gender = 0, race = 0, transport = 0, complaint = 0;
    float acuity = 0;  // 0: none
  };
  struct Vitals {
    std::uint32_t stay = 0;
    bool triage = false;
    double time = 0;
    float values[6] = {};  // NaN: none; the order of kVitalColumns
    std::uint32_t rhythm = 0, pain = 0;
  };
  struct Drug {
    std::uint32_t stay = 0;
    bool pyxis = false;
    double time = 0;
    std::uint32_t name = 0, gsn = 0;
  };
  Status read_stays(const std::string& folder, const StayFilter& wanted, const NoteCallback& note);
  Status read_triage(const std::string& path, const NoteCallback& note);
  // Reads a table whose rows have a stay and a time: `find` looks its other columns up, `take` gets each row
  // of a wanted stay.
  template <typename Find, typename Take>
  Status read_timed(const std::string& path, const NoteCallback& note, const Find& find, const Take& take);
  Status read_vitals(const std::string& path, const NoteCallback& note);
  Status read_drugs(const std::string& path, bool pyxis, const NoteCallback& note);
  const Stay* stay_at(std::uint32_t subject, double time) const;

  StringPool pool_;
  std::vector<Stay> stays_;                               // by subject, then start
  std::unordered_map<std::uint32_t, std::size_t> by_id_;  // stay id -> place in stays_
  std::vector<Vitals> vitals_;                            // by stay, then time
  std::vector<Drug> drugs_;                               // by stay, then time
};

class Demographics {
 public:
  // Columns: study_id, subject_id or patient_id; any of age, anchor_age with anchor_year, sex or gender, race
  // or ethnicity. kCsvInvalid when there is no column to join by or none to take.
  static Result<Demographics> open(const std::string& path, const NoteCallback& note);
  void attach(StudyItem& item, const NoteCallback& note) const;

 private:
  struct Person {
    std::optional<double> age;
    std::optional<int> anchor_year;  // the year in which `age` held
    std::uint32_t sex = 0, race = 0;
  };
  StringPool pool_;
  bool by_study_ = false;
  std::unordered_map<std::string, Person> people_;
};

}  // namespace hilum::datasets
