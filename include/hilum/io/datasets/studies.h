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

#include "hilum/core/status.h"
#include "hilum/io/datasets/notes.h"
#include "hilum/io/datasets/study_time.h"
#include "hilum/record/study.h"

namespace hilum::datasets {

// The parts of a report's raw text that a record has keys for.
struct ReportSections {
  std::string findings, impression, indication, history, technique, comparison;
};

// Splits a report's raw text; given by the caller, since sections belong to another layer.
using SectionSplitter = std::function<ReportSections(std::string_view)>;

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
  SectionSplitter split_sections;         // needed where reports are raw text
  SectionSplitter split_iu_xml;           // needed for Open-i's XML reports: the same from a whole XML file
  std::function<void(const Note&)> note;  // told of everything left out; may be empty
};

// "auto" and every layout by the names users know it by.
const std::vector<std::string>& layout_names();
const std::vector<std::string>& needable_fields();

// The layout of a path by what lies there: one of layout_names(); kFileNotFound, kDatasetInvalid.
Result<std::string> detect_layout(const std::string& path);

// Opens the paths as one source. kUsage for an unknown format, view, split or field, with the nearest right
// one; kFileNotFound, kFileUnreadable, kCsvInvalid, kJsonInvalid, kDatasetInvalid when nothing can be read at
// all.
Result<std::unique_ptr<StudySource>> open_studies(const std::vector<std::string>& paths,
                                                  StudyOptions options);

// The shard (from 1) of a patient: the same on every machine and in every version.
std::uint32_t shard_of(std::string_view patient_id, std::uint32_t shard_count);

}  // namespace hilum::datasets
