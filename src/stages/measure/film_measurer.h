// Measures the first image of records: what the stages `measure` and `factcheck` share. It knows what is
// given, adds the keys to the record and writes the pictures. Thread-safe but for `admit`.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "hilum/measure.h"
#include "hilum/stage.h"

#include "stages/measure/given_anatomy.h"
#include "stages/measure/given_folder.h"
#include "stages/measure/picture.h"

namespace hilum::stages {

class FilmMeasurer {
 public:
  // Errors as those of make_measure_stage.
  static Result<std::unique_ptr<FilmMeasurer>> open(const MeasureOptions& options);

  // For each record in the order of input, on one thread: whose picture takes which name. kUsage when another
  // image of the same name came before.
  Status admit(const Json& record);

  // The first image of a record and what is given of it.
  struct Film {
    std::string path;
    LoadedImage image;
    GivenAnatomy given;
  };
  // kRecordInvalid without an image; errors of reading it and what is given.
  Result<Film> read(const Json& record) const;

  // Adds `anatomy` and `quality` to the record the film is of, and writes the mask picture. Errors of
  // Measurer::measure; kOutputFailed.
  Result<MeasuredFilm> add_to(Json& record, Film film) const;

  // Writes the overlay, if one is asked for.
  Status write_overlay(const MeasuredFilm& film, const std::vector<ShownVerdict>& verdicts) const;

  // As Stage's: for an entry "measure" of `provenance`.
  const Json& provenance() const { return *provenance_; }
  void enter_thread() const { measurer_.use_threads(1); }

 private:
  FilmMeasurer(Measurer measurer, const MeasureOptions& options)
      : measurer_(std::move(measurer)), options_(options) {}
  Result<GivenAnatomy> given_for(const Json& record, const std::string& path, const std::string& view) const;

  Measurer measurer_;
  MeasureOptions options_;
  GivenFolder given_;
  PointsByImage points_;
  std::shared_ptr<const Json> provenance_;
  std::map<std::string, std::string> taken_;  // a picture's name -> its image
};

}  // namespace hilum::stages
