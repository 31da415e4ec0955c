// Text cleaning as SEI does it, to the letter, so that its models see what they were trained on. ASCII rules;
// other bytes pass through. Pure functions, linear, thread-safe. Source: mk-runner/SEI (MIT licence),
// behaviour described and checked on examples; see docs/labels.md and the tests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hilum::nlp {

// One blank before each of / , ; : . ! ? ( ) unless a digit precedes it, one after unless a digit follows,
// and one for each newline. Nothing is trimmed.
std::string space_punctuation(std::string_view text);

// The tokens SEI gives its entity extractor: space_punctuation, split on white space. Case is kept. A
// sentence that ends in a digit keeps its stop glued on ("2012.").
std::vector<std::string> sei_tokens(std::string_view text);

// SEI's `indication_core_findings`. Empty stays empty. Mind what it does to abbreviations: "s/p" becomes
// "sp", "w/" "w", "5 m" "5 man", and question marks are lost.
std::string clean_indication(std::string_view text);

}  // namespace hilum::nlp
