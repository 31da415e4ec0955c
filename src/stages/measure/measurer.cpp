#include "stages/measure/measurer.h"

#include <algorithm>
#include <cstdio>

#include "core/text/text.h"
#include "datasets/views.h"
#include "runtime/roles/anatomy.h"
#include "stages/measure/segment.h"

namespace hilum::stages {
namespace {

std::optional<anatomy::Spacing> spacing_of(const PixelSpacing& spacing) {
  using anatomy::SpacingSource;
  SpacingSource source = SpacingSource::kUnknown;
  switch (spacing.kind) {
    case SpacingKind::kNone:
      return std::nullopt;
    case SpacingKind::kCalibrated:
      source = SpacingSource::kCalibrated;
      break;
    case SpacingKind::kMagnificationCorrected:
      source = SpacingSource::kMagnification;
      break;
    case SpacingKind::kDetectorPlane:
      source = SpacingSource::kDetector;
      break;
    case SpacingKind::kNominal:
      source = SpacingSource::kNominal;
      break;
    case SpacingKind::kUnknown:
      break;
  }
  return anatomy::Spacing{spacing.row_mm, spacing.column_mm, source, spacing.caveat};
}

Status check_sizes(const GivenAnatomy& given, std::size_t width, std::size_t height) {
  for (const anatomy::Structure& s : given.structures) {
    if (s.mask.width == width && s.mask.height == height) continue;
    return {ErrorCode::kUsage, "the mask of the " + s.name + " is " + std::to_string(s.mask.width) + " x " +
                                   std::to_string(s.mask.height) + ", the image " + std::to_string(width) +
                                   " x " + std::to_string(height)};
  }
  return Status::ok();
}

// AP, PA, LATERAL, or "" where the name says none of them.
std::string view_name(const std::string& text) {
  const std::string view = datasets::normal_view(text);
  if (datasets::is_lateral(view)) return "LATERAL";
  return starts_with(view, "AP") ? "AP" : starts_with(view, "PA") ? "PA" : "";
}

std::string with_probability(const std::string& what, double p) {
  char text[32];
  std::snprintf(text, sizeof text, " (probability %.2f)", p);
  return what + text;
}

// Issues from the view and from the bundle's labels. What the file says about the view outranks the labels.
void judge_view(const runtime::Manifest* manifest, MeasuredFilm& film) {
  const auto found = [&](const char* label) -> std::optional<double> {
    if (manifest == nullptr) return std::nullopt;
    for (const runtime::BundleLabel& l : manifest->labels) {
      const auto it = film.probabilities.find(l.name);
      if (l.name == label && it != film.probabilities.end() && it->second >= l.threshold) return it->second;
    }
    return std::nullopt;
  };
  constexpr const char* kAp =
      "AP view: the heart looks larger than on a PA film, the cardiothoracic ratio's limit does not hold";
  if (const auto p = found("Not Chest"))
    film.issues.push_back({"not_a_chest_film", with_probability("not a chest film", *p), true, ""});
  if (film.view == "LATERAL") {
    film.issues.push_back(
        {"lateral_view", "a lateral view, as the file says: the tools are for frontal films", true, ""});
  } else if (const auto p = found("View Lateral"); p && film.view.empty()) {
    film.issues.push_back(
        {"lateral_view", with_probability("a lateral view: the tools are for frontal films", *p), true, ""});
  }
  if (film.view == "AP") {
    film.issues.push_back({"ap_view", kAp, false, ""});
  } else if (const auto p = found("View AP"); p && film.view.empty()) {
    film.issues.push_back({"ap_view", with_probability(kAp, *p), false, ""});
  }
}

}  // namespace

Result<Measurer> Measurer::open(const std::vector<std::string>& bundles, const std::string& device) {
  Measurer measurer;
  HILUM_ASSIGN(auto tools, anatomy::load_tools());
  measurer.tools_ = std::make_shared<const std::vector<anatomy::MeasuringTool>>(std::move(tools));
  for (const std::string& name : bundles) {
    HILUM_ASSIGN(const std::string folder, runtime::find_bundle(name));
    HILUM_ASSIGN(const runtime::Bundle bundle, runtime::Bundle::open(folder));
    HILUM_ASSIGN(auto model, runtime::AnatomyModel::open(bundle, device));
    measurer.models_.push_back(std::move(model));
  }
  return measurer;
}

std::vector<std::string> Measurer::identities() const {
  std::vector<std::string> names;
  for (const auto& model : models_) names.push_back(model->identity());
  return names;
}

void Measurer::use_threads(int threads) const {
  for (const auto& model : models_) model->use_threads(threads);
}

Result<LoadedImage> load_film(const std::string& path) {
  LoadOptions load;
  load.purpose = Purpose::kGenerate;
  return load_image(path, load);
}

Result<MeasuredFilm> Measurer::measure(const std::string& path, const LoadedImage& image,
                                       GivenAnatomy given) const {
  MeasuredFilm film;
  film.path = path;
  film.warnings = image.file.warnings;
  film.view = view_name(given.view);
  if (film.view.empty() && image.file.tags) film.view = view_name(image.file.tags->view_position);
  film.anatomy.width = static_cast<std::size_t>(image.pixels.width);
  film.anatomy.height = static_cast<std::size_t>(image.pixels.height);
  auto sizes = check_sizes(given, film.anatomy.width, film.anatomy.height);
  if (!sizes.is_ok()) return sizes.at(path);
  film.anatomy.structures = std::move(given.structures);
  film.anatomy.landmarks = std::move(given.landmarks);
  film.anatomy.spacing = given.spacing ? given.spacing : spacing_of(image.file.spacing);
  if (given.spacing && given.spacing_of) {
    HILUM_ASSIGN(film.anatomy.spacing,
                 anatomy::rescale(*given.spacing, given.spacing_of->columns, given.spacing_of->rows,
                                  film.anatomy.width, film.anatomy.height));
  }
  add_carina(film.anatomy);  // of an airway that was given
  std::vector<std::string> expected;
  const runtime::Manifest* judge = nullptr;  // the bundle whose labels say what view it is
  for (const auto& model : models_) {
    const runtime::Manifest& manifest = model->manifest();
    auto input = preprocess(image.pixels, manifest.preprocess);
    if (!input) return input.status().at(path);
    HILUM_ASSIGN(const runtime::AnatomyOutput output, model->run(*input));
    add_outputs(output, manifest, *input, manifest.name, film.anatomy);
    for (const runtime::BundleMap& map : runtime::maps_of(manifest)) {
      if (map.kind == "mask") expected.push_back(map.name);
    }
    for (std::size_t i = 0; i < output.probabilities.size(); ++i)
      film.probabilities[manifest.labels[i].name] = static_cast<double>(output.probabilities[i]);
    if (!manifest.labels.empty()) judge = &manifest;
  }
  add_carina(film.anatomy);  // of one that was found, where no map was sure of the carina
  judge_view(judge, film);
  for (anatomy::QualityIssue& issue : anatomy::check_plausibility(film.anatomy, expected))
    film.issues.push_back(std::move(issue));
  anatomy::Anatomy usable = film.anatomy;
  for (const anatomy::QualityIssue& issue : film.issues) {
    const auto drop = [&](const auto& item) { return item.name == issue.drops; };
    usable.structures.erase(std::remove_if(usable.structures.begin(), usable.structures.end(), drop),
                            usable.structures.end());
  }
  film.measurements = anatomy::measure(usable, *tools_);
  if (anatomy::refused(film.issues)) {
    const auto why =
        std::find_if(film.issues.begin(), film.issues.end(), [](const auto& i) { return i.refuses; });
    for (anatomy::Measured& m : film.measurements) {
      m.value.reset();
      m.reason = "refused: " + why->message;
      m.lines.clear();
    }
  }
  film.grey = {image.pixels.width, image.pixels.height, to_8_bit(image.pixels)};
  return film;
}

}  // namespace hilum::stages
