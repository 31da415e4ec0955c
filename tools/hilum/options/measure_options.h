// What `hilum measure` and `hilum factcheck --measure` share: which bundles, masks, points and spacing, and
// where pictures go.
#pragma once

#include <string>
#include <vector>

#include "hilum/measure.h"

namespace CLI {
class App;
}

namespace hilum::cli {

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

// kUsage for options that cannot be.
Result<MeasureOptions> measure_options(const MeasureCliOptions& options);

}  // namespace hilum::cli
