// How a reference to an earlier study that was not given is taken out of its sentence. Each way edits only
// where the sentence stays whole without the words; elsewhere nothing is edited and the warning stays.
#pragma once

#include <cstddef>
#include <string>

#include "factcheck/checks.h"

namespace hilum::factcheck {

// Edits the reference `match` of the sentence in the way that configs/factcheck/priors.json gives its phrase.
void edit_reference(Workspace& work, std::size_t field, const FieldSentence& sentence,
                    const nlp::TermMatch& match, PriorEdit way, const std::string& reason);

}  // namespace hilum::factcheck
