// Data sets of studies as they lie on users' disks, one StudyItem a study: folders, single files, MIMIC-CXR
// and MIMIC-CXR-JPG, IU X-ray / Open-i, annotation files (R2Gen, SEI, EVOKE, MLRG), ReXrank. docs/datasets.md
// says which field comes from where.
//
// Tables are held compactly, everything else streams. Sources are not thread-safe; a source keeps the
// callbacks it was opened with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hilum/record.h"
#include "hilum/status.h"

// When a study was made, as its source says (often shifted for de-identification, by one amount a patient, so
// that intervals within a patient hold). Values.
namespace hilum::datasets {

struct StudyTime {
  std::optional<std::int32_t> day;  // days since 1970-01-01
  std::optional<double> seconds;    // of the day
};

// StudyDate (YYYYMMDD) and StudyTime (HHMMSS.FFF) as tables hold them: numbers, which lose leading zeros
// ("83045.5" is 08:30:45.5) and gain a fraction ("21800506.0"). What does not parse is left empty.
StudyTime parse_table_time(std::string_view date, std::string_view time);

// The same as DICOM files hold them: text, which may be shortened from the right ("0830" is 08:30:00).
StudyTime parse_dicom_time(std::string_view date, std::string_view time);

// "2180-05-06 21:30:14", with 'T' or a blank, the time of day optional.
StudyTime parse_timestamp(std::string_view text);

// "2180-05-06T21:30:14", "2180-05-06", or "" without a date.
std::string to_iso(const StudyTime& time);

// Days from `earlier` to `later` when it is sure that they lie in that order: fractional with both times of
// day, whole otherwise. Empty when a date is missing, when they are the same moment, when they share a day
// and a time of day is missing, and when `earlier` is not earlier.
std::optional<double> days_between(const StudyTime& earlier, const StudyTime& later);

}  // namespace hilum::datasets

// What a reader left out or could not join, named one by one: users count samples against papers and need to
// know where each one went. Values.
namespace hilum::datasets {

enum class Reason {
  // Left out.
  kNotAnImage,
  kImageMissing,
  kImageUnreadable,
  kWrongModality,
  kNoImages,
  kRowBroken,
  kItemBroken,
  kDuplicateId,
  kFieldMissing,
  kOtherSplit,
  kOtherShard,
  kOtherView,
  // Kept, with something missing.
  kReportMissing,
  kReportUnreadable,
  kTimeMissing,
  kOrderUnknown,
  kSplitMissing,
  kPatientMissing,
  kPriorImageMissing,
  kPriorNotEarlier,
  kAfterStudy,
};

struct ReasonInfo {
  Reason reason;
  std::string_view name;  // stable
  bool dropped;           // false: the study is kept
  bool chosen;            // true: left out because the user asked for it; counted, not named
  std::string_view meaning;
};

const std::vector<ReasonInfo>& reason_table();  // in the order of the enum
const ReasonInfo& reason_info(Reason reason);

struct Note {
  Reason reason = Reason::kNotAnImage;
  std::string what;    // the file, row, image or study
  std::string detail;  // may be empty
};

}  // namespace hilum::datasets

namespace hilum::datasets {

// The parts of a report's raw text that a record has keys for.
struct ReportSections {
  std::string findings, impression, indication, history, technique, comparison;
};

// A neighbour that an annotation file carries along (SEI, EVOKE).
struct SimilarCase {
  std::string id;
  std::string report;
  std::vector<std::string> facts;
};

struct StudyItem {
  Study study;
  StudyTime time;                                           // StudyDate and StudyTime, where known
  std::vector<std::pair<std::string, std::string>> labels;  // observation: positive, negative or uncertain
  std::vector<std::string> facts;                           // factual sequence of the reference
  std::vector<std::string> mesh;                            // Open-i's indexing terms
  std::vector<SimilarCase> similar;                         // nearest first
};

// The record of an item: the study, `reference.labels`, `reference.mesh`, `entities.facts` and `similar`
// where there are any.
Json record_of(const StudyItem& item);

class StudySource {
 public:
  virtual ~StudySource() = default;
  // The next study; an empty optional at the end. An error ends the source: what is wrong with one study, row
  // or file goes to the note callback instead.
  virtual Result<std::optional<StudyItem>> next() = 0;
};

enum class Unit { kStudy, kImage };

struct StudyOptions {
  std::string format = "auto";  // one of layout_names()
  std::string image_root;       // where images lie when not under the path itself
  std::string reports;          // tree of .txt reports, or a CSV of sections by study
  std::string tables;        // folder of the mimic-cxr-2.0.0-*.csv(.gz) tables or of indiana_projections.csv
  std::string ed;            // folder of MIMIC-IV-ED tables
  std::string demographics;  // CSV with age, sex and the like by patient or study
  std::string split;         // train, validate or test; empty: all
  std::vector<std::string> views;            // names, or "frontal" and "lateral"; empty: all
  std::vector<std::string> need;             // fields a study must have: see needable_fields()
  std::size_t limit = 0;                     // at most so many items; 0: all
  std::uint32_t shard = 1, shard_count = 1;  // the share of patients, from 1
  Unit unit = Unit::kStudy;
  bool one_study = false;  // loose files and a folder of images are one study
  bool priors = true;
  bool check_files = true;                // look whether each image exists
  std::string dialect = "mit";            // how raw reports are split into sections: "mit" or "sei"
  std::function<void(const Note&)> note;  // told of everything left out; may be empty
};

// "auto" and every layout by the names users know it by.
const std::vector<std::string>& layout_names();
const std::vector<std::string>& needable_fields();

// The layout of a path by what lies there: one of layout_names(); kFileNotFound, kDatasetInvalid.
Result<std::string> detect_layout(const std::string& path);

// Whether the path is a file of a data set rather than of records or an image: a table, an archive, or JSON
// whose first entry is a study of an annotation file or of ReXrank's and whose first line is no record.
bool is_dataset_file(const std::string& path);

// Opens the paths as one source. kUsage for an unknown format, view, split or field, with the nearest right
// one; kFileNotFound, kFileUnreadable, kCsvInvalid, kJsonInvalid, kDatasetInvalid when nothing can be read at
// all.
Result<std::unique_ptr<StudySource>> open_studies(const std::vector<std::string>& paths,
                                                  StudyOptions options);

// The shard (from 1) of a patient: the same on every machine and in every version.
std::uint32_t shard_of(std::string_view patient_id, std::uint32_t shard_count);

}  // namespace hilum::datasets
