// What the functions of a measure stage, and the writers behind it, hand each other.
#pragma once

#include <optional>

#include "hilum/stage.h"

#include "stages/measure/film_measurer.h"

namespace hilum::stages {

struct FilmPayload : Payload {
  std::optional<FilmMeasurer::Film> film;  // from `prepare` to `process`
  std::optional<MeasuredFilm> measured;    // from `process` on, without its pixels and masks
};

}  // namespace hilum::stages
