// Claims of a report: every measurement (hilum/nlp/measurements.h) and every finding with side, zone,
// severity and assertion, each with its bytes in the text. Word lists in configs/factcheck and
// configs/measurements. Rules only; a
// ClaimReader is immutable after load() and safe to share between threads.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hilum/json.h"
#include "hilum/status.h"

#include "nlp/entities/entities.h"
#include "nlp/measurements/measurements.h"

namespace hilum::factcheck {

enum class Assertion { kPresent, kAbsent, kUncertain, kNormal };

struct FindingClaim {
  std::string finding;     // "pleural_effusion"; of a normal statement the organ: "lungs", "heart", …
  std::string laterality;  // right, left, bilateral or ""
  std::string zone;        // upper, mid, lower, perihilar, retrocardiac or ""
  std::string severity;    // tiny, small, moderate, large or ""
  Assertion assertion = Assertion::kPresent;
  bool narrowed = false;  // denied only in part: "no large effusion", "no new nodule"
  bool old = false;       // "healed", "resolved": says nothing against an absence now
  bool gone = false;      // the old ones that are no longer there: "resolved"
  bool device = false;
  bool spotted = false;  // by the entities of the language layer, not by name: compared by severity alone
  std::vector<std::string> denies;  // of a normal statement: the findings it rules out
};

struct Claim {
  enum class Type { kMeasurement, kFinding };
  Type type = Type::kFinding;
  std::size_t begin = 0, end = 0;                    // bytes of the text
  std::size_t sentence_begin = 0, sentence_end = 0;  // bytes of the sentence it stands in
  nlp::Measurement measurement;
  FindingClaim finding;
};

// As `hilum factcheck --claims-only` writes it: {"type":"measurement", … the measurement's fields} or
// {"type":"finding","finding",…,"span_bytes"}.
Json to_json(const Claim& claim);

struct FactLexicon;
struct FieldText;

class ClaimReader {
 public:
  static Result<ClaimReader> load();

  // In text order.
  std::vector<Claim> read(std::string_view text) const;

  // For checks that look at the words again: the same, over a text that was tokenised already.
  std::vector<Claim> read(const FieldText& field) const;
  const FactLexicon& lexicon() const { return *lexicon_; }

 private:
  ClaimReader(std::shared_ptr<const FactLexicon> lexicon, nlp::MeasurementParser parser,
              nlp::EntityExtractor extractor)
      : lexicon_(std::move(lexicon)), parser_(std::move(parser)), extractor_(std::move(extractor)) {}
  std::shared_ptr<const FactLexicon> lexicon_;
  nlp::MeasurementParser parser_;
  nlp::EntityExtractor extractor_;
};

}  // namespace hilum::factcheck
