#include "nlp/structure/structure.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "hilum/json.h"

#include "core/files/file.h"
#include "core/text/text.h"
#include "nlp/words/sentence_phrases.h"

namespace hilum::nlp {
namespace {

constexpr std::size_t kMaxTableBytes = 1u << 20;
constexpr std::size_t kNoSection = static_cast<std::size_t>(-1);

Status add_phrases(const Json& list, std::uint32_t id, PhraseMatcher& matcher) {
  if (!list.is_array()) return {ErrorCode::kConfig, "phrases should be a list"};
  for (const Json& phrase : list) {
    if (!phrase.is_string()) return {ErrorCode::kConfig, "a phrase should be text"};
    HILUM_RETURN_IF_ERROR(matcher.add(phrase.get_ref<const std::string&>(), id));
  }
  return Status::ok();
}

}  // namespace

Result<Structurer> Structurer::load() {
  HILUM_ASSIGN(const std::string path, find_data("configs/structure/srrg.json"));
  HILUM_ASSIGN(const Json table, read_json_file(path, kMaxTableBytes));
  HILUM_ASSIGN(Labeler labeler, Labeler::load("chexpert14"));
  Structurer out(std::move(labeler));
  const auto fill = [&]() -> Status {
    for (const char* key : {"sections", "headers", "headings", "attached", "routine"}) {
      if (!table.contains(key)) return {ErrorCode::kConfig, std::string("no '") + key + "'"};
    }
    for (const Json& name : table["sections"]) out.sections_.push_back(name.get<std::string>());
    for (const auto& [header, section] : table["headers"].items()) {
      const auto found = std::find(out.sections_.begin(), out.sections_.end(), section.get<std::string>());
      if (found == out.sections_.end())
        return {ErrorCode::kConfig, "header '" + header + "' names no section"};
      out.headers_.emplace_back(header, static_cast<std::size_t>(found - out.sections_.begin()));
    }
    for (const Json& heading : table["headings"]) {
      const auto id = static_cast<std::uint32_t>(out.headings_.size());
      out.headings_.push_back(heading.at("name").get<std::string>());
      out.priority_.push_back(heading.value("priority", false));
      HILUM_RETURN_IF_ERROR(add_phrases(heading.at("phrases"), id, out.matcher_));
    }
    const auto attached = static_cast<std::uint32_t>(out.headings_.size());
    HILUM_RETURN_IF_ERROR(add_phrases(table["attached"], attached, out.matcher_));
    return add_phrases(table["routine"], attached + 1, out.matcher_);
  };
  Status filled;
  try {
    filled = fill();
  } catch (const Json::exception& error) {
    filled = {ErrorCode::kConfig, error.what()};
  }
  if (!filled.is_ok()) return filled.at(path);
  return out;
}

// The section that a sentence opens ("IMPRESSION: …") and how many tokens its header has; kNoSection without
// one.
std::size_t Structurer::header(std::string_view text, const SplitText& split, const Sentence& sentence,
                               std::size_t& tokens) const {
  constexpr std::size_t kMaxHeaderTokens = 5;
  std::string name;
  for (std::size_t t = sentence.first_token;
       t < sentence.end_token && t <= sentence.first_token + kMaxHeaderTokens; ++t) {
    const std::string_view word = text_of(text, split.tokens[t]);
    if (word == ":") {
      const auto found =
          std::find_if(headers_.begin(), headers_.end(), [&](const auto& h) { return h.first == name; });
      if (found == headers_.end()) return kNoSection;
      tokens = t + 1 - sentence.first_token;
      return found->second;
    }
    name += (name.empty() ? "" : " ") + to_lower(word);
  }
  return kNoSection;
}

std::vector<Structurer::Piece> Structurer::pieces(std::string_view text) const {
  const SplitText split = split_sentences(text);
  std::vector<Piece> out;
  const auto findings = std::find(sections_.begin(), sections_.end(), "Findings");
  auto section = static_cast<std::size_t>(findings - sections_.begin());
  for (const Sentence& sentence : split.sentences) {
    std::size_t first = sentence.first_token;
    std::size_t header_tokens = 0;
    if (const std::size_t opened = header(text, split, sentence, header_tokens); opened != kNoSection) {
      section = opened;
      first += header_tokens;
    }
    // Numbers and bullets are the form, not the words.
    while (first < sentence.end_token && split.tokens[first].kind == TokenKind::kListNumber) ++first;
    if (first == sentence.end_token) continue;
    const std::size_t begin = split.tokens[first].begin;
    const std::string words = collapse_spaces(text.substr(begin, sentence.end - begin));
    if (words.find_first_not_of(".,;:!?-") != std::string::npos) out.push_back({words, section});
  }
  return out;
}

bool Structurer::matches(std::string_view sentence, std::uint32_t id, bool at_start) const {
  bool said = false;
  for_each_sentence(matcher_, sentence, split_sentences(sentence),
                    [&](const Sentence&, const Words&, const std::vector<PhraseMatch>& found) {
                      said = std::any_of(found.begin(), found.end(), [&](const PhraseMatch& m) {
                        return m.id == id && (!at_start || m.first == 0);
                      });
                      return !said && !at_start;
                    });
  return said;
}

std::size_t Structurer::heading_of(std::string_view sentence) const {
  std::size_t best = headings_.size();
  for_each_sentence(matcher_, sentence, split_sentences(sentence),
                    [&](const Sentence&, const Words&, const std::vector<PhraseMatch>& found) {
                      // Of phrases at one word the longest decides ("heart failure" over "heart").
                      for (const PhraseMatch& match : found) {
                        if (match.id >= headings_.size()) continue;
                        if (priority_[match.id]) {
                          best = match.id;
                          return false;
                        }
                        if (best == headings_.size()) best = match.id;
                      }
                      return true;
                    });
  return best;
}

// Lower is more relevant: new findings, uncertain ones, long-standing ones, all else.
int Structurer::relevance(const std::string& sentence) const {
  const ReportLabels result = labeler_.label(sentence);
  Assertion strongest = Assertion::kUnmentioned;
  for (const LabelEvidence& item : result.evidence) strongest = std::max(strongest, item.assertion);
  if (strongest < Assertion::kUncertain) return 3;
  if (matches(sentence, static_cast<std::uint32_t>(headings_.size()) + 1, false)) return 2;
  return strongest == Assertion::kPositive ? 0 : 1;
}

// Sentences that lean on the one before ("This may …", "Recommend …") stay with it.
std::vector<std::string> Structurer::ranked(const std::vector<std::string>& sentences) const {
  struct Group {
    std::string text;
    int relevance;
  };
  std::vector<Group> groups;
  for (const std::string& sentence : sentences) {
    if (!groups.empty() && matches(sentence, static_cast<std::uint32_t>(headings_.size()), true)) {
      groups.back().text += " " + sentence;
    } else {
      groups.push_back({sentence, relevance(sentence)});
    }
  }
  std::stable_sort(groups.begin(), groups.end(),
                   [](const Group& a, const Group& b) { return a.relevance < b.relevance; });
  std::vector<std::string> out;
  for (Group& group : groups) out.push_back(std::move(group.text));
  return out;
}

OrganReport Structurer::structure(std::string_view text) const {
  OrganReport report;
  std::vector<std::vector<std::string>> plain(sections_.size());
  std::vector<std::vector<std::string>> findings(headings_.size());
  std::size_t last_heading = headings_.size();
  for (Piece& piece : pieces(text)) {
    if (sections_[piece.section] != "Findings") {
      plain[piece.section].push_back(std::move(piece.text));
      continue;
    }
    std::size_t heading = heading_of(piece.text);
    // "This measures 2 cm." belongs where the sentence before it went.
    const bool leans = matches(piece.text, static_cast<std::uint32_t>(headings_.size()), true);
    if (heading == headings_.size() && leans) heading = last_heading;
    if (heading == headings_.size()) {
      report.unplaced.push_back(std::move(piece.text));
    } else {
      findings[heading].push_back(std::move(piece.text));
      last_heading = heading;
    }
  }
  for (std::size_t s = 0; s < sections_.size(); ++s) {
    if (sections_[s] == "Findings") {
      for (std::size_t h = 0; h < headings_.size(); ++h) {
        if (!findings[h].empty())
          report.sections.push_back({sections_[s], headings_[h], std::move(findings[h])});
      }
    } else if (!plain[s].empty()) {
      auto items = sections_[s] == "Impression" ? ranked(plain[s]) : std::move(plain[s]);
      report.sections.push_back({sections_[s], sections_[s], std::move(items)});
    }
  }
  return report;
}

}  // namespace hilum::nlp
