#include <algorithm>
#include <cctype>
#include <limits>

#include "core/text/text.h"
#include "nlp/facts/common.h"
#include "nlp/facts/see.h"

namespace hilum::nlp {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

// A sentence may end in a number whose dot the tokenizer left on ("in 2012."); at its start that is a list
// number.
bool ends_sentence(const RadGraph& graph, std::size_t token, std::size_t sentence_start) {
  const std::string& text = graph.tokens[token];
  if (text == "." || text == "?" || text == "!") return true;
  return text.size() > 1 && text.back() == '.' && token != sentence_start &&
         std::isdigit(static_cast<unsigned char>(text[text.size() - 2])) != 0;
}

// The last token of each token's sentence.
std::vector<std::size_t> sentence_ends(const RadGraph& graph) {
  std::vector<std::size_t> ends(graph.tokens.size(), graph.tokens.size() - 1);
  std::size_t start = 0;
  std::size_t given = 0;
  for (std::size_t i = 0; i < graph.tokens.size(); ++i) {
    while (given < graph.sentence_ends.size() && graph.sentence_ends[given] < i) ++given;
    const bool is_given = given < graph.sentence_ends.size() && graph.sentence_ends[given] == i;
    if (graph.sentence_ends.empty() ? !ends_sentence(graph, i, start) : !is_given) continue;
    for (std::size_t j = start; j <= i; ++j) ends[j] = i;
    start = i + 1;
  }
  return ends;
}

// For each anatomy entity, the observation that a relation ties it to, or kNone.
std::vector<std::size_t> owners_by_relation(const RadGraph& graph, const std::vector<std::size_t>& kept) {
  std::vector<std::size_t> owners(graph.entities.size(), kNone);
  for (const std::size_t i : kept) {
    if (graph.entities[i].kind != EntityKind::kObservation) continue;
    for (const GraphRelation& relation : graph.entities[i].relations) {
      if (relation.type == RelationType::kLocatedAt && owners[relation.target] == kNone)
        owners[relation.target] = i;
    }
  }
  // Anatomy that modifies anatomy ("left" of "left base") follows it.
  for (const std::size_t i : kept) {
    if (graph.entities[i].kind != EntityKind::kAnatomy || owners[i] != kNone) continue;
    for (const GraphRelation& relation : graph.entities[i].relations) {
      if (relation.type == RelationType::kModify && owners[i] == kNone) owners[i] = owners[relation.target];
    }
  }
  return owners;
}

// The assertions of one sentence's entities. An anatomy word has none of its own: it takes that of the
// observation it is tied to by a relation, else of the one right behind it ("pleural effusion"), else of the
// one before, else the next.
std::vector<EntityAssertion> assertions(const RadGraph& graph, const std::vector<std::size_t>& owners,
                                        const std::size_t* begin, const std::size_t* end) {
  const auto count = static_cast<std::size_t>(end - begin);
  std::vector<EntityAssertion> result(count);
  std::vector<std::size_t> next(count, kNone);
  std::vector<bool> joined(count, false);
  for (std::size_t at = count; at-- > 0;) {
    if (graph.entities[begin[at]].kind == EntityKind::kObservation) {
      next[at] = begin[at];
      joined[at] = true;
    } else if (at + 1 < count) {
      next[at] = next[at + 1];
      joined[at] =
          joined[at + 1] && graph.entities[begin[at]].last + 1 == graph.entities[begin[at + 1]].first;
    }
  }
  std::size_t before = kNone;
  for (std::size_t at = 0; at < count; ++at) {
    const GraphEntity& entity = graph.entities[begin[at]];
    if (entity.kind == EntityKind::kObservation) before = begin[at];
    result[at] = entity.assertion;
    if (entity.kind == EntityKind::kObservation || entity.assertion != EntityAssertion::kPresent) continue;
    std::size_t owner = owners[begin[at]];
    if (owner == kNone && joined[at]) owner = next[at];
    if (owner == kNone) owner = before != kNone ? before : next[at];
    if (owner != kNone) result[at] = graph.entities[owner].assertion;
  }
  return result;
}

// Cuts an entity at the end of its sentence.
GraphEntity within_sentence(const RadGraph& graph, GraphEntity entity, std::size_t sentence_end) {
  entity.last = std::min(entity.last, sentence_end);
  const std::string& token = graph.tokens[entity.last];
  if (entity.last > entity.first && (token == "." || token == "?" || token == "!")) --entity.last;
  return entity;
}

void emit_group(EntityAssertion assertion, std::vector<std::string>& words, std::vector<std::string>& facts) {
  if (!words.empty() && assertion == EntityAssertion::kAbsent) words.insert(words.begin(), "no");
  if (!words.empty() && assertion == EntityAssertion::kUncertain) words.insert(words.begin(), "maybe");
  emit_fact(words, facts);
  words.clear();
}

}  // namespace

std::vector<std::string> fixed_facts(const RadGraph& graph) {
  std::vector<std::string> facts;
  const std::vector<std::size_t> kept = kept_entities(graph);
  const std::vector<std::size_t> ends = sentence_ends(graph);
  const std::vector<std::size_t> owners = owners_by_relation(graph, kept);
  for (std::size_t begin = 0; begin < kept.size();) {
    const std::size_t sentence_end = ends[graph.entities[kept[begin]].first];
    std::size_t end = begin + 1;
    while (end < kept.size() && graph.entities[kept[end]].first <= sentence_end) ++end;
    const std::vector<EntityAssertion> told =
        assertions(graph, owners, kept.data() + begin, kept.data() + end);
    std::vector<std::string> words;
    EntityAssertion current = EntityAssertion::kPresent;
    for (std::size_t at = begin; at < end; ++at) {
      std::string word = fact_word(graph, within_sentence(graph, graph.entities[kept[at]], sentence_end));
      if (word.empty() || is_left_out(word)) continue;
      if (told[at - begin] != current) emit_group(current, words, facts);
      current = told[at - begin];
      words.push_back(std::move(word));
    }
    emit_group(current, words, facts);
    begin = end;
  }
  return facts;
}

}  // namespace hilum::nlp
