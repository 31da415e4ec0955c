// What the parts of the measurement reader share: the word lists, the quantities found, one sentence's view.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "nlp/measurements/measurements.h"
#include "nlp/words/terms.h"

namespace hilum::nlp {

enum Category : int {
  kFinding,
  kGeneric,
  kTarget,
  kRelation,
  kDistanceNoun,
  kAdjust,
  kAdvice,
  kQualifier,
  kQualifierAfter,
  kSide,
  kNotASide,
  kNegation,
  kPseudoNegation,
  kNegationAfter,
  kUncertainBefore,
  kUncertainAfter,
  kPriorBefore,
  kPriorAfter,
  kMentioned,
  kResolved,
  kNow,
  kChangeUp,
  kChangeDown,
  kChangeOther,
  kTechnique,
  kRatioHead,
  kTerminator,
};

struct FindingWord {
  std::string name;
  std::string group;  // airway, line, enteric, drain, lesion, pleura, organ, spine, bone
  bool sided = true;
};

struct UnitWord {
  std::string name;  // "cm"
  std::string unit;  // "mm"
  double factor = 1;
};

struct MeasurementLexicon {
  TermTable table;
  std::vector<FindingWord> findings;  // value of a kFinding match
  std::vector<std::string> names;     // value of every other match
  std::vector<UnitWord> units;
  std::unordered_map<std::string, std::size_t> unit_of_word;
  std::unordered_map<std::string, double> number_words;
  std::unordered_set<std::string> adjust_base, prior_nouns, views, verbs, prepositions;

  static Result<std::shared_ptr<const MeasurementLexicon>> read(const std::string& path);
};

struct Quantity {
  std::size_t first = 0, last = 0;  // tokens [first, last)
  std::vector<double> values;       // converted
  std::string form = "single";
  std::string unit;  // mm, ratio, percent, deg, ml
  std::string source_unit;
  bool pair_from = false;  // A of "from A to B"
  bool pair_to = false;    // B of it
};

// Every number with a unit, and the bare numbers of cardiothoracic ratios, in text order.
std::vector<Quantity> find_quantities(const TermText& text, const std::vector<TermMatch>& matches,
                                      const MeasurementLexicon& lexicon);

// What the reader remembers from one sentence to the next.
struct Antecedent {
  std::string finding, group, laterality;
};

// One sentence: its tokens [first, last) and the matches that lie in it.
struct SentenceView {
  const TermText& text;
  const MeasurementLexicon& lexicon;
  std::size_t first, last;
  std::vector<TermMatch> matches;
  std::vector<Quantity> quantities;
  bool intubation = false;  // the text speaks of an intubation
};

// Turns the quantities of a sentence into measurements; updates the antecedents (newest last).
void read_sentence(const SentenceView& view, std::vector<Antecedent>& antecedents,
                   std::vector<Measurement>& out);

}  // namespace hilum::nlp
