// What a manifest says of the bundle's tokenizer.
#pragma once

#include <string>

#include "hilum/bundle.h"

namespace hilum::runtime {

struct TokenizerSpec : ManifestPart {
  static constexpr const char* kKey = "tokenizer";
  std::string type;    // "sentencepiece", "wordlevel", "bpe", "wordpiece"
  std::string file;    // tokenizer.model or tokenizer.json; for bpe also vocab.json, for wordpiece vocab.txt
  std::string merges;  // merges.txt beside a vocab.json
  int pad = -1, bos = -1, eos = -1, unk = -1;
  int impression = -1;  // the token between findings and impression
  bool lower = false;   // texts are turned to lower case first
};

}  // namespace hilum::runtime
