#include <algorithm>
#include <unordered_map>
#include <vector>

#include "core/system/interrupt.h"
#include "datasets/image_resolver.h"
#include "datasets/input_file.h"
#include "datasets/json/annotation_item.h"
#include "datasets/json/json_items.h"
#include "datasets/mimic/loader.h"
#include "datasets/paths.h"
#include "datasets/readers.h"

namespace hilum::datasets {
namespace {

class AnnotationSource : public StudySource {
 public:
  AnnotationSource(std::string path, ContextPtr context, std::unique_ptr<InputFile> file,
                   std::shared_ptr<const MimicIndex> index, std::unique_ptr<MimicLoader> loader)
      : path_(std::move(path)),
        context_(std::move(context)),
        file_(std::move(file)),
        index_(std::move(index)),
        loader_(std::move(loader)),
        reader_(file_->stream(), path_),
        resolver_(context_,
                  context_->options.image_root.empty() ? parent_of(path_) : context_->options.image_root) {}

  // One pass over the file that remembers where the entries of each study lie; they need not stand together.
  Status group_by_study() {
    std::unordered_map<std::string, std::size_t> places;
    for (;;) {
      HILUM_RETURN_IF_ERROR(stop_status());
      HILUM_ASSIGN(auto json, reader_.next());
      if (!json) break;
      const auto entry = read(*json);
      if (!entry) continue;
      const auto [it, added] = places.emplace(entry->study_id, groups_.size());
      if (added) groups_.push_back({json->key, {}});
      groups_[it->second].entries.push_back({json->offset, json->text.size()});
    }
    return file_->status();
  }

  Result<std::optional<StudyItem>> next() override {
    return context_->options.unit == Unit::kImage ? next_entry() : next_group();
  }

 private:
  struct Place {
    std::uint64_t offset;
    std::size_t size;
  };
  struct Group {
    std::string list;
    std::vector<Place> entries;
  };

  std::optional<AnnotationItem> read(const JsonItem& json) {
    auto entry = read_annotation_item(json.text, json.key);
    if (entry) return entry.take();
    context_->note(Reason::kItemBroken, path_ + ": byte " + std::to_string(json.offset),
                   entry.status().message());
    return std::nullopt;
  }

  Result<std::optional<StudyItem>> next_entry() {
    for (;;) {
      auto json = reader_.next();
      if (!json || !json->has_value()) {
        if (!file_->status().is_ok()) return file_->status();
        if (!json) return json.status();
        return std::optional<StudyItem>();
      }
      auto entry = read(**json);
      if (!entry || !wanted(*entry)) continue;
      if (entry->one_image) entry->item.study.study_id = entry->study_id;
      complete(*entry);
      return std::optional<StudyItem>(std::move(entry->item));
    }
  }

  Result<std::optional<StudyItem>> next_group() {
    while (at_ < groups_.size()) {
      const Group& group = groups_[at_++];
      std::optional<AnnotationItem> whole;
      for (const Place& place : group.entries) {
        JsonItem json{group.list, std::string(place.size, '\0'), place.offset};
        std::istream& in = file_->stream();
        in.clear();
        in.seekg(static_cast<std::streamoff>(place.offset));
        if (!in.read(json.text.data(), static_cast<std::streamsize>(place.size))) {
          return Status(ErrorCode::kFileUnreadable, path_ + ": changed while it was read");
        }
        auto entry = read(json);
        if (!entry) continue;
        if (whole) {
          merge(*whole, *entry);
        } else {
          whole = std::move(entry);
        }
      }
      if (!whole) continue;
      whole->item.study.id = whole->study_id;
      if (!wanted(*whole)) continue;
      complete(*whole);
      return std::optional<StudyItem>(std::move(whole->item));
    }
    return std::optional<StudyItem>();
  }

  // Adds the images that the entries before did not name.
  static void merge(AnnotationItem& whole, AnnotationItem& other) {
    std::vector<ImageRef>& images = whole.item.study.images;
    for (ImageRef& image : other.item.study.images) {
      const bool known = std::any_of(images.begin(), images.end(),
                                     [&](const ImageRef& have) { return have.path == image.path; });
      if (!known) images.push_back(std::move(image));
    }
  }

