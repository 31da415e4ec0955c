// Edits of a text: replace the bytes [begin, end) by other words. An edit keeps the words that it replaces,
// so that a set of them can be undone byte for byte (tests/unit/factcheck/inverse.h does). Values;
// thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "hilum/json.h"
#include "hilum/status.h"

namespace hilum::factcheck {

struct Edit {
  std::string field;               // "findings", "impression", "text"
  std::size_t begin = 0, end = 0;  // bytes of the field's text
  std::string old_text, new_text;
  std::string check, reason;
};

// The text with the edits of one field applied. Edits may come in any order; kRecordInvalid when two overlap,
// when one lies outside the text, or when the text does not hold `old_text` there (it was applied already, or
// to another text).
Result<std::string> apply_edits(std::string_view text, std::vector<Edit> edits);

// Drops edits that overlap an earlier one in the list, sorts the rest by place.
std::vector<Edit> without_overlaps(const std::vector<Edit>& edits);

Json to_json(const Edit& edit);

}  // namespace hilum::factcheck
