#include <algorithm>
#include <unordered_set>

#include <nlohmann/json.hpp>

#include "core/text/text.h"
#include "datasets/layouts.h"
#include "datasets/paths.h"
#include "datasets/patients.h"

namespace hilum::datasets {
namespace {

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

Result<std::unique_ptr<StudySource>> open_studies(const std::vector<std::string>& paths,
                                                  StudyOptions options) {
  if (paths.empty()) return Status(ErrorCode::kUsage, "no path was given");
  HILUM_ASSIGN(const ContextPtr context, Context::make(std::move(options)));
  const StudyOptions& set = context->options;
  Opening opening{context, nullptr};
  if (!set.tables.empty() && has_mimic_tables(set.tables))
    HILUM_RETURN_IF_ERROR(opening.load_index(set.tables));

  auto chain = std::make_unique<Chain>();
  std::vector<std::string> folders;  // read as one, since studies may lie across them
  for (const std::string& path : paths) {
    std::string name = set.format;
    if (name == "auto") {
      HILUM_ASSIGN(name, detect_layout(path));
    } else if (!is_file(path) && !is_folder(path)) {
      return Status(ErrorCode::kFileNotFound, path + ": no such file or folder");
    }
    const Layout* layout = find_layout(name);
    if (layout == &layouts().front()) {
      folders.push_back(path);
      continue;
    }
    if (layout == nullptr) return Status(ErrorCode::kInternal, "no reader for " + name);
    HILUM_ASSIGN(auto source, layout->open(path, opening));
    chain->add(std::move(source));
  }
  const bool only_folders = folders.size() == paths.size();
  if (!folders.empty()) {
    HILUM_ASSIGN(auto source, open_folder(folders, context));
    chain->add(std::move(source));
  }

  std::optional<EdTables> ed;
  if (!set.ed.empty()) {
    HILUM_ASSIGN(ed, EdTables::open(set.ed, stays_with_a_study(opening.index), context->note_callback()));
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