  bool wanted(const AnnotationItem& entry) const {
    const Study& study = entry.item.study;
    return context_->admits(study.patient_id, entry.study_id, study.split);
  }

  // Real paths; times, views and priors where the tables have them.
  void complete(AnnotationItem& entry);

  std::string path_;
  ContextPtr context_;
  std::unique_ptr<InputFile> file_;
  std::shared_ptr<const MimicIndex> index_;
  std::unique_ptr<MimicLoader> loader_;
  JsonItemReader reader_;
  ImageResolver resolver_;
  std::vector<Group> groups_;
  std::size_t at_ = 0;
};

void use_real_paths(ImageResolver& resolver, std::vector<ImageRef>& images) {
  for (ImageRef& image : images) image.path = resolver.resolve(image.path);
}

void use_table_views(const MimicIndex& index, const MimicStudy& entry, std::vector<ImageRef>& images) {
  for (std::size_t i = entry.first_image; i < entry.first_image + entry.images; ++i) {
    for (ImageRef& image : images) {
      if (image.view == "unknown" && image.id == index.image_id(i)) image.view = index.view(i);
    }
  }
}

void AnnotationSource::complete(AnnotationItem& entry) {
  StudyItem& item = entry.item;
  use_real_paths(resolver_, item.study.images);
  for (PriorStudy& prior : item.study.priors) use_real_paths(resolver_, prior.images);
  const auto id = parse_id(entry.study_id);
  const auto known = index_ != nullptr && id ? index_->find_study(*id) : std::nullopt;
  if (known) {
    const MimicStudy& row = index_->studies()[*known];
    item.time = row.time;
    item.study.study_time = to_iso(row.time);
    item.labels = index_->labels(row);
    use_table_views(*index_, row, item.study.images);
    // The tables know every prior and its date; the file's own facts of them are kept.
    std::vector<PriorStudy> named;
    named.swap(item.study.priors);
    loader_->add_priors(*known, item);
    for (PriorStudy& old : named) {
      const auto same = std::find_if(item.study.priors.begin(), item.study.priors.end(),
                                     [&](const PriorStudy& prior) { return prior.id == old.id; });
      if (same == item.study.priors.end()) {
        context_->note(Reason::kPriorNotEarlier, item.study.id, old.id);
        continue;
      }
      same->facts = std::move(old.facts);
      if (same->report.empty()) same->report = std::move(old.report);
    }
  } else if (!context_->options.priors) {
    item.study.priors.clear();
  } else {
    for (PriorStudy& prior : item.study.priors) {
      keep_wanted_images(*context_, prior.images, Reason::kPriorImageMissing);
    }
  }
  keep_wanted_images(*context_, item.study.images, Reason::kImageMissing);
}

}  // namespace

SourceResult open_annotation(const std::string& path, const ContextPtr& context,
                             std::shared_ptr<const MimicIndex> index) {
  HILUM_ASSIGN(auto file, InputFile::open(path));
  const bool by_study = context->options.unit == Unit::kStudy;
  if (by_study) {
    HILUM_ASSIGN(file, make_seekable(std::move(file), path));
  }
  std::unique_ptr<MimicLoader> loader;
  if (index != nullptr) {
    const StudyOptions& options = context->options;
    std::unique_ptr<ReportStore> reports;
    if (!options.reports.empty()) {
      HILUM_ASSIGN(reports, open_reports(options.reports, context));
    }
    loader = std::make_unique<MimicLoader>(context, index,
                                           options.image_root.empty() ? parent_of(path) : options.image_root,
                                           std::move(reports));
  }
  auto source =
      std::make_unique<AnnotationSource>(path, context, std::move(file), std::move(index), std::move(loader));
  if (by_study) HILUM_RETURN_IF_ERROR(source->group_by_study());
  return std::unique_ptr<StudySource>(std::move(source));
}

}  // namespace hilum::datasets
