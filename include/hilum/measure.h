// Masks, landmarks and measurements of films: what `hilum measure` does (docs/measure.md).
//
// Of each record the first image is measured. What is given (by the record, by files) comes before what a
// bundle finds. Lengths are in mm, angles in degrees, ratios without a unit; coordinates are pixels of the
// image, zero-based, x to the right, y down. A film that is no frontal chest film is refused: it keeps its
// masks, and its measurements say why they have no value.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hilum/run.h"
#include "hilum/stage.h"
#include "hilum/status.h"
#include "hilum/streams.h"

namespace hilum {

inline constexpr const char* kAnatomyBundle = "hilum-anatomy";

// Size of a pixel; rows (vertical) first, as in DICOM.
struct PixelSize {
  double row_mm = 0;     // from one row to the next
  double column_mm = 0;  // from one column to the next
};

struct ImageSize {
  std::size_t rows = 0, columns = 0;
};

struct MeasureOptions {
  // Names or folders of bundles with a segmenter or landmarks; none: only what is given is measured.
  std::vector<std::string> bundles = {kAnatomyBundle};
  std::string device = "cpu";  // or "cuda"
  // Instead of what the image's file says.
  std::optional<PixelSize> pixel_size;
  // Of the picture that `pixel_size` is of, where the images were resized since.
  std::optional<ImageSize> original_size;
  // Folder of masks named after the images, listed once: STEM.png (1 right lung, 2 left lung, 3 heart, 4
  // airway), STEM.NAME.png (one structure), STEM.dcm (a DICOM segmentation). "": none.
  std::string given;
  // File of points: CSV with the columns image, name, x, y, or JSON {"image": {"carina": [x, y]}}.
  std::string landmarks;
  // Folders for a mask picture (numbered as in `given`) and an overlay of each image, named after it; they
  // are made if absent. An image whose name another one took before is refused with kUsage. "": none.
  std::string masks, overlay;
};

const StageInfo& measure_info();

// Adds `anatomy` and `quality` (docs/records.md). Errors of opening the bundles; kFileNotFound, kCsvInvalid
// or kRecordInvalid for what is given; kOutputFailed when a folder cannot be made; kUsage for an original
// size without a pixel size. Records fail with kRecordInvalid without an image, with the errors of reading
// it, or with kUsage when a given mask has another size than the image.
Result<std::unique_ptr<Stage>> make_measure_stage(const MeasureOptions& options);

// Behind a measure stage: tables for people, a film after the other. A film that failed is a line with its
// error; `failures` false leaves it out. `out` must outlive it.
std::unique_ptr<Writer> measure_table_writer(Sink& out, bool failures = true);

}  // namespace hilum
