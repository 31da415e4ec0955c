#include "io/image_json.h"

#include <algorithm>
#include <cstdio>

#include <nlohmann/json.hpp>

namespace hilum {
namespace {

// The tags worth showing, in order; empty ones are left out.
std::vector<std::pair<const char*, std::string>> shown_tags(const DicomTags& tags) {
  std::vector<std::pair<const char*, std::string>> all = {
      {"sop_class", tags.sop_class},
      {"modality", tags.modality},
      {"transfer_syntax_uid", tags.transfer_syntax_uid},
      {"photometric", tags.photometric},
      {"study_instance_uid", tags.study_instance_uid},
      {"series_instance_uid", tags.series_instance_uid},
      {"sop_instance_uid", tags.sop_instance_uid},
      {"patient_id", tags.patient_id},
      {"patient_age", tags.patient_age},
      {"patient_sex", tags.patient_sex},
      {"accession_number", tags.accession_number},
      {"study_date", tags.study_date},
      {"study_time", tags.study_time},
      {"study_description", tags.study_description},
      {"series_description", tags.series_description},
      {"manufacturer", tags.manufacturer},
      {"model_name", tags.model_name},
      {"view_position", tags.view_position},
      {"patient_orientation", tags.patient_orientation},
      {"laterality", tags.laterality},
      {"body_part", tags.body_part},
      {"presentation_intent", tags.presentation_intent},
      {"burned_in_annotation", tags.burned_in_annotation},
  };
  std::vector<std::pair<const char*, std::string>> shown;
  for (auto& tag : all) {
    if (!tag.second.empty()) shown.push_back(std::move(tag));
  }
  return shown;
}

std::string millimetres(const PixelSpacing& spacing) {
  char text[96];
  std::snprintf(text, sizeof text, "%.4g mm between rows, %.4g mm between columns", spacing.row_mm,
                spacing.column_mm);
  return text;
}

Json spacing_to_json(const PixelSpacing& spacing) {
  Json json = {{"kind", spacing_kind_name(spacing.kind)}};
  if (spacing.kind != SpacingKind::kNone) {
    json["row_mm"] = spacing.row_mm;
    json["column_mm"] = spacing.column_mm;
    json["source"] = spacing.source;
  }
  if (spacing.factor) json["magnification"] = *spacing.factor;
  json["caveat"] = spacing.caveat;
  return json;
}

}  // namespace

Json image_to_json(const ImageFile& file) {
  Json json = {{"path", file.path},     {"format", image_format_name(file.format)},
               {"coding", file.coding}, {"width", file.width},
               {"height", file.height}, {"bits", file.bits}};
  if (file.tags) {
    Json tags = Json::object();
    for (const auto& [name, value] : shown_tags(*file.tags)) tags[name] = value;
    json["tags"] = std::move(tags);
  }
  json["steps"] = Json::array();
  for (const PixelStep& step : file.steps)
    json["steps"].push_back({{"name", step.name}, {"detail", step.detail}});
  json["spacing"] = spacing_to_json(file.spacing);
  json["warnings"] = file.warnings;
  return json;
}

std::string image_to_text(const ImageFile& file) {
  std::string text = file.path + "\n  " + image_format_name(file.format) + ", " + file.coding + ", " +
                     std::to_string(file.width) + " x " + std::to_string(file.height) + " pixels, " +
                     std::to_string(file.bits) + " bits\n";
  if (file.tags) {
    for (const auto& [name, value] : shown_tags(*file.tags)) {
      text += "  " + std::string(name) +
              std::string(22 - std::min<std::size_t>(std::string(name).size(), 21), ' ') + value + "\n";
    }
  }
  text += "  steps\n";
  for (const PixelStep& step : file.steps) text += "    " + step.name + ": " + step.detail + "\n";
  text += "  spacing               " + std::string(spacing_kind_name(file.spacing.kind));
  if (file.spacing.kind != SpacingKind::kNone)
    text += ", " + millimetres(file.spacing) + " (" + file.spacing.source + ")";
  text += "\n    " + file.spacing.caveat + "\n";
  for (const std::string& warning : file.warnings) text += "  warning: " + warning + "\n";
  return text;
}

}  // namespace hilum
