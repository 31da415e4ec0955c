#include "stages/measure/film_measurer.h"

#include <filesystem>

#include <nlohmann/json.hpp>

#include "hilum/record.h"

#include "io/raster/png.h"
#include "stages/common/provenance.h"

namespace hilum::stages {
namespace {

namespace fs = std::filesystem;

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

Result<ImageRef> first_image(const Json& record) {
  HILUM_ASSIGN(Study study, study_from_json(record));
  if (study.images.empty()) return Status(ErrorCode::kRecordInvalid, "the record has no image");
  return std::move(study.images.front());
}

Json settings_of(const MeasureOptions& options) {
  Json settings = Json::object();
  if (options.pixel_size)
    settings["pixel_size"] = {options.pixel_size->row_mm, options.pixel_size->column_mm};
  if (options.original_size)
    settings["original_size"] = {options.original_size->rows, options.original_size->columns};
  return settings;
}

}  // namespace

Result<std::unique_ptr<FilmMeasurer>> FilmMeasurer::open(const MeasureOptions& options) {
  if (options.original_size && !options.pixel_size)
    return Status(ErrorCode::kUsage, "setting 'original_size' goes with setting 'pixel_size'");
  HILUM_ASSIGN(Measurer measurer, Measurer::open(options.bundles, options.device));
  std::unique_ptr<FilmMeasurer> film(new FilmMeasurer(std::move(measurer), options));
  HILUM_ASSIGN(film->given_, GivenFolder::open(options.given));
  if (!options.landmarks.empty()) {
    HILUM_ASSIGN(film->points_, read_points(options.landmarks));
  }
  HILUM_ASSIGN(Json provenance, make_provenance(measure_info(), settings_of(options),
                                                {{"bundles", film->measurer_.identities()}}));
  film->provenance_ = std::make_shared<const Json>(std::move(provenance));
  HILUM_RETURN_IF_ERROR(make_folder(options.masks));
  HILUM_RETURN_IF_ERROR(make_folder(options.overlay));
  return film;
}

Status FilmMeasurer::admit(const Json& record) {
  if (options_.masks.empty() && options_.overlay.empty()) return Status::ok();
  const auto image = first_image(record);
  if (!image) return image.status();
  const auto [it, fresh] = taken_.emplace(image_stem(image->path), image->path);
  if (fresh) return Status::ok();
  return {ErrorCode::kUsage, image->path + ": '" + it->second +
                                 "' has the same name without its ending, and their pictures " +
                                 "would be one file; measure them into different folders"};
}

Result<GivenAnatomy> FilmMeasurer::given_for(const Json& record, const std::string& path,
                                             const std::string& view) const {
  GivenAnatomy given;
  given.view = view;
  if (options_.pixel_size) {
    given.spacing = anatomy::Spacing{options_.pixel_size->row_mm, options_.pixel_size->column_mm,
                                     anatomy::SpacingSource::kUser, ""};
  }
  given.spacing_of = options_.original_size;
  HILUM_RETURN_IF_ERROR(add_record_anatomy(record, given));
  HILUM_RETURN_IF_ERROR(given_.add_to(path, given));
  add_points(points_, path, given);
  return given;
}

Result<FilmMeasurer::Film> FilmMeasurer::read(const Json& record) const {
  HILUM_ASSIGN(const ImageRef image, first_image(record));
  HILUM_ASSIGN(GivenAnatomy given, given_for(record, image.path, image.view));
  HILUM_ASSIGN(LoadedImage loaded, load_film(image.path));
  return Film{image.path, std::move(loaded), std::move(given)};
}

Result<MeasuredFilm> FilmMeasurer::add_to(Json& record, Film film) const {
  HILUM_ASSIGN(MeasuredFilm measured, measurer_.measure(film.path, film.image, std::move(film.given)));
  if (!options_.masks.empty()) {
    HILUM_RETURN_IF_ERROR(write_png_gray8(picture_path(options_.masks, film.path), measured.grey.width,
                                          measured.grey.height, anatomy::paint_masks(measured.anatomy)));
  }
  // What the record says besides (presence answers) stays.
  Json anatomy_key = anatomy_to_json(measured);
  if (const Json* old = find_path(record, "anatomy"); old != nullptr && old->is_object()) {
    for (const auto& [key, value] : old->items()) {
      if (!anatomy_key.contains(key)) anatomy_key[key] = value;
    }
  }
  record["anatomy"] = std::move(anatomy_key);
  record["quality"] = quality_to_json(measured);
  return measured;
}

Status FilmMeasurer::write_overlay(const MeasuredFilm& film,
                                   const std::vector<ShownVerdict>& verdicts) const {
  if (options_.overlay.empty()) return Status::ok();
  const anatomy::Picture picture = draw_film(film, verdicts);
  return write_png_rgb8(picture_path(options_.overlay, film.path), picture.width, picture.height,
                        picture.rgb);
}

}  // namespace hilum::stages
