#include "factcheck/lexicon.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "hilum/json.h"

#include "core/files/file.h"
#include "core/text/text.h"
#include "nlp/words/sentences.h"

namespace hilum::factcheck {
namespace {

constexpr std::size_t kMaxFileBytes = 4u << 20;
constexpr std::size_t kMaxSentenceTokens = 120;

double number_or(const Json& object, const char* key, double otherwise) {
  const auto found = object.find(key);
  return found == object.end() ? otherwise : found->get<double>();
}

std::string text_or(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? std::string() : found->get<std::string>();
}

class Reader {
 public:
  explicit Reader(FactLexicon& out) : out_(out) {}

  void cues(const Json& json) {
    const std::pair<const char*, Category> lists[] = {{"not_a_side", kNotASide},
                                                      {"negation", kNegation},
                                                      {"pseudo_negation", kPseudoNegation},
                                                      {"negation_after", kNegationAfter},
                                                      {"uncertain_before", kUncertainBefore},
                                                      {"uncertain_after", kUncertainAfter},
                                                      {"terminators", kTerminator}};
    for (const auto& [key, category] : lists) list(json.at(key), category, 0);
    groups(json.at("sides"), kSide);
    set(json.at("verbs"), out_.verbs);
    set(json.at("prepositions"), out_.prepositions);
  }

  void findings(const Json& json) {
    for (const auto& [name, entry] : json.at("findings").items()) {
      const int value = static_cast<int>(out_.findings.size());
      out_.findings.push_back(
          {name, text_or(entry, "label"), entry.at("sided").get<bool>(), entry.contains("device")});
      for (const Json& item : entry.at("phrases")) {
        const auto phrase = item.get<std::string>();
        out_.table.add(kFinding, value, phrase);
        if (phrase.back() != 's') out_.table.add(kFinding, value, phrase + "s");
      }
    }
    for (const Json& entry : json.at("normal")) {
      const int value = static_cast<int>(out_.normals.size());
      out_.normals.push_back(
          {entry.at("organ").get<std::string>(), entry.at("denies").get<std::vector<std::string>>()});
      list(entry.at("phrases"), kNormal, value);
    }
    groups(json.at("zones"), kZone);
    groups(json.at("severity"), kSeverity);
    list(json.at("narrowed"), kNarrowed, 0);
    groups(json.at("old"), kOld);
    list(json.at("removed"), kRemoved, 0);
    list(json.at("impossible_places"), kImpossiblePlace, 0);
  }

  void priors(const Json& json) {
    for (const bool strong : {true, false}) {
      for (const Json& entry : json.at(strong ? "strong" : "weak")) {
        const int value = static_cast<int>(out_.priors.size());
        out_.priors.push_back({prior_edit(entry.at("edit")), strong});
        list(entry.at("phrases"), strong ? kPriorStrong : kPriorWeak, value);
      }
    }
    list(json.at("not_a_reference"), kNotAReference, 0);
    list(json.at("no_prior_statement"), kNoPriorStatement, 0);
    set(json.at("study_nouns"), out_.study_nouns);
    set(json.at("no_comparison"), out_.no_comparison);
  }

  void spelling(const Json& json) {
    for (const Json& entry : json.at("confusions")) {
      const int value = static_cast<int>(out_.confusions.size());
      out_.confusions.push_back(
          {entry.at("right").get<std::string>(), entry.at("reason").get<std::string>()});
      out_.table.add(kConfusion, value, entry.at("wrong").get<std::string>());
    }
    for (const Json& term : json.at("terms")) out_.spelling_terms.push_back(term.get<std::string>());
    set(json.at("known"), out_.spelling_known);
    for (const std::string& term : out_.spelling_terms) {
      out_.spelling_known.insert(term);
      out_.spelling_known.insert(term + "s");
    }
  }

