// The role that labels one sentence (SRR-BERT's), and the manifest's `sentence_labels`.
#pragma once

#include <string>
#include <vector>

#include "runtime/roles/role.h"

namespace hilum::runtime {

struct SentenceLabelSpec : ManifestPart {
  static constexpr const char* kKey = "sentence_labels";
  std::vector<std::string> labels;  // in the order of the model's scores
  int max_tokens = 512;             // of a sentence, begin and end token included
  double threshold = 0.5;           // sigmoid(score) above it: the sentence has the label
};

Role sentence_labeler_role();

}  // namespace hilum::runtime
