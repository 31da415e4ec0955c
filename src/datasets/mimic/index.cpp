#include "datasets/mimic/index.h"

#include <algorithm>
#include <tuple>

#include "core/text/text.h"
#include "datasets/context.h"
#include "datasets/paths.h"
#include "datasets/views.h"

namespace hilum::datasets {
namespace {

constexpr std::int8_t kNoLabel = 2;

// Small tables of names: linear search beats hashing for a dozen of them.
std::uint16_t index_of(std::vector<std::string>& names, std::string_view name) {
  const auto index = std::find(names.begin(), names.end(), name) - names.begin();
  if (static_cast<std::size_t>(index) == names.size()) names.emplace_back(name);
  return static_cast<std::uint16_t>(index);
}

// Known times first, then earlier ones, then by id so that the order never depends on the table's.
bool comes_before(const MimicStudy& a, const MimicStudy& b) {
  const auto key = [](const MimicStudy& s) {
    return std::make_tuple(s.subject, !s.time.day, s.time.day.value_or(0), s.time.seconds.value_or(0), s.id);
  };
  return key(a) < key(b);
}

bool is_earlier(const StudyTime& a, const StudyTime& b) {
  if (!a.day) return false;
  if (!b.day) return true;
  if (*a.day != *b.day) return *a.day < *b.day;
  return a.seconds && (!b.seconds || *a.seconds < *b.seconds);
}

}  // namespace

Result<MimicIndex> MimicIndex::open(const std::string& folder, const NoteCallback& note) {
  std::string images = find_table(folder, "mimic-cxr-", "-metadata");
  if (images.empty()) images = find_table(folder, "", "cxr-record-list");
  if (images.empty()) {
    return Status(ErrorCode::kDatasetInvalid,
                  folder +
                      ": neither mimic-cxr-2.0.0-metadata.csv(.gz) nor cxr-record-list.csv(.gz) is there; "
                      "setting 'tables' names their folder");
  }
  MimicIndex index;
  HILUM_RETURN_IF_ERROR(index.read_images(images, note));
  if (const std::string path = find_table(folder, "mimic-cxr-", "-split"); !path.empty()) {
    HILUM_RETURN_IF_ERROR(index.read_splits(path, note));
  }
  if (const std::string path = find_table(folder, "mimic-cxr-", "-chexpert"); !path.empty()) {
    HILUM_RETURN_IF_ERROR(index.read_labels(path, note));
  }
  return index;
}

Status MimicIndex::read_images(const std::string& path, const NoteCallback& note) {
  std::size_t dicom = 0, subject = 0, study = 0;
  std::optional<std::size_t> view, date, time;
  std::vector<ImageRow> rows;
  HILUM_RETURN_IF_ERROR(read_table(
      path, note,
      [&](const CsvReader& reader) {
        HILUM_ASSIGN(dicom, reader.column("dicom_id"));
        HILUM_ASSIGN(subject, reader.column("subject_id"));
        HILUM_ASSIGN(study, reader.column("study_id"));
        view = reader.find_column("ViewPosition");
        date = reader.find_column("StudyDate");
        time = reader.find_column("StudyTime");
        has_times_ = date.has_value();
        return Status::ok();
      },
      [&](const Row& row) {
        const auto who = parse_id(row.at(subject));
        const auto which = parse_id(row.at(study));
        const std::string_view id = row.at(dicom);
        if (!who || !which || id.empty() || id.size() > 0xFFFF || ids_.size() > 0xFFFF0000u) return false;
        rows.push_back({*who, *which, static_cast<std::uint32_t>(ids_.size()),
                        static_cast<std::uint16_t>(id.size()), index_of(views_, normal_view(row.at(view))),
                        parse_table_time(row.at(date), row.at(time))});
        ids_ += id;
        return true;
      }));
  group(std::move(rows));
  return Status::ok();
}

void MimicIndex::group(std::vector<ImageRow> rows) {
  // Images of a study keep the table's order: the first is the anchor.
  std::stable_sort(rows.begin(), rows.end(), [](const ImageRow& a, const ImageRow& b) {
    return a.subject != b.subject ? a.subject < b.subject : a.study < b.study;
  });
  images_.reserve(rows.size());
  for (const ImageRow& row : rows) {
    if (studies_.empty() || studies_.back().id != row.study || studies_.back().subject != row.subject) {
      MimicStudy study;
      study.subject = row.subject;
      study.id = row.study;
      study.first_image = static_cast<std::uint32_t>(images_.size());
      studies_.push_back(study);
    }
    MimicStudy& study = studies_.back();
    ++study.images;
    if (is_earlier(row.time, study.time)) study.time = row.time;
    images_.push_back({row.id_at, row.id_size, row.view});
  }
  std::sort(studies_.begin(), studies_.end(), comes_before);
  by_id_.reserve(studies_.size());
  for (std::size_t i = 0; i < studies_.size(); ++i)
    by_id_.emplace(studies_[i].id, static_cast<std::uint32_t>(i));
}

Status MimicIndex::read_splits(const std::string& path, const NoteCallback& note) {
  std::size_t study = 0, split = 0;
  has_splits_ = true;
  return read_table(
      path, note,
      [&](const CsvReader& reader) {
        HILUM_ASSIGN(study, reader.column("study_id"));
        HILUM_ASSIGN(split, reader.column("split"));
        return Status::ok();
      },
      [&](const Row& row) {
        const auto id = parse_id(row.at(study));
        if (!id) return false;
        if (const auto found = by_id_.find(*id); found != by_id_.end()) {
          studies_[found->second].split = index_of(splits_, normal_split(row.at(split)));
        }
        return true;
      });
}

Status MimicIndex::read_labels(const std::string& path, const NoteCallback& note) {
  std::size_t study = 0;
  std::vector<std::size_t> columns;
  return read_table(
      path, note,
      [&](const CsvReader& reader) {
        HILUM_ASSIGN(study, reader.column("study_id"));
        for (std::size_t i = 0; i < reader.columns().size(); ++i) {
          const std::string& name = reader.columns()[i];
          if (name == "study_id" || name == "subject_id") continue;
          columns.push_back(i);
          label_names_.push_back(name);
        }
        return Status::ok();
      },
      [&](const Row& row) {
        const auto id = parse_id(row.at(study));
        if (!id) return false;
        std::vector<std::int8_t> values;
        for (const std::size_t column : columns) {
          const std::string_view text = row.at(column);
          const auto value = parse_number(text);
          if (!text.empty() && (!value || (*value != 1 && *value != 0 && *value != -1))) return false;
          values.push_back(value ? static_cast<std::int8_t>(*value) : kNoLabel);
        }
        if (const auto found = by_id_.find(*id); found != by_id_.end() && !columns.empty()) {
          studies_[found->second].labels =
              static_cast<std::int32_t>(label_values_.size() / label_names_.size());
          label_values_.insert(label_values_.end(), values.begin(), values.end());
        }
        return true;
      });
}

std::pair<std::size_t, std::size_t> MimicIndex::patient_of(std::size_t index) const {
  const std::uint32_t subject = studies_[index].subject;
  std::size_t first = index;
  while (first > 0 && studies_[first - 1].subject == subject) --first;
  std::size_t last = index + 1;
  while (last < studies_.size() && studies_[last].subject == subject) ++last;
  return {first, last};
}

std::optional<std::size_t> MimicIndex::find_study(std::uint32_t study_id) const {
  const auto found = by_id_.find(study_id);
  return found == by_id_.end() ? std::nullopt : std::optional<std::size_t>(found->second);
}

std::pair<std::size_t, std::size_t> MimicIndex::find_patient(std::uint32_t subject) const {
  const auto it =
      std::lower_bound(studies_.begin(), studies_.end(), subject,
                       [](const MimicStudy& study, std::uint32_t id) { return study.subject < id; });
  const auto first = static_cast<std::size_t>(it - studies_.begin());
  if (it == studies_.end() || it->subject != subject) return {first, first};
  return patient_of(first);
}

std::string_view MimicIndex::image_id(std::size_t image) const {
  return std::string_view(ids_).substr(images_[image].id_at, images_[image].id_size);
}

std::vector<std::pair<std::string, std::string>> MimicIndex::labels(const MimicStudy& study) const {
  std::vector<std::pair<std::string, std::string>> out;
  if (study.labels < 0) return out;
  for (std::size_t i = 0; i < label_names_.size(); ++i) {
    const std::int8_t value = label_values_[static_cast<std::size_t>(study.labels) * label_names_.size() + i];
    if (value == kNoLabel) continue;
    out.emplace_back(label_names_[i], value == 1 ? "positive" : value == 0 ? "negative" : "uncertain");
  }
  return out;
}

}  // namespace hilum::datasets
