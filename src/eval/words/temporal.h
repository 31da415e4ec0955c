// Metrics on how a report speaks of time: the temporal entity F1 of RadEval (keywords) and the rate of
// references to an earlier study, a hallucination where no earlier study was given. Not changed after load;
// safe from any thread.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "hilum/status.h"

namespace hilum::eval {

class TemporalWords {
 public:
  static Result<TemporalWords> load();  // configs/eval/temporal_keywords.txt, prior_phrases.txt

  // The words of change a text contains, each once.
  std::set<std::string> words_of_change(std::string_view text) const;
  double f1(std::string_view hypothesis, std::string_view reference) const;

  struct PriorCount {
    std::size_t lines = 0, with_prior = 0;  // sentences; sentences that refer to an earlier study
  };
  PriorCount prior_references(std::string_view report) const;

 private:
  std::set<std::string> keywords_;
  std::vector<std::string> phrases_;  // " phrase " between blanks
};

}  // namespace hilum::eval
