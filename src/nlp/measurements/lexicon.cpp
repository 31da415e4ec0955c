#include <nlohmann/json.hpp>

#include "core/files/file.h"
#include "nlp/measurements/internal.h"

namespace hilum::nlp {
namespace {

constexpr std::size_t kMaxLexiconBytes = 4u << 20;

class Reader {
 public:
  Reader(const Json& json, MeasurementLexicon& out) : json_(json), out_(out) {}

  void list(const char* key, Category category) {
    const int value = name(key);
    for (const Json& phrase : json_.at(key)) out_.table.add(category, value, phrase.get<std::string>());
  }

  void groups(const char* key, Category category) {
    for (const auto& [group, phrases] : json_.at(key).items()) {
      const int value = name(group);
      for (const Json& phrase : phrases) out_.table.add(category, value, phrase.get<std::string>());
    }
  }

  void set(const char* key, std::unordered_set<std::string>& to) {
    for (const Json& word : json_.at(key)) to.insert(word.get<std::string>());
  }

  void findings() {
    for (const auto& [finding, entry] : json_.at("findings").items()) {
      const int value = static_cast<int>(out_.findings.size());
      out_.findings.push_back({finding, entry.at("group").get<std::string>(), entry.at("sided").get<bool>()});
      for (const Json& item : entry.at("phrases")) {
        const auto phrase = item.get<std::string>();
        out_.table.add(kFinding, value, phrase);
        if (phrase.back() != 's') out_.table.add(kFinding, value, phrase + "s");
      }
    }
  }

  void units() {
    for (const auto& [unit, entry] : json_.at("units").items()) {
      for (const Json& word : entry.at("words"))
        out_.unit_of_word[word.get<std::string>()] = out_.units.size();
      out_.units.push_back({unit, entry.at("unit").get<std::string>(), entry.at("factor").get<double>()});
    }
    for (const auto& [word, number] : json_.at("number_words").items())
      out_.number_words[word] = number.get<double>();
  }

 private:
  int name(const std::string& text) {
    out_.names.push_back(text);
    return static_cast<int>(out_.names.size()) - 1;
  }
  const Json& json_;
  MeasurementLexicon& out_;
};

}  // namespace

Result<std::shared_ptr<const MeasurementLexicon>> MeasurementLexicon::read(const std::string& path) {
  HILUM_ASSIGN(const Json json, read_json_file(path, kMaxLexiconBytes));
  auto lexicon = std::make_shared<MeasurementLexicon>();
  try {
    Reader reader(json, *lexicon);
    reader.units();
    reader.findings();
    reader.groups("generic", kGeneric);
    reader.groups("targets", kTarget);
    reader.groups("relations", kRelation);
    reader.groups("adjust", kAdjust);
    reader.groups("qualifiers", kQualifier);
    reader.groups("qualifiers_after", kQualifierAfter);
    reader.groups("sides", kSide);
    const std::pair<const char*, Category> lists[] = {{"ratio_heads", kRatioHead},
                                                      {"distance_nouns", kDistanceNoun},
                                                      {"advice", kAdvice},
                                                      {"not_a_side", kNotASide},
                                                      {"negation", kNegation},
                                                      {"pseudo_negation", kPseudoNegation},
                                                      {"negation_after", kNegationAfter},
                                                      {"uncertain_before", kUncertainBefore},
                                                      {"uncertain_after", kUncertainAfter},
                                                      {"prior_before", kPriorBefore},
                                                      {"prior_after", kPriorAfter},
                                                      {"mentioned", kMentioned},
                                                      {"resolved", kResolved},
                                                      {"now", kNow},
                                                      {"change_up", kChangeUp},
                                                      {"change_down", kChangeDown},
                                                      {"change_other", kChangeOther},
                                                      {"technique", kTechnique},
                                                      {"terminators", kTerminator}};
    for (const auto& [key, category] : lists) reader.list(key, category);
    reader.set("adjust_base", lexicon->adjust_base);
    reader.set("prior_nouns", lexicon->prior_nouns);
    reader.set("views", lexicon->views);
    reader.set("verbs", lexicon->verbs);
    reader.set("prepositions", lexicon->prepositions);
  } catch (const Json::exception& e) {
    return Status(ErrorCode::kConfig, path + ": " + e.what());
  }
  return std::shared_ptr<const MeasurementLexicon>(std::move(lexicon));
}

}  // namespace hilum::nlp
