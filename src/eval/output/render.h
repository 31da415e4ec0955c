// Scores as text for people, JSON and CSV for programs, LaTeX for papers. Every line says how its number was
// made. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hilum/json.h"
#include "hilum/status.h"

#include "eval/evaluate.h"

namespace hilum::eval {

// How a run was made: ordered names and values, the same for all its lines.
struct Stamp {
  std::vector<std::pair<std::string, std::string>> entries;
  std::string line() const;  // "hilum 0.1.0 | preset sei | …"
};

struct Evaluation {
  std::vector<SystemScores> systems;
  std::vector<Comparison>
      comparisons;  // of the first system with the second, and so on; empty for one system
  std::vector<std::pair<std::string, std::string>> compared;  // the two systems of each comparison
  Stamp stamp;
};

// The stamp of a run; without a preset where no text is prepared.
Stamp make_stamp(const BootstrapOptions& bootstrap, bool by_patient);
Stamp make_stamp(const Preset& preset, const BootstrapOptions& bootstrap, bool by_patient);

std::string render_table(const Evaluation& evaluation, bool color);
Result<std::string> render_json(const Evaluation& evaluation);
std::string render_csv(const Evaluation& evaluation);
std::string render_latex(const Evaluation& evaluation);

// One line a report with all its own scores: JSON Lines, or CSV when `csv` (one header; a column `system`
// where there are several, which all have the same metrics).
Result<std::string> render_samples(const Evaluation& evaluation, bool csv);

}  // namespace hilum::eval
