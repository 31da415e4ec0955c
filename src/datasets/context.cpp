#include "datasets/context.h"

#include <algorithm>

#include "core/files/hash.h"
#include "core/text/suggest.h"
#include "core/text/text.h"
#include "datasets/paths.h"

namespace hilum::datasets {
namespace {

Status unknown_word(const std::string& what, const std::string& word, const std::vector<std::string>& known) {
  const std::string nearest = nearest_word(word, known);
  return {ErrorCode::kUsage,
          "no " + what + " '" + word + "'" +
              (nearest.empty() ? "; there are " + join(known, ", ") : "; did you mean '" + nearest + "'?")};
}

bool one_of(const std::string& word, const std::vector<std::string>& known) {
  return std::find(known.begin(), known.end(), word) != known.end();
}

}  // namespace

std::string normal_split(std::string_view split) {
  std::string name = to_lower(trim(split));
  if (name == "val" || name == "valid" || name == "validation" || name == "dev") return "validate";
  return name;
}

std::uint32_t shard_of(std::string_view patient_id, std::uint32_t shard_count) {
  // FNV-1a with a final mix, so that ids that differ in their last digit alone spread over the shards.
  std::uint64_t hash = fnv1a(patient_id);
  hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdu;
  hash ^= hash >> 33;
  return static_cast<std::uint32_t>(hash % shard_count) + 1;
}

const std::vector<std::string>& needable_fields() {
  static const std::vector<std::string> names = {"findings", "impression", "report", "indication",
                                                 "prior",    "view",       "facts"};
  return names;
}

Result<std::shared_ptr<const Context>> Context::make(StudyOptions options) {
  auto context = std::make_shared<Context>();
  if (!one_of(options.format, layout_names())) return unknown_word("format", options.format, layout_names());
  context->split = normal_split(options.split);
  if (const std::vector<std::string> splits = {"train", "validate", "test"};
      !context->split.empty() && !one_of(context->split, splits)) {
    return unknown_word("split", options.split, splits);
  }
  for (const std::string& field : options.need) {
    if (!one_of(field, needable_fields())) return unknown_word("field", field, needable_fields());
  }
  HILUM_ASSIGN(context->views, ViewFilter::from_names(options.views));
  if (options.shard_count == 0 || options.shard == 0 || options.shard > options.shard_count) {
    return Status(ErrorCode::kUsage, "shard " + std::to_string(options.shard) + " of " +
                                         std::to_string(options.shard_count) +
                                         ": shards count from 1/n to n/n");
  }
  for (const std::string* path : {&options.image_root, &options.tables, &options.ed}) {
    if (!path->empty() && !is_folder(*path))
      return Status(ErrorCode::kFileNotFound, *path + ": no such folder");
  }
  for (const std::string* path : {&options.reports, &options.demographics}) {
    if (!path->empty() && !is_folder(*path) && !is_file(*path)) {
      return Status(ErrorCode::kFileNotFound, *path + ": no such file or folder");
    }
  }
  HILUM_ASSIGN(ReportSplitter splitter, ReportSplitter::load(options.dialect));
  context->reports = std::make_shared<const ReportSplitter>(std::move(splitter));
  context->options = std::move(options);
  return std::shared_ptr<const Context>(std::move(context));
}

void Context::note(Reason reason, std::string what, std::string detail) const {
  if (options.note) options.note({reason, std::move(what), std::move(detail)});
}

bool Context::admits(std::string_view patient_id, std::string_view study_id,
                     std::string_view study_split) const {
  if (!split.empty() && study_split != split) {
    note(Reason::kOtherSplit, std::string(study_id));
    return false;
  }
  if (options.shard_count > 1 &&
      shard_of(patient_id.empty() ? study_id : patient_id, options.shard_count) != options.shard) {
    note(Reason::kOtherShard, std::string(study_id));
    return false;
  }
  return true;
}

bool Context::has_file(const std::string& path) const { return !options.check_files || is_file(path); }

void keep_wanted_images(const Context& context, std::vector<ImageRef>& images, Reason if_missing) {
  const auto unwanted = [&](const ImageRef& image) {
    if (!context.views.keeps(image.view)) {
      // A prior's image of another view is nothing that anybody counts.
      if (if_missing == Reason::kImageMissing) context.note(Reason::kOtherView, image.path, image.view);
      return true;
    }
    if (context.has_file(image.path)) return false;
    context.note(if_missing, image.path);
    return true;
  };
  images.erase(std::remove_if(images.begin(), images.end(), unwanted), images.end());
}

}  // namespace hilum::datasets