  void guidelines(const Json& json) {
    for (const Json& e : json.at("placement")) {
      out_.placement.push_back({text_or(e, "finding"), text_or(e, "target"), text_or(e, "source"),
                                e.at("relation").get<std::vector<std::string>>(), e.at("low").get<double>(),
                                e.at("high").get<double>()});
    }
    groups(json.at("placement_words"), kPlacementWord);
    out_.placement_margin = json.at("placement_margin").at("value").get<double>();
    for (const Json& e : json.at("size_words")) {
      out_.size_words.push_back({text_or(e, "finding"), text_or(e, "word"), text_or(e, "source"),
                                 number_or(e, "min", 0), number_or(e, "max", 0)});
    }
    for (const Json& e : json.at("name_limits")) {
      out_.name_limits.push_back(
          {text_or(e, "finding"), text_or(e, "source"), number_or(e, "min", 0), number_or(e, "max", 0)});
    }
    const Json& heart = json.at("heart_ratio");
    out_.heart_normal_max = heart.at("normal_max").get<double>();
    out_.heart_enlarged_min = heart.at("enlarged_min").get<double>();
    out_.heart_margin = heart.at("margin").get<double>();
    out_.heart_source = text_or(heart, "source");
    for (const Json& e : json.at("possible")) {
      out_.possible.push_back({text_or(e, "kind"), text_or(e, "finding"), text_or(e, "source"),
                               e.at("min").get<double>(), e.at("max").get<double>()});
    }
    const Json& evidence = json.at("evidence");
    out_.evidence_present_max = evidence.at("present_contradicted_below").get<double>();
    out_.evidence_absent_min = evidence.at("absent_contradicted_above").get<double>();
  }

  // What is wrong with a value of a file, "" while nothing is.
  const std::string& problem() const { return problem_; }

 private:
  PriorEdit prior_edit(const Json& json) {
    if (json.is_null()) return PriorEdit::kNone;
    const std::pair<const char*, PriorEdit> names[] = {{"", PriorEdit::kWords},
                                                       {"tail", PriorEdit::kTail},
                                                       {"sentence", PriorEdit::kSentence},
                                                       {"again", PriorEdit::kAgain},
                                                       {"state", PriorEdit::kState}};
    const auto said = json.get<std::string>();
    for (const auto& [name, edit] : names) {
      if (said == name) return edit;
    }
    problem_ = "'" + said + "' is no edit";
    return PriorEdit::kNone;
  }
  void list(const Json& phrases, Category category, int value) {
    for (const Json& phrase : phrases) out_.table.add(category, value, phrase.get<std::string>());
  }
  void groups(const Json& json, Category category) {
    for (const auto& [name, phrases] : json.items()) {
      out_.names.push_back(name);
      list(phrases, category, static_cast<int>(out_.names.size()) - 1);
    }
  }
  static void set(const Json& words, std::unordered_set<std::string>& to) {
    for (const Json& word : words) to.insert(word.get<std::string>());
  }
  FactLexicon& out_;
  std::string problem_;
};

}  // namespace

Result<std::shared_ptr<const FactLexicon>> FactLexicon::load() {
  auto lexicon = std::make_shared<FactLexicon>();
  Reader reader(*lexicon);
  // The order decides nothing but the ids of words.
  const std::pair<const char*, void (Reader::*)(const Json&)> files[] = {
      {"measurements/measurements.json", &Reader::cues},
      {"factcheck/findings.json", &Reader::findings},
      {"factcheck/priors.json", &Reader::priors},
      {"factcheck/spelling.json", &Reader::spelling},
      {"factcheck/guidelines.json", &Reader::guidelines}};
  for (const auto& [file, read] : files) {
    HILUM_ASSIGN(const std::string path, find_data(std::string("configs/") + file));
    HILUM_ASSIGN(const Json json, read_json_file(path, kMaxFileBytes));
    try {
      (reader.*read)(json);
    } catch (const Json::exception& e) {
      return Status(ErrorCode::kConfig, path + ": " + e.what());
    }
    if (!reader.problem().empty()) return Status(ErrorCode::kConfig, path + ": " + reader.problem());
  }
  HILUM_ASSIGN(lexicon->tools, nlp::load_measuring_tools());
  return std::shared_ptr<const FactLexicon>(std::move(lexicon));
}

FieldText::FieldText(std::string_view text, const FactLexicon& lexicon)
    : tokens(text, lexicon.table), matches(lexicon.table.find(tokens)) {
  const nlp::SplitText split = nlp::split_sentences(tokens.original());
  std::size_t token = 0;
  const auto add = [&](std::size_t first, std::size_t last, std::size_t begin, std::size_t end) {
    if (last > first) sentences.push_back({first, last, begin, end});
  };
  for (const nlp::Sentence& s : split.sentences) {
    std::size_t first = token, begin = s.begin;
    while (token < tokens.size() && tokens[token].begin < s.end) {
      // Text without full stops is taken in pieces, so that the work stays linear.
      if (token - first == kMaxSentenceTokens) {
        add(first, token, begin, tokens[token - 1].end);
        first = token;
        begin = tokens[token].begin;
      }
      ++token;
    }
    add(first, token, begin, s.end);
  }
}

}  // namespace hilum::factcheck
