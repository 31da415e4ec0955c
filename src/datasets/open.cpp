#include <algorithm>
#include <unordered_set>

#include <nlohmann/json.hpp>

#include "core/text/text.h"
#include "datasets/input_file.h"
#include "datasets/json/json_items.h"
#include "datasets/paths.h"
#include "datasets/patients.h"
#include "datasets/readers.h"

namespace hilum::datasets {
namespace {

bool is_json(const std::string& path) { return ends_with(path, ".json") || ends_with(path, ".json.gz"); }

bool has_mimic_tables(const std::string& folder) {
  return !find_table(folder, "mimic-cxr-", "-metadata").empty() ||
         !find_table(folder, "", "cxr-record-list").empty();
}

// files/p10 and its like.
bool has_mimic_tree(const std::string& folder) {
  const std::string files = join_path(folder, "files");
  for (const std::string& name : list_folder(files)) {
    if (name.size() == 3 && name[0] == 'p' && parse_id(name) && is_folder(join_path(files, name)))
      return true;
  }
  return false;
}

Result<std::string> layout_of_json(const std::string& path) {
  HILUM_ASSIGN(auto file, InputFile::open(path));
  JsonItemReader reader(file->stream(), path);
  HILUM_ASSIGN(const auto first, reader.next());
  if (!first) return Status(ErrorCode::kDatasetInvalid, path + ": holds no entries");
  for (const char* key : {"\"section_findings\"", "\"key_image_path\"", "\"frontal_lateral\""}) {
    if (contains(first->text, key)) return std::string("rexrank");
  }
  for (const char* key : {"\"image_path\"", "\"anchor_scan\"", "\"id\""}) {
    if (contains(first->text, key)) return std::string("annotation");
  }
  return Status(ErrorCode::kDatasetInvalid, path + ": neither an annotation file nor ReXrank's");
}

Result<std::string> layout_of_file(const std::string& path) {
  if (is_json(path)) return layout_of_json(path);
  if (ends_with(path, ".xml") || ends_with(path, ".tgz") || ends_with(path, ".tar.gz") ||
      ends_with(path, ".tar")) {
    return std::string("iu-xml");
  }
  if (ends_with(path, ".csv") || ends_with(path, ".csv.gz")) {
    const std::string name = file_name(path);
    if (starts_with(name, "mimic-cxr-") || starts_with(name, "cxr-record-list"))
      return std::string("mimic-cxr");
    if (starts_with(name, "indiana_")) return std::string("iu-csv");
    return Status(ErrorCode::kDatasetInvalid, path + ": a table of a data set that is not known by its name");
  }
  return std::string("folder");
}

// The reader of a name that users know a data set by.
std::string reader_of(const std::string& format) {
  if (format == "files") return "folder";
  if (format == "mimic-cxr-jpg") return "mimic-cxr";
  if (format == "r2gen" || format == "sei" || format == "evoke" || format == "mlrg") return "annotation";
  return format;
}

class Chain : public StudySource {
 public:
  void add(std::unique_ptr<StudySource> source) { sources_.push_back(std::move(source)); }
  Result<std::optional<StudyItem>> next() override {
    for (; at_ < sources_.size(); ++at_) {
      HILUM_ASSIGN(auto item, sources_[at_]->next());
      if (item) return item;
    }
    return std::optional<StudyItem>();
  }

 private:
  std::vector<std::unique_ptr<StudySource>> sources_;
  std::size_t at_ = 0;
};

bool has_field(const StudyItem& item, const std::string& field) {
  const Study& study = item.study;
  if (field == "findings") return !study.reference.findings.empty();
  if (field == "impression") return !study.reference.impression.empty();
  if (field == "report") return !study.reference.empty();
  if (field == "indication") return !study.indication.empty();
  if (field == "prior") return !study.priors.empty();
  if (field == "facts") return !item.facts.empty();
  return std::any_of(study.images.begin(), study.images.end(),
                     [](const ImageRef& image) { return image.view != "unknown"; });
}

// What is the same for every layout: patient data, needed fields, one record an image, ids once, the limit.
class Finisher : public StudySource {
 public:
  Finisher(ContextPtr context, std::unique_ptr<StudySource> source, std::optional<EdTables> ed,
           std::optional<Demographics> demographics, bool expects_reports)
      : context_(std::move(context)),
        source_(std::move(source)),
        ed_(std::move(ed)),
        demographics_(std::move(demographics)),
        expects_reports_(expects_reports) {}

