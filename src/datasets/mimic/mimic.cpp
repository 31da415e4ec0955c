#include "datasets/mimic/loader.h"
#include "datasets/paths.h"
#include "datasets/readers.h"

namespace hilum::datasets {
namespace {

class MimicSource : public StudySource {
 public:
  MimicSource(ContextPtr context, std::shared_ptr<const MimicIndex> index, MimicLoader loader)
      : context_(std::move(context)), index_(std::move(index)), loader_(std::move(loader)) {}

  Result<std::optional<StudyItem>> next() override {
    while (at_ < index_->studies().size()) {
      const std::size_t study = at_++;
      const MimicStudy& entry = index_->studies()[study];
      const std::string& split = index_->split_name(entry);
      const std::string name = study_name(entry.id);
      if (index_->has_splits() && split.empty()) context_->note(Reason::kSplitMissing, name);
      if (!context_->admits(patient_name(entry.subject), name, split)) continue;
      return std::optional<StudyItem>(loader_.load(study));
    }
    return std::optional<StudyItem>();
  }

 private:
  ContextPtr context_;
  std::shared_ptr<const MimicIndex> index_;
  MimicLoader loader_;
  std::size_t at_ = 0;
};

}  // namespace

SourceResult open_mimic(const std::string& root, const ContextPtr& context,
                        std::shared_ptr<const MimicIndex> index) {
  const StudyOptions& options = context->options;
  if (!context->split.empty() && !index->has_splits()) {
    return Status(ErrorCode::kDatasetInvalid,
                  (options.tables.empty() ? root : options.tables) +
                      ": setting 'split' needs mimic-cxr-2.0.0-split.csv(.gz), which is not there");
  }
  HILUM_ASSIGN(auto reports, open_reports(options.reports.empty() ? root : options.reports, context));
  MimicLoader loader(context, index, options.image_root.empty() ? root : options.image_root,
                     std::move(reports));
  return std::unique_ptr<StudySource>(
      std::make_unique<MimicSource>(context, std::move(index), std::move(loader)));
}

}  // namespace hilum::datasets
