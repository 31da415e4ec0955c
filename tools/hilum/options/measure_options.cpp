#include "options/measure_options.h"

#include <charconv>
#include <cmath>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "hilum/record.h"

#include "core/text/text.h"
#include "io/raster/png.h"

namespace hilum::cli {
namespace fs = std::filesystem;
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

Status make_folder(const std::string& folder) {
  if (folder.empty()) return Status::ok();
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return {ErrorCode::kOutputFailed, folder + ": " + error.message()};
  return Status::ok();
}

std::string picture_path(const std::string& folder, const std::string& image) {
  return (fs::path(folder) / (image_stem(image) + ".png")).string();
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

Result<FilmMeasurer> FilmMeasurer::open(const MeasureCliOptions& options) {
  std::vector<std::string> bundles = options.bundles;
  if (bundles == std::vector<std::string>{"none"}) bundles.clear();
  HILUM_ASSIGN(Measurer measurer, Measurer::open(bundles, options.device));
  FilmMeasurer film(std::move(measurer));
  film.options_ = options;
  if (!options.spacing.empty()) {
    HILUM_ASSIGN(const auto mm,
                 pair_of<double>(options.spacing, "--spacing", "ROW,COLUMN in mm, as 0.14,0.14"));
    film.spacing_ = anatomy::Spacing{mm.first, mm.second, anatomy::SpacingSource::kUser, ""};
  }
  if (!options.original_size.empty()) {
    if (!film.spacing_) return Status(ErrorCode::kUsage, "--original-size goes with --spacing");
    HILUM_ASSIGN(film.size_, pair_of<std::size_t>(options.original_size, "--original-size", "ROWS,COLUMNS"));
  }
  if (!options.given.empty() && !fs::is_directory(options.given))
    return Status(ErrorCode::kFileNotFound, options.given + ": not a folder");
  if (!options.points.empty()) {
    HILUM_ASSIGN(film.points_, read_points(options.points));
  }
  HILUM_RETURN_IF_ERROR(make_folder(options.masks));
  HILUM_RETURN_IF_ERROR(make_folder(options.overlay));
  return film;
}

Status FilmMeasurer::take_name(const std::string& path) {
  if (options_.masks.empty() && options_.overlay.empty()) return Status::ok();
  const auto [it, fresh] = stems_.emplace(image_stem(path), path);
  if (fresh) return Status::ok();
  return {ErrorCode::kUsage, path + ": '" + it->second +
                                 "' has the same name without its ending, and their pictures " +
                                 "would be one file; measure them into different folders"};
}

Result<GivenAnatomy> FilmMeasurer::given_for(const Json& record, const std::string& path,
                                             const std::string& view) const {
  GivenAnatomy given;
  given.view = view;
  given.spacing = spacing_;
  given.spacing_rows_columns = size_;
  HILUM_RETURN_IF_ERROR(add_record_anatomy(record, given));
  if (!options_.given.empty()) {
    const std::string stem = image_stem(path);
    for (const char* ending : {".png", ".dcm"}) {
      const std::string file = (fs::path(options_.given) / (stem + ending)).string();
      if (fs::exists(file)) HILUM_RETURN_IF_ERROR(add_mask_file(file, given));
    }
    std::set<std::string> named;  // in a fixed order
    for (const fs::directory_entry& entry : fs::directory_iterator(options_.given)) {
      const std::string name = entry.path().filename().string();
      if (starts_with(name, stem + ".") && ends_with(name, ".png") && name.size() > stem.size() + 5)
        named.insert(name);
    }
    for (const std::string& name : named) {
      const std::string structure = name.substr(stem.size() + 1, name.size() - stem.size() - 5);
      HILUM_RETURN_IF_ERROR(add_mask_of(structure, (fs::path(options_.given) / name).string(), given));
    }
  }
  add_points(points_, path, given);
  return given;
}

Result<MeasuredFilm> FilmMeasurer::add_to(Json& record, const std::string& stage) {
  HILUM_ASSIGN(const Study study, study_from_json(record));
  if (study.images.empty()) return Status(ErrorCode::kRecordInvalid, "the record has no image");
  const ImageRef& image = study.images.front();
  HILUM_RETURN_IF_ERROR(take_name(image.path));
  HILUM_ASSIGN(const GivenAnatomy given, given_for(record, image.path, image.view));
  HILUM_ASSIGN(MeasuredFilm film, measurer_.measure(image.path, given));
  if (!options_.masks.empty()) {
    HILUM_RETURN_IF_ERROR(write_png_gray8(picture_path(options_.masks, image.path), film.grey.width,
                                          film.grey.height, anatomy::paint_masks(film.anatomy)));
  }
  // What the record says besides (presence answers) stays.
  Json anatomy_key = anatomy_to_json(film);
  if (const Json* old = find_path(record, "anatomy"); old != nullptr && old->is_object()) {
    for (const auto& [key, value] : old->items()) {
      if (!anatomy_key.contains(key)) anatomy_key[key] = value;
    }
  }
  record["anatomy"] = std::move(anatomy_key);
  record["quality"] = quality_to_json(film);
  add_provenance(record, stage, {{"bundles", measurer_.identities()}});
  return film;
}

Status FilmMeasurer::write_overlay(const MeasuredFilm& film,
                                   const std::vector<ShownVerdict>& verdicts) const {
  if (options_.overlay.empty()) return Status::ok();
  const anatomy::Picture picture = draw_film(film, verdicts);
  return write_png_rgb8(picture_path(options_.overlay, film.path), picture.width, picture.height,
                        picture.rgb);
}

}  // namespace hilum::cli
