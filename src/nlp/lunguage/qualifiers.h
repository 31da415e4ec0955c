// Phrases that fill three relations of a structured report: Comparison (one side of the film with the other),
// Other Source (where else the finding was seen) and Assessment Limitations. The phrases are data
// (configs/lexicon/qualifiers.json, syntax: phrases.h; "…" at the end takes what follows up to the next
// punctuation). Immutable after loading; safe from any thread; linear in the length of the text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hilum/status.h"

#include "nlp/entities/entities.h"
#include "nlp/words/phrases.h"

namespace hilum::nlp {

struct Qualifier {
  std::string_view relation;  // "comparison", "other source", "assessment limitations"
  std::string value;          // the words, lower case
  ByteRange bytes;            // of them, in the text
  ByteRange sentence;         // they stand in
};

class QualifierFinder {
 public:
  // `file`: empty: configs/lexicon/qualifiers.json as it ships. kFileNotFound, kConfig.
  static Result<QualifierFinder> load(const std::string& file = {});

  // In order of the text; of overlapping ones the longer, else the earlier. A sentence that asks for another
  // examination ("CT is recommended") names no source.
  std::vector<Qualifier> find(std::string_view text) const;

 private:
  struct Phrase {
    std::size_t relation = 0;  // kNoSource for what takes sources away
    bool takes_rest = false;
  };
  PhraseMatcher matcher_;
  std::vector<Phrase> phrases_;  // by id
};

}  // namespace hilum::nlp
