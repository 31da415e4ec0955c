#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/text/text.h"
#include "datasets/image_resolver.h"
#include "datasets/input_file.h"
#include "datasets/json/annotation_item.h"
#include "datasets/json/json_items.h"
#include "datasets/paths.h"
#include "datasets/readers.h"

namespace hilum::datasets {
namespace {

// What follows "Label:" up to the next of the labels; "" when it is not there.
std::string labelled_part(const std::string& text, const std::string& label) {
  static const std::vector<std::string> labels = {
      "Age:", "Gender:", "Indication:", "History:", "Comparison:", "Technique:"};
  const std::size_t at = text.find(label);
  if (at == std::string::npos) return "";
  const std::size_t from = at + label.size();
  std::size_t to = text.size();
  for (const std::string& other : labels) to = std::min(to, text.find(other, from));
  return std::string(trim(std::string_view(text).substr(from, to - from)));
}

Result<std::vector<std::string>> texts_at(const Json& entry, const char* key) {
  std::vector<std::string> out;
  const Json* list = find_path(entry, key);
  if (list == nullptr || list->is_null()) return out;
  for (const Json& text : list->is_array() ? *list : Json::array({*list})) {
    if (!text.is_string())
      return Status(ErrorCode::kRecordInvalid, std::string("'") + key + "' should hold texts");
    out.push_back(text.get<std::string>());
  }
  return out;
}

Result<StudyItem> read_entry(const JsonItem& json) {
  HILUM_ASSIGN(const Json entry, parse_json(json.text));
  if (!entry.is_object()) {
    return Status(ErrorCode::kRecordInvalid,
                  std::string("an entry should be an object and is ") + entry.type_name());
  }
  StudyItem item;
  Study& study = item.study;
  study.id = json.key;
  if (study.id.empty()) {
    HILUM_ASSIGN(study.id, text_at(entry, "id"));
  }
  if (study.id.empty()) return Status(ErrorCode::kRecordInvalid, "the entry has no id");
  HILUM_ASSIGN(const std::string split, text_at(entry, "split"));
  study.split = normal_split(split);
  HILUM_ASSIGN(const auto paths, texts_at(entry, "image_path"));
  HILUM_ASSIGN(const auto views, texts_at(entry, "frontal_lateral"));
  HILUM_ASSIGN(const std::string key_image, text_at(entry, "key_image_path"));
  for (std::size_t i = 0; i < paths.size(); ++i) {
    study.images.push_back({paths[i], image_id_of(paths[i]), normal_view(i < views.size() ? views[i] : "")});
  }
  const auto key = std::find_if(study.images.begin(), study.images.end(),
                                [&](const ImageRef& image) { return image.path == key_image; });
  if (key != study.images.end()) {
    std::rotate(study.images.begin(), key, key + 1);  // the key image is the anchor
  } else if (!key_image.empty()) {
    study.images.insert(study.images.begin(), {key_image, image_id_of(key_image), "unknown"});
  }
  const MimicIds ids = study.images.empty() ? MimicIds() : ids_in_path(study.images[0].path);
  if (ids.subject != 0) study.patient_id = "p" + std::to_string(ids.subject);
  HILUM_ASSIGN(study.reference.findings, text_at(entry, "section_findings"));
  HILUM_ASSIGN(study.reference.impression, text_at(entry, "section_impression"));
  HILUM_ASSIGN(const std::string context, text_at(entry, "context"));
  study.indication = labelled_part(context, "Indication:");
  study.history = labelled_part(context, "History:");
  study.comparison = labelled_part(context, "Comparison:");
  study.technique = labelled_part(context, "Technique:");
  study.patient_data.sex = labelled_part(context, "Gender:");
  if (ends_with(study.patient_data.sex, ".")) study.patient_data.sex.pop_back();
  if (const auto age = parse_number(split_words(labelled_part(context, "Age:") + " -").front())) {
    study.patient_data.age = *age;
  }
  return item;
}

class RexrankSource : public StudySource {
 public:
  RexrankSource(std::string path, ContextPtr context, std::unique_ptr<InputFile> file)
      : path_(std::move(path)),
        context_(std::move(context)),
        file_(std::move(file)),
        reader_(file_->stream(), path_),
        resolver_(context_,
                  context_->options.image_root.empty() ? parent_of(path_) : context_->options.image_root) {}

  Result<std::optional<StudyItem>> next() override {
    for (;;) {
      auto json = reader_.next();
      if (!file_->status().is_ok()) return file_->status();
      if (!json) return json.status();
      if (!json->has_value()) return std::optional<StudyItem>();
      auto item = read_entry(**json);
      if (!item) {
        context_->note(Reason::kItemBroken, path_ + ": " + (*json)->key, item.status().message());
        continue;
      }
      if (!context_->admits(item->study.patient_id, item->study.id, item->study.split)) continue;
      for (ImageRef& image : item->study.images) image.path = resolver_.resolve(image.path);
      keep_wanted_images(*context_, item->study.images, Reason::kImageMissing);
      return std::optional<StudyItem>(item.take());
    }
  }

 private:
  std::string path_;
  ContextPtr context_;
  std::unique_ptr<InputFile> file_;
  JsonItemReader reader_;
  ImageResolver resolver_;
};

}  // namespace

SourceResult open_rexrank(const std::string& path, const ContextPtr& context) {
  HILUM_ASSIGN(auto file, InputFile::open(path));
  return std::unique_ptr<StudySource>(std::make_unique<RexrankSource>(path, context, std::move(file)));
}

}  // namespace hilum::datasets
