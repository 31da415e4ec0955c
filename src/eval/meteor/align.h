// METEOR's search for the best alignment of two texts, as meteor-1.5.jar makes it.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace hilum::eval {

// Of a match by stage: exact, stem, synonym, paraphrase.
inline constexpr std::array<double, 4> kMeteorWeights = {1.0, 0.6, 0.8, 0.6};

// A possible match of hypothesis words with reference words; more than one on a side in paraphrases only.
struct MeteorMatch {
  std::size_t stage = 0;
  std::size_t reference = 0, hypothesis = 0;  // the first words
  std::size_t reference_length = 1, hypothesis_length = 1;
};

// `all` holds the possible matches of each reference word, in order of preference. The chosen ones, in the
// order of the reference.
std::vector<MeteorMatch> best_alignment(const std::vector<std::vector<MeteorMatch>>& all,
                                        std::size_t hypothesis_words);

}  // namespace hilum::eval
