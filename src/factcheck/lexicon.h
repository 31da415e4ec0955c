// The word lists and tables of configs/factcheck and configs/measurements, and a text as the checks see it.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "hilum/status.h"

#include "nlp/measurements/tools.h"
#include "nlp/words/terms.h"

namespace hilum::factcheck {

enum Category : int {
  kFinding,
  kNormal,
  kZone,
  kSeverity,
  kNarrowed,
  kOld,
  kRemoved,
  kImpossiblePlace,
  kSide,
  kNotASide,
  kNegation,
  kPseudoNegation,
  kNegationAfter,
  kUncertainBefore,
  kUncertainAfter,
  kTerminator,
  kPriorStrong,
  kPriorWeak,
  kNotAReference,
  kNoPriorStatement,
  kPlacementWord,
  kConfusion,
};

struct FindingEntry {
  std::string name, label;
  bool sided = true, device = false;
};

struct NormalEntry {
  std::string organ;
  std::vector<std::string> denies;
};

// What can be done about a reference to an earlier study (prior_edits.h).
enum class PriorEdit {
  kNone,      // nothing safe
  kWords,     // the words go
  kTail,      // with what they say of that study
  kSentence,  // the sentence says nothing else and goes
  kAgain,     // "again" goes
  kState,     // "is unchanged" becomes "is present"
};

struct PriorEntry {
  PriorEdit edit = PriorEdit::kNone;
  bool strong = true;
};

struct Confusion {
  std::string right;  // what stands in its place
  std::string reason;
};

struct PlacementRule {
  std::string finding, target, source;
  std::vector<std::string> relations;
  double low = 0, high = 0;
};
struct SizeWord {
  std::string finding, word, source;
  double min = 0, max = 0;  // 0: none
};
struct NameLimit {
  std::string finding, source;
  double min = 0, max = 0;
};
struct PossibleRange {
  std::string kind, finding, source;
  double min = 0, max = 0;
};

struct FactLexicon {
  nlp::TermTable table;
  std::vector<FindingEntry> findings;
  std::vector<NormalEntry> normals;
  std::vector<std::string> names;  // sides, zones, severities, placement words by value
  std::vector<PriorEntry> priors;
  std::vector<Confusion> confusions;
  std::unordered_set<std::string> verbs, prepositions, study_nouns, no_comparison;
  std::vector<std::string> spelling_terms;  // sorted by length
  std::unordered_set<std::string> spelling_known;

  std::vector<PlacementRule> placement;
  double placement_margin = 0;
  std::vector<SizeWord> size_words;
  std::vector<NameLimit> name_limits;
  double heart_normal_max = 0.5, heart_enlarged_min = 0.5, heart_margin = 0.02;
  std::string heart_source;
  std::vector<PossibleRange> possible;
  std::vector<nlp::MeasuringTool> tools;
  double evidence_present_max = 0.05, evidence_absent_min = 0.9;

  // Reads configs/factcheck and configs/measurements. kFileNotFound; kConfig names file and reason.
  static Result<std::shared_ptr<const FactLexicon>> load();
};

struct FieldSentence {
  std::size_t first = 0, last = 0;  // tokens [first, last)
  std::size_t begin = 0, end = 0;   // bytes
};

// One text with its words, sentences and the terms in it.
struct FieldText {
  FieldText(std::string_view text, const FactLexicon& lexicon);
  nlp::TermText tokens;
  std::vector<nlp::TermMatch> matches;
  std::vector<FieldSentence> sentences;
  std::string_view text() const { return tokens.original(); }
  std::string_view bytes(std::size_t begin, std::size_t end) const {
    return text().substr(begin, end - begin);
  }
};

}  // namespace hilum::factcheck