  Result<std::optional<StudyItem>> next() override {
    const std::size_t limit = context_->options.limit;
    for (;;) {
      if (limit != 0 && given_ == limit) return std::optional<StudyItem>();
      while (!waiting_.empty()) {
        StudyItem item = std::move(waiting_.back());
        waiting_.pop_back();
        if (!seen_.insert(std::hash<std::string>()(item.study.id)).second) {
          context_->note(Reason::kDuplicateId, item.study.id);
          continue;
        }
        ++given_;
        return std::optional<StudyItem>(std::move(item));
      }
      HILUM_ASSIGN(auto item, source_->next());
      if (!item) return std::optional<StudyItem>();
      if (finish(*item)) unfold(std::move(*item));
    }
  }

 private:
  bool finish(StudyItem& item) {
    const std::string& id = item.study.id;
    if (item.study.images.empty()) {
      context_->note(Reason::kNoImages, id);
      return false;
    }
    if (demographics_) demographics_->attach(item, context_->note_callback());
    if (ed_) ed_->attach(item, context_->note_callback());
    for (const std::string& field : context_->options.need) {
      if (has_field(item, field)) continue;
      context_->note(Reason::kFieldMissing, id, field);
      return false;
    }
    if (expects_reports_ && item.study.reference.empty()) context_->note(Reason::kReportMissing, id);
    return true;
  }

  // One record an image: that image first, the other views of the study behind it.
  void unfold(StudyItem item) {
    if (context_->options.unit == Unit::kStudy || !item.study.study_id.empty()) {
      waiting_.push_back(std::move(item));
      return;
    }
    const auto count = static_cast<std::ptrdiff_t>(item.study.images.size());
    for (std::ptrdiff_t i = count - 1; i >= 0; --i) {  // taken from the back
      StudyItem one = item;
      auto& images = one.study.images;
      std::rotate(images.begin(), images.begin() + i, images.begin() + i + 1);
      one.study.study_id = item.study.id;
      one.study.id = images[0].id.empty() ? item.study.id + "/" + std::to_string(i) : images[0].id;
      waiting_.push_back(std::move(one));
    }
  }

