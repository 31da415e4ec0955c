// From an image file to masks, landmarks and measurements: the geometry behind `hilum measure` and
// `hilum factcheck --measure` (docs/measure.md). A Measurer is immutable after open() and may be shared by
// threads.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hilum/json.h"
#include "hilum/preprocess.h"
#include "hilum/status.h"

#include "anatomy/measure.h"
#include "anatomy/quality.h"
#include "runtime/models/anatomy_model.h"

namespace hilum {

// What is known of an image besides its pixels. It comes before what a bundle finds.
struct GivenAnatomy {
  std::vector<anatomy::Structure> structures;
  std::vector<anatomy::Landmark> landmarks;
  std::string view;  // "PA", "AP", "LATERAL", "" or "unknown"
  std::optional<anatomy::Spacing> spacing;
  // Rows and columns of the picture that `spacing` is of; the picture itself if not given.
  std::optional<std::pair<std::size_t, std::size_t>> spacing_rows_columns;
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

  // Errors of reading the image; kUsage when a given mask has another size than the image.
  Result<MeasuredFilm> measure(const std::string& path, const GivenAnatomy& given) const;

  std::vector<std::string> identities() const;  // of the bundles, for provenance

 private:
  std::vector<std::shared_ptr<const runtime::AnatomyModel>> models_;
  std::shared_ptr<const std::vector<anatomy::MeasuringTool>> tools_;
};

// The record's `anatomy` and `quality`.
Json anatomy_to_json(const MeasuredFilm& film);
Json quality_to_json(const MeasuredFilm& film);

}  // namespace hilum
