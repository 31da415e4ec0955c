// Named text preparation in front of a word-overlap metric. The same file scores .29 or .44 BLEU-4 depending
// on it, so every score line names it. Pure functions; safe from any thread.
//
//   raw             the text as it is
//   dotspace        "." becomes " .", runs of blanks become one (SEI, MLRG, the CvT2DistilGPT2 family)
//   dotspace_lower  the same on lower-cased text
//   r2gen_mimic, r2gen_iu   the cleaners of R2Gen for its two data sets, fixed repetition counts included
//   ptb             Penn Treebank words, lower case, punctuation dropped (COCO's evaluation server)
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hilum/status.h"

namespace hilum::eval {

enum class Preprocess { kRaw, kDotspace, kDotspaceLower, kR2genMimic, kR2genIu, kPtb };

Result<Preprocess> preprocess_from_name(std::string_view name);  // kUsage names the choices
std::string_view preprocess_name(Preprocess kind);
const std::vector<std::string>& preprocess_names();

std::string preprocess(Preprocess kind, std::string_view text);

// Penn Treebank words of the text, lower case, punctuation kept; brackets are "-lrb-" and so on.
std::vector<std::string> ptb_words(std::string_view text);

// Lower case of ASCII, Latin-1, Latin Extended-A, Greek and Cyrillic letters; other characters unchanged.
std::string lower_text(std::string_view text);

// Calls `word(std::string_view)` for each word between Unicode white space (as Python's str.split()).
template <typename F>
void for_each_word(std::string_view text, F&& word);

// Length in bytes of the white space character at `at`, or 0.
std::size_t white_space_at(std::string_view text, std::size_t at);

template <typename F>
void for_each_word(std::string_view text, F&& word) {
  std::size_t start = 0;
  bool inside = false;
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const std::size_t white = byte > 0x20 && byte < 0x7f ? 0 : white_space_at(text, i);
    if (white > 0) {
      if (inside) word(text.substr(start, i - start));
      inside = false;
      i += white;
      continue;
    }
    if (!inside) start = i;
    inside = true;
    ++i;
  }
  if (inside) word(text.substr(start));
}

}  // namespace hilum::eval
