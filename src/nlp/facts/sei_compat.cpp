#include <algorithm>

#include "core/text/text.h"
#include "nlp/facts/common.h"
#include "nlp/facts/see.h"

namespace hilum::nlp {
namespace {

std::string strip(std::string text, char c) {
  text.erase(0, std::min(text.find_first_not_of(c), text.size()));
  text.erase(text.find_last_not_of(c) + 1);
  return text;
}

bool is_boundary(const std::string& token) { return token == "." || token == "?" || token == "!"; }

}  // namespace

Result<SeeMode> see_mode_from_name(std::string_view name) {
  for (const SeeMode mode : {SeeMode::kSeiCompat, SeeMode::kFixed}) {
    if (name == see_mode_name(mode)) return mode;
  }
  return Status(ErrorCode::kUsage, "no mode '" + std::string(name) + "'; there are sei-compat and fixed");
}

std::string_view see_mode_name(SeeMode mode) { return mode == SeeMode::kSeiCompat ? "sei-compat" : "fixed"; }

std::string fact_word(const RadGraph& graph, const GraphEntity& entity) {
  return std::string(trim(strip(strip(entity_text(graph, entity), '"'), '\'')));
}

bool is_left_out(std::string_view word) {
  return word.size() == 1 && std::string_view(",:;!()*&-_?").find(word[0]) != std::string_view::npos;
}

void emit_fact(const std::vector<std::string>& words, std::vector<std::string>& facts) {
  static const char* const kPronouns[] = {"It", "it", "otherwise", "They", "These", "This"};
  if (words.empty()) return;
  if (words.size() == 1 &&
      std::find(std::begin(kPronouns), std::end(kPronouns), words[0]) != std::end(kPronouns))
    return;
  facts.push_back(join(words, " "));
}

std::vector<std::size_t> kept_entities(const RadGraph& graph) {
  std::vector<std::size_t> kept;
  const auto crosses_sentence = [&](const GraphEntity& entity) {
    return contains(entity_text(graph, entity), " .");
  };
  for (std::size_t i = 0; i < graph.entities.size(); ++i) {
    const GraphEntity& entity = graph.entities[i];
    if (entity.first > entity.last) continue;
    if (kept.empty() || entity.first > graph.entities[kept.back()].last) {
      kept.push_back(i);
      continue;
    }
    if (crosses_sentence(entity)) continue;
    const GraphEntity& last = graph.entities[kept.back()];
    if (crosses_sentence(last) || entity.last - entity.first > last.last - last.first) kept.back() = i;
  }
  return kept;
}

std::vector<std::string> compat_facts(const RadGraph& graph) {
  std::vector<std::size_t> boundaries;
  const std::size_t count = graph.tokens.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (is_boundary(graph.tokens[i])) boundaries.push_back(i);
  }
  if (boundaries.empty()) {
    boundaries = {0, count};
  } else {
    if (boundaries.front() != 0) boundaries.insert(boundaries.begin(), 0);
    if (boundaries.back() + 1 != count) {
      boundaries.push_back(count);
    } else {
      ++boundaries.back();
    }
  }

  std::vector<std::string> facts;
  std::vector<std::string> words;
  bool marked = false;
  std::size_t end = 0;
  std::size_t sentence = boundaries.size() + 1;  // none yet
  for (const std::size_t index : kept_entities(graph)) {
    const GraphEntity& entity = graph.entities[index];
    std::string word = fact_word(graph, entity);
    if (is_left_out(word)) continue;
    const auto found = std::lower_bound(boundaries.begin(), boundaries.end(), entity.first);
    const auto k = static_cast<std::size_t>(found - boundaries.begin());
    if (k != sentence) {
      emit_fact(words, facts);
      words.clear();
      marked = false;
      if (entity.first == boundaries[k]) {
        sentence = k + 1;
        end = k + 1 < boundaries.size() ? boundaries[k + 1] : boundaries[k] + 1;
      } else {
        sentence = k;
        end = boundaries[k];
      }
    }
    if (entity.first <= end && end < entity.last) word = std::string(trim(word.substr(0, word.find('.'))));
    if (!marked && entity.assertion != EntityAssertion::kPresent) {
      words.insert(words.begin(), entity.assertion == EntityAssertion::kAbsent ? "no" : "maybe");
      marked = true;
    }
    words.push_back(std::move(word));
  }
  emit_fact(words, facts);
  return facts;
}

std::vector<std::string> factual_sentences(const RadGraph& graph, SeeMode mode) {
  return mode == SeeMode::kSeiCompat ? compat_facts(graph) : fixed_facts(graph);
}

}  // namespace hilum::nlp
