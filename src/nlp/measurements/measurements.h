// Measurements in the text of a chest X-ray report: every number with a unit (or a cardiothoracic ratio),
// what it is of, between which landmarks, and whether it is denied, old, advised or uncertain. Rules and word
// lists (configs/measurements/measurements.json), no model. Lengths are in mm, angles in degrees, volumes in
// ml, the cardiothoracic ratio as a ratio even where the text has percent; other percentages stay percent. A
// MeasurementParser is immutable after load() and safe to share between threads; linear in the length of the
// text.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hilum/json.h"
#include "hilum/status.h"

namespace hilum::nlp {

// An empty string is what the JSON writes as null.
struct Measurement {
  std::string finding;     // "endotracheal_tube", "nodule", …
  std::string laterality;  // right, left, bilateral; only if written of the finding itself
  std::string kind;        // distance, size, ratio, percent, angle, volume, adjustment, change
  std::string target;      // landmark of a distance: "carina", …
  std::string relation;    // above, below, from; withdraw, advance; increase, decrease
  std::string form;        // single, dims, range, list
  std::vector<double> values;
  std::string unit;         // mm, ratio, percent, deg, ml
  std::string qualifier;    // approximate, less_than, greater_than, at_least, at_most
  bool negated = false;     // the sentence denies it now
  bool prior = false;       // the value of an earlier study, or of something that is gone
  bool advice = false;      // how far to move a tube: nothing to check against an image
  bool uncertain = false;   // "possible", "cannot exclude"
  std::string source_text;  // number and unit as written
  std::string source_unit;  // "cm", "mm", "inch", "percent", …
  std::size_t begin = 0;    // bytes of the text
  std::size_t end = 0;
};

struct MeasurementLexicon;

class MeasurementParser {
 public:
  // Reads the word lists found with find_data(); kConfig when they are not as they should be.
  static Result<MeasurementParser> load();
  static Result<MeasurementParser> load(const std::string& lexicon_path);

  // In text order. Works on any bytes.
  std::vector<Measurement> parse(std::string_view text) const;

 private:
  explicit MeasurementParser(std::shared_ptr<const MeasurementLexicon> lexicon)
      : lexicon_(std::move(lexicon)) {}
  std::shared_ptr<const MeasurementLexicon> lexicon_;
};

// The measurement as claims carry it, keys in the order of the struct and "span_bytes":[begin,end].
Json to_json(const Measurement& measurement);

}  // namespace hilum::nlp
