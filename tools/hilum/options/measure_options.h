// What `hilum measure` and `hilum factcheck --measure` share: which bundles, masks, points and spacing, and
// where pictures go.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "stages/measure/given_anatomy.h"
#include "stages/measure/picture.h"

namespace CLI {
class App;
}

namespace hilum::cli {

inline constexpr const char* kAnatomyBundle = "hilum-anatomy";

struct MeasureCliOptions {
  std::vector<std::string> bundles = {kAnatomyBundle};
  std::string device = "cpu";
  std::string spacing;        // "ROW,COLUMN" in mm
  std::string original_size;  // "ROWS,COLUMNS" that the spacing is of
  std::string given;          // folder of masks named after the images
  std::string points;         // file of points
  std::string masks;          // folder for mask pictures
  std::string overlay;        // folder for overlays
};

void add_measure_options(CLI::App& app, MeasureCliOptions& options);

// Measures the first image of records. Not thread-safe: it remembers which names its pictures took.
class FilmMeasurer {
 public:
  // kUsage for options that cannot be; otherwise the errors of opening bundles and files.
  static Result<FilmMeasurer> open(const MeasureCliOptions& options);

  // Adds `anatomy`, `quality` and a provenance entry to the record, and writes the mask picture.
  // kRecordInvalid without an image; kUsage when another image of the same stem was written before.
  Result<MeasuredFilm> add_to(Json& record, const std::string& stage);

  // Writes the overlay, if one is asked for.
  Status write_overlay(const MeasuredFilm& film, const std::vector<ShownVerdict>& verdicts) const;

 private:
  explicit FilmMeasurer(Measurer measurer) : measurer_(std::move(measurer)) {}
  Result<GivenAnatomy> given_for(const Json& record, const std::string& path, const std::string& view) const;
  Status take_name(const std::string& path);

  Measurer measurer_;
  MeasureCliOptions options_;
  std::optional<anatomy::Spacing> spacing_;
  std::optional<std::pair<std::size_t, std::size_t>> size_;
  PointsByImage points_;
  std::map<std::string, std::string> stems_;  // stem -> image
};

}  // namespace hilum::cli
