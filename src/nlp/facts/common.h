// What both modes of SEE share. Internal to the layer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "nlp/radgraph/radgraph.h"

namespace hilum::nlp {

// An entity's text without surrounding quotes and blanks.
std::string fact_word(const RadGraph& graph, const GraphEntity& entity);

// True for the single punctuation marks SEI does not count as entities.
bool is_left_out(std::string_view word);

// Adds the fact unless it is empty or one of the pronouns SEI leaves out.
void emit_fact(const std::vector<std::string>& words, std::vector<std::string>& facts);

std::vector<std::string> compat_facts(const RadGraph& graph);
std::vector<std::string> fixed_facts(const RadGraph& graph);

}  // namespace hilum::nlp
