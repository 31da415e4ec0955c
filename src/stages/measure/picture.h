// The picture of a measured film: `hilum measure --overlay` and `hilum factcheck --overlay`. Pure;
// thread-safe.
#pragma once

#include <string>
#include <vector>

#include "anatomy/overlay.h"
#include "stages/measure/measurer.h"

namespace hilum::stages {

// A claim of a report beside the measurement that answers it ("" when none does).
struct ShownVerdict {
  std::string measurement;  // "ett_tip_to_carina"
  std::string text;         // "1.6 cm: contradicted"
  anatomy::Colour colour = anatomy::kPlain;
};

// Masks, landmarks and each measurement's lines and value; issues in red; then the verdicts, whose colours
// the lines of their measurements take.
anatomy::Picture draw_film(const MeasuredFilm& film, const std::vector<ShownVerdict>& verdicts);

}  // namespace hilum::stages
