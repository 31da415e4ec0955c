// Undoes edits, as a reader of records can who has nothing but `factcheck.edits`.
#pragma once

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "factcheck/edits.h"

namespace hilum::factcheck {

// The edits that take the result of apply_edits() back to the text.
inline std::vector<Edit> inverse(std::vector<Edit> edits) {
  std::stable_sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) {
    return std::tie(a.field, a.begin, a.end) < std::tie(b.field, b.begin, b.end);
  });
  std::size_t removed = 0, added = 0;
  std::string field;
  for (Edit& edit : edits) {
    if (edit.field != field) {
      field = edit.field;
      removed = added = 0;
    }
    const std::size_t begin = edit.begin + added - removed;
    removed += edit.old_text.size();
    added += edit.new_text.size();
    edit.begin = begin;
    edit.end = begin + edit.new_text.size();
    std::swap(edit.old_text, edit.new_text);
  }
  return edits;
}

}  // namespace hilum::factcheck
