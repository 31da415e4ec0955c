#include "options/measure_options.h"

#include <charconv>
#include <cmath>
#include <utility>

#include <CLI/CLI.hpp>

#include "core/text/text.h"

namespace hilum::cli {
namespace {

// "0.14,0.14" -> both numbers, each more than 0.
template <typename T>
Result<std::pair<T, T>> pair_of(const std::string& text, const std::string& flag, const std::string& wanted) {
  const std::vector<std::string> parts = split(text, ',');
  std::pair<T, T> out{};
  const auto read = [](const std::string& part, T& value) {
    const std::string_view t = trim(part);
    const auto [end, error] = std::from_chars(t.data(), t.data() + t.size(), value);
    return error == std::errc() && end == t.data() + t.size() && value > 0 &&
           std::isfinite(static_cast<double>(value));
  };
  if (parts.size() == 2 && read(parts[0], out.first) && read(parts[1], out.second)) return out;
  return Status(ErrorCode::kUsage, flag + " " + text + ": should be " + wanted);
}

}  // namespace

void add_measure_options(CLI::App& app, MeasureCliOptions& options) {
  app.add_option("--bundle", options.bundles,
                 "Bundle with a segmenter or landmarks; may be repeated. none: only what is given")
      ->allow_extra_args(false)
      ->capture_default_str();
  app.add_option("--device", options.device, "cpu or cuda")
      ->check(CLI::IsMember({"cpu", "cuda"}))
      ->capture_default_str();
  app.add_option("--spacing", options.spacing, "ROW,COLUMN: size of a pixel in mm, rows (vertical) first");
  app.add_option("--original-size", options.original_size,
                 "ROWS,COLUMNS that --spacing is of, when the images were resized since");
  app.add_option(
      "--given", options.given,
      "Folder of masks named after the images: STEM.png (1 right lung, 2 left lung, 3 heart, 4 airway), "
      "STEM.NAME.png (one structure), STEM.dcm (DICOM segmentation)");
  app.add_option("--landmarks", options.points,
                 "File of points: CSV with image, name, x, y, or JSON {\"image\": {\"carina\": [x, y]}}");
  app.add_option("--overlay", options.overlay, "Folder for pictures of masks, landmarks and measurements");
}

Result<MeasureOptions> measure_options(const MeasureCliOptions& o) {
  MeasureOptions options;
  options.bundles = o.bundles;
  if (options.bundles == std::vector<std::string>{"none"}) options.bundles.clear();
  options.device = o.device;
  if (!o.spacing.empty()) {
    HILUM_ASSIGN(const auto mm, pair_of<double>(o.spacing, "--spacing", "ROW,COLUMN in mm, as 0.14,0.14"));
    options.pixel_size = PixelSize{mm.first, mm.second};
  }
  if (!o.original_size.empty()) {
    if (!options.pixel_size) return Status(ErrorCode::kUsage, "--original-size goes with --spacing");
    HILUM_ASSIGN(const auto size, pair_of<std::size_t>(o.original_size, "--original-size", "ROWS,COLUMNS"));
    options.original_size = ImageSize{size.first, size.second};
  }
  options.given = o.given;
  options.landmarks = o.points;
  options.masks = o.masks;
  options.overlay = o.overlay;
  return options;
}

}  // namespace hilum::cli
