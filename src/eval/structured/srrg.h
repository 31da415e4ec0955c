// Scores of structured reports in the form of SRRG (Delbrouck 2025): which organ headings the findings have,
// and how the texts under each heading agree, as StructEval (its evaluation program) averages them. Its
// RadGraph and SRR-BERT scores need models; here graphs come by rules. An SrrgReader is immutable once
// loaded; safe from any thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hilum/json.h"
#include "hilum/metrics.h"
#include "hilum/status.h"

#include "eval/clinical/rule_scores.h"
#include "eval/input/context.h"

namespace hilum::eval {

struct SrrgReport {
  std::map<std::string, std::vector<std::string>> findings;  // heading -> items
  std::vector<std::string> impression;
  bool valid = true;  // the text form had no fault (hilum structure --check); true where none was given
};

class SrrgReader {
 public:
  static Result<SrrgReader> load();
  // {"sections":[{"section","name","items"}]} as hilum structure writes it. kRecordInvalid says what is
  // wrong.
  Result<SrrgReport> read(const Json& structured) const;
  // The text form, with or without a line "Findings:" in front; text without any heading is structured by
  // rules.
  SrrgReport read_text(std::string_view text) const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

// SRRG-heading-precision, -recall, -F1: of the sets of headings, mean over reports (0 where a side has none).
// SRRG-organ-…: score of the texts under a heading, 0 where only one report has it, mean over all headings of
// all reports; google ROUGE-1, -2, -L and Entity-F1 of the whole section, and "-aligned": ROUGE-L item by
// item in order, items beyond the reference's cut, missing ones "No findings". SRRG-impression-ROUGE-L
// likewise where either report has an impression. SRRG-valid: share of hypotheses whose text form has no
// fault.
void add_srrg_metrics(const std::vector<SrrgReport>& hypotheses, const std::vector<SrrgReport>& references,
                      const RuleGraphs& graphs, ScoreTable& table);

// The sections at a path of the row, as an object, its JSON text or SRRG's text. kRecordInvalid names the
// item.
Result<SrrgReport> stored_sections(const SrrgReader& reader, const EvaluationItem& item,
                                   const std::string& path);

// Of stored sections where paths are given, else of the texts, structured by rules.
Status add_srrg(Context& context);

}  // namespace hilum::eval
