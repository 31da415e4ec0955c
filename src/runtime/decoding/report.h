// From tokens to a report: sections, sentences with their log-probability and attention, and how far drawn
// samples agree. Values; thread-safe.
#pragma once

#include <string>
#include <vector>

#include "hilum/bundle.h"

#include "runtime/decoding/decoding.h"
#include "runtime/tokenizers/tokenizer.h"

namespace hilum::runtime {

struct Sentence {
  std::string section;  // "findings" or "impression"
  std::string text;
  double logprob = 0.0;          // sum over the tokens that begin in it
  std::vector<float> attention;  // mean over those tokens, one number a row of the memory; may be empty
};

struct GeneratedReport {
  std::string findings, impression;
  std::vector<Sentence> sentences;  // of findings, then impression
  double logprob = 0.0;             // of all tokens, the end token included
  bool ended = false;               // false: cut by the limit of tokens
};

// Tokens up to the manifest's `impression` token are the findings, those behind it the impression; without
// one all is findings. A sentence ends at '.', '!' or '?' before a blank or the end, but not between digits.
GeneratedReport make_report(const Hypothesis& hypothesis, const Tokenizer& tokenizer,
                            const TokenizerSpec& spec);

// How far texts agree, 0 to 1: the mean over all pairs of the F1 of their words, 2 x common / (words of one +
// words of the other), repeated words counted as often as they occur in both, without regard to case; two
// empty texts agree. 1 for a single text.
double agreement(const std::vector<std::string>& texts);

// The share of `texts` that hold this sentence, without regard to case and blanks.
double support(const std::string& sentence, const std::vector<std::vector<Sentence>>& texts);

}  // namespace hilum::runtime
