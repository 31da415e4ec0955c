// Findings that the language layer sees and findings.json does not name ("scoliosis", "wedge deformity").
#pragma once

#include <vector>

#include "factcheck/claims.h"
#include "factcheck/lexicon.h"
#include "nlp/entities/entities.h"

namespace hilum::factcheck {

// One claim for each thing among the entities of `field` that overlaps none of `known`, the claims read so
// far: its name in the singular, assertion, side, zone and severity by the entity's relations. `spotted` is
// set.
std::vector<Claim> entity_claims(const nlp::EntityExtractor& extractor, const FieldText& field,
                                 const FactLexicon& lexicon, const std::vector<Claim>& known);

}  // namespace hilum::factcheck
