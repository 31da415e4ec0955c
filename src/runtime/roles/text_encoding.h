// The role that turns texts into vectors, and the manifest's `text_encoding`.
#pragma once

#include <string>

#include "runtime/roles/role.h"

namespace hilum::runtime {

// How a text encoder's vectors are used to compare texts. A text encoder without it serves other roles, or
// the search for images by words.
struct TextEncodingSpec : ManifestPart {
  static constexpr const char* kKey = "text_encoding";
  int max_tokens = 512;          // of a text, begin and end token included
  std::string pooling = "mean";  // one vector of a text: mean of its tokens, "first" token, or "global"
  bool has_baseline = false;     // of BERTScore; then what unrelated texts score:
  double precision = 0, recall = 0, f1 = 0;
};

Role text_encoder_role();

}  // namespace hilum::runtime
