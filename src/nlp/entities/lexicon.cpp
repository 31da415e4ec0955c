#include "nlp/entities/lexicon.h"

#include <utility>

#include "core/files/file.h"
#include "core/text/text.h"
#include "nlp/words/sentences.h"

namespace hilum::nlp {
namespace {

constexpr std::pair<std::string_view, TermRole> kSections[] = {
    {"organ", TermRole::kOrgan},
    {"attribute", TermRole::kAttribute},
    {"side", TermRole::kSide},
    {"position", TermRole::kPosition},
    {"perceptual", TermRole::kPerceptual},
    {"contextual", TermRole::kContextual},
    {"device", TermRole::kDevice},
    {"procedure", TermRole::kProcedure},
    {"change noun", TermRole::kChangeNoun},
    {"severity", TermRole::kSeverity},
    {"measurement", TermRole::kMeasurement},
    {"morphology", TermRole::kMorphology},
    {"distribution", TermRole::kDistribution},
    {"onset", TermRole::kOnset},
    {"no change", TermRole::kNoChange},
    {"improved", TermRole::kImproved},
    {"worsened", TermRole::kWorsened},
    {"resolved", TermRole::kResolved},
    {"placement", TermRole::kPlacement},
    {"past hx", TermRole::kPastHx},
    {"state", TermRole::kState},
    {"normal", TermRole::kNormal},
    {"negation before", TermRole::kNegationBefore},
    {"negation after", TermRole::kNegationAfter},
    {"uncertain before", TermRole::kUncertainBefore},
    {"uncertain after", TermRole::kUncertainAfter},
    {"uncertain both", TermRole::kUncertainBoth},
    {"suggests", TermRole::kSuggests},
    {"supports", TermRole::kSupports},
    {"break", TermRole::kBreak},
    {"soft break", TermRole::kSoftBreak},
    {"and", TermRole::kAnd},
    {"or", TermRole::kOr},
    {"copula", TermRole::kCopula},
    {"perceived", TermRole::kPerceived},
    {"preposition", TermRole::kPreposition},
    {"none", TermRole::kNone},
};

constexpr std::size_t kMaxFileBytes = 4u << 20;

}  // namespace

std::string term_word(std::string_view word) {
  std::string out = to_lower(word);
  if (out.size() <= 3 || out.back() != 's') return out;
  if (ends_with(out, "ies")) {
    out.replace(out.size() - 3, 3, "y");
  } else if (ends_with(out, "sses")) {
    out.resize(out.size() - 2);
  } else if (!ends_with(out, "ss") && !ends_with(out, "us") && !ends_with(out, "is")) {
    out.pop_back();
  }
  return out;
}

Status Lexicon::add_term(std::string_view term, TermRole role) {
  std::string text(term);
  const bool each_word = contains(text, "+");
  replace_all(text, "+", " ");
  std::int32_t node = 0;
  for (const Token& token : split_sentences(text).tokens) {
    if (text_of(text, token) == "-") continue;
    const auto id =
        ids_.emplace(term_word(text_of(text, token)), static_cast<std::int32_t>(ids_.size())).first->second;
    const auto fresh = static_cast<std::int32_t>(nodes_.size());
    const auto [edge, added] = nodes_[static_cast<std::size_t>(node)].next.emplace(id, fresh);
    node = edge->second;
    if (added) nodes_.emplace_back();
  }
  Node& last = nodes_[static_cast<std::size_t>(node)];
  if (last.role && (*last.role != role || last.each_word != each_word)) {
    return {ErrorCode::kConfig, "'" + std::string(term) + "' has another section already"};
  }
  last.role = role;
  last.each_word = each_word;
  return Status::ok();
}

Status Lexicon::add(std::string_view text, const std::string& file) {
  TermRole role = TermRole::kNone;
  bool in_section = false;
  std::size_t number = 0;
  for (const std::string& raw : split(text, '\n')) {
    const std::string where = file + ":" + std::to_string(++number);
    const std::string_view line = trim(raw);
    if (line.empty() || line.front() == '#') continue;
    if (line.front() == '[') {
      in_section = false;
      for (const auto& [name, value] : kSections) {
        if (line != "[" + std::string(name) + "]") continue;
        role = value;
        in_section = true;
      }
      if (!in_section) return {ErrorCode::kConfig, where + ": no section " + std::string(line)};
      continue;
    }
    if (!in_section) return {ErrorCode::kConfig, where + ": a term before the first [section]"};
    for (const std::string& term : split(line, ',')) {
      if (!trim(term).empty()) HILUM_RETURN_IF_ERROR(add_term(trim(term), role).at(where));
    }
  }
  return Status::ok();
}

std::int32_t Lexicon::word_id(std::string_view word) const {
  if (word.size() > 40) return -1;
  const auto found = ids_.find(term_word(word));
  return found == ids_.end() ? -1 : found->second;
}

Lexicon::Match Lexicon::longest(const std::vector<std::int32_t>& words, std::size_t at,
                                std::size_t end) const {
  Match match;
  std::int32_t node = 0;
  for (std::size_t i = at; i < end && words[i] >= 0; ++i) {
    const Node& here = nodes_[static_cast<std::size_t>(node)];
    const auto edge = here.next.find(words[i]);
    if (edge == here.next.end()) break;
    node = edge->second;
    const Node& there = nodes_[static_cast<std::size_t>(node)];
    if (there.role) match = {*there.role, there.each_word, i + 1 - at};
  }
  return match;
}

Result<EntityExtractor> EntityExtractor::load(const std::string& folder) {
  auto lexicon = std::make_shared<Lexicon>();
  for (const char* name : {"anatomy.txt", "observations.txt", "cues.txt"}) {
    std::string path = folder + "/" + name;
    if (folder.empty()) {
      HILUM_ASSIGN(path, find_data(std::string("configs/lexicon/") + name));
    }
    HILUM_ASSIGN(const std::string text, read_file(path, kMaxFileBytes));
    HILUM_RETURN_IF_ERROR(lexicon->add(text, path));
  }
  return EntityExtractor(std::move(lexicon));
}

}  // namespace hilum::nlp
