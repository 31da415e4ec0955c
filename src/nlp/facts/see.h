// Structural Entities Extraction: the facts of a report, one short text a sentence, from a RadGraph.
//
// `kSeiCompat` gives exactly what SEI's published code gives (MICCAI 2024, arXiv 2405.14905), its defects
// included: one marker ("no" or "maybe") a sentence, set by the first absent or uncertain entity, in front of
// everything. `kFixed` gives each run of entities of one assertion its own marker, so "Small effusion without
// pneumothorax" is "Small effusion" and "no pneumothorax". Where a sentence has one assertion, both modes
// agree. Pure functions; linear in the number of tokens and entities.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hilum/status.h"

#include "nlp/radgraph/radgraph.h"

namespace hilum::nlp {

enum class SeeMode { kSeiCompat, kFixed };

// "sei-compat", "fixed"; kUsage for anything else.
Result<SeeMode> see_mode_from_name(std::string_view name);
std::string_view see_mode_name(SeeMode mode);

// The entities that survive SEI's removal of overlapping spans, as indices in order of the file.
std::vector<std::size_t> kept_entities(const RadGraph& graph);

std::vector<std::string> factual_sentences(const RadGraph& graph, SeeMode mode);

}  // namespace hilum::nlp