  ContextPtr context_;
  std::unique_ptr<StudySource> source_;
  std::optional<EdTables> ed_;
  std::optional<Demographics> demographics_;
  bool expects_reports_;
  std::vector<StudyItem> waiting_;
  std::unordered_set<std::size_t> seen_;  // hashes of the ids: 8 bytes a record
  std::size_t given_ = 0;
};

// Stays of patients that have a study inside them.
StayFilter stays_with_a_study(const std::shared_ptr<const MimicIndex>& index) {
  if (index == nullptr) return nullptr;
  return [index](std::uint32_t subject, const StudyTime& in, const StudyTime& out) {
    const auto [first, last] = index->find_patient(subject);
    for (std::size_t i = first; i < last; ++i) {
      const StudyTime& time = index->studies()[i].time;
      if (days_between(in, time) && days_between(time, out)) return true;
    }
    return false;
  };
}

}  // namespace

const std::vector<std::string>& layout_names() {
  static const std::vector<std::string> names = {
      "auto",       "folder", "files", "mimic-cxr", "mimic-cxr-jpg", "iu-xml", "iu-csv",
      "annotation", "r2gen",  "sei",   "evoke",     "mlrg",          "rexrank"};
  return names;
}

Result<std::string> detect_layout(const std::string& path) {
  if (is_file(path)) return layout_of_file(path);
  if (!is_folder(path)) return Status(ErrorCode::kFileNotFound, path + ": no such file or folder");
  if (has_mimic_tables(path) || has_mimic_tree(path)) return std::string("mimic-cxr");
  if (!find_table(path, "", "indiana_reports").empty()) return std::string("iu-csv");
  if (is_folder(join_path(path, "ecgen-radiology"))) return std::string("iu-xml");
  for (const std::string& name : list_folder(path)) {
    if (ends_with(name, ".xml")) return std::string("iu-xml");
  }
  if (is_file(join_path(path, "annotation.json"))) return std::string("annotation");
  return std::string("folder");
}

Result<std::unique_ptr<StudySource>> open_studies(const std::vector<std::string>& paths,
                                                  StudyOptions options) {
  if (paths.empty()) return Status(ErrorCode::kUsage, "no path was given");
  HILUM_ASSIGN(const ContextPtr context, Context::make(std::move(options)));
  const StudyOptions& set = context->options;
  std::shared_ptr<const MimicIndex> index;
  const auto load_index = [&](const std::string& folder) -> Status {
    HILUM_ASSIGN(MimicIndex made, MimicIndex::open(folder, context->note_callback()));
    index = std::make_shared<const MimicIndex>(std::move(made));
    return Status::ok();
  };
  if (!set.tables.empty() && has_mimic_tables(set.tables)) HILUM_RETURN_IF_ERROR(load_index(set.tables));

  auto chain = std::make_unique<Chain>();
  std::vector<std::string> folders;
  for (const std::string& path : paths) {
    std::string layout = reader_of(set.format);
    if (layout == "auto") {
      HILUM_ASSIGN(layout, detect_layout(path));
    } else if (!is_file(path) && !is_folder(path)) {
      return Status(ErrorCode::kFileNotFound, path + ": no such file or folder");
    }
    if (layout == "folder") {
      folders.push_back(path);
      continue;
    }
    SourceResult source = Status(ErrorCode::kInternal, "no reader for " + layout);
    if (layout == "mimic-cxr") {
      const std::string root = is_folder(path) ? path : parent_of(path);
      if (set.tables.empty() || index == nullptr)
        HILUM_RETURN_IF_ERROR(load_index(set.tables.empty() ? root : set.tables));
      source = open_mimic(root, context, index);
    } else if (layout == "annotation") {
      source = open_annotation(is_folder(path) ? join_path(path, "annotation.json") : path, context, index);
    } else if (layout == "rexrank") {
      source = open_rexrank(path, context);
    } else if (layout == "iu-xml") {
      source = open_iu_xml(path, context);
    } else if (layout == "iu-csv") {
      source = open_iu_csv(path, context);
    }
    if (!source) return source.status();
    chain->add(source.take());
  }
  const bool only_folders = folders.size() == paths.size();
  if (!folders.empty()) {
    HILUM_ASSIGN(auto source, open_folder(folders, context));
    chain->add(std::move(source));
  }

  std::optional<EdTables> ed;
  if (!set.ed.empty()) {
    HILUM_ASSIGN(ed, EdTables::open(set.ed, stays_with_a_study(index), context->note_callback()));
  }
  std::optional<Demographics> demographics;
  if (!set.demographics.empty()) {
    HILUM_ASSIGN(demographics, Demographics::open(set.demographics, context->note_callback()));
  }
  return std::unique_ptr<StudySource>(std::make_unique<Finisher>(context, std::move(chain), std::move(ed),
                                                                 std::move(demographics), !only_folders));
}

Json record_of(const StudyItem& item) {
  Json record = study_to_json(item.study);
  for (const auto& [name, state] : item.labels) record["reference"]["labels"][name] = state;
  if (!item.mesh.empty()) record["reference"]["mesh"] = item.mesh;
  if (!item.facts.empty()) record["entities"]["facts"] = item.facts;
  for (const SimilarCase& neighbour : item.similar) {
    Json entry = Json::object();
    if (!neighbour.id.empty()) entry["id"] = neighbour.id;
    if (!neighbour.facts.empty()) entry["facts"] = neighbour.facts;
    if (!neighbour.report.empty()) entry["report"] = neighbour.report;
    record["similar"].push_back(std::move(entry));
  }
  return record;
}

}  // namespace hilum::datasets
