// From an image to masks, landmarks and measurements: the geometry behind `hilum measure` and
// `hilum factcheck --measure` (docs/measure.md). A Measurer is immutable after open() and may be shared by
// threads, each calling `use_threads` first.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hilum/image.h"
#include "hilum/json.h"
#include "hilum/measure.h"
#include "hilum/preprocess.h"
#include "hilum/status.h"

#include "anatomy/measure.h"
#include "anatomy/quality.h"
#include "runtime/models/anatomy_model.h"

namespace hilum::stages {

// What is known of an image besides its pixels. It comes before what a bundle finds.
struct GivenAnatomy {
  std::vector<anatomy::Structure> structures;
  std::vector<anatomy::Landmark> landmarks;
  std::string view;  // "PA", "AP", "LATERAL", "" or "unknown"
  std::optional<anatomy::Spacing> spacing;
  std::optional<ImageSize>
      spacing_of;  // of the picture that `spacing` is of; the picture itself if not given
};

struct MeasuredFilm {
  std::string path;
  std::string view;  // as the file or the caller says; "" when unknown
  anatomy::Anatomy anatomy;
  std::vector<anatomy::Measured> measurements;  // without values when the film is refused
  std::vector<anatomy::QualityIssue> issues;
  std::map<std::string, double> probabilities;  // of the bundles' view and quality labels
  std::vector<std::string> warnings;
  Gray8 grey;  // for pictures
};

class Measurer {
 public:
  // Opens the bundles (names or folders; none: only what is given is measured). Those of kBundle…, kConfig,
  // kModuleMissing.
  static Result<Measurer> open(const std::vector<std::string>& bundles, const std::string& device);

  // kUsage when a given mask has another size than the image; kInferenceFailed.
  Result<MeasuredFilm> measure(const std::string& path, const LoadedImage& image, GivenAnatomy given) const;

  std::vector<std::string> identities() const;  // of the bundles, for provenance
  void use_threads(int threads) const;

 private:
  std::vector<std::shared_ptr<const runtime::AnatomyModel>> models_;
  std::shared_ptr<const std::vector<anatomy::MeasuringTool>> tools_;
};

// The image as measuring wants it. Errors of reading it.
Result<LoadedImage> load_film(const std::string& path);

// The record's `anatomy` and `quality`.
Json anatomy_to_json(const MeasuredFilm& film);
Json quality_to_json(const MeasuredFilm& film);

}  // namespace hilum::stages
