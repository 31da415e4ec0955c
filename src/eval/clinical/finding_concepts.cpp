#include "eval/clinical/finding_concepts.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/files/file.h"
#include "core/text/text.h"
#include "eval/stems/stemmers.h"

namespace hilum::eval {

Result<FindingConcepts> FindingConcepts::load() {
  HILUM_ASSIGN(const std::string path, find_data("configs/eval/finding_weights.json"));
  HILUM_ASSIGN(const Json json, read_json_file(path, 1u << 20));
  const auto bad = [&path](const std::string& what) {
    return Status(ErrorCode::kConfig, path + ": " + what);
  };
  const Json* other = find_path(json, "other");
  const Json* concepts = find_path(json, "concepts");
  if (other == nullptr || !other->is_number() || concepts == nullptr || !concepts->is_array())
    return bad("a number 'other' and a list 'concepts' are needed");
  FindingConcepts out;
  out.other_ = other->get<double>();
  for (const Json& entry : *concepts) {
    Concept concept_read;
    HILUM_ASSIGN(concept_read.name, text_at(entry, "name"));
    HILUM_ASSIGN(concept_read.family, text_at(entry, "family"));
    const Json* weight = entry.is_object() ? find_path(entry, "weight") : nullptr;
    const Json* phrases = entry.is_object() ? find_path(entry, "phrases") : nullptr;
    if (concept_read.name.empty() || weight == nullptr || !weight->is_number() || phrases == nullptr ||
        !phrases->is_array())
      return bad("a concept needs a name, a number 'weight' and a list 'phrases'");
    concept_read.weight = weight->get<double>();
    for (const Json& text : *phrases) {
      if (!text.is_string()) return bad("a phrase of '" + concept_read.name + "' should be text");
      Phrase phrase;
      for (const std::string& word : split_words(to_lower(text.get<std::string>())))
        phrase.stems.insert(snowball_stem(word));
      phrase.concept_index = out.concepts_.size();
      out.phrases_.push_back(std::move(phrase));
    }
    out.concepts_.push_back(std::move(concept_read));
  }
  std::stable_sort(out.phrases_.begin(), out.phrases_.end(),
                   [](const Phrase& a, const Phrase& b) { return a.stems.size() > b.stems.size(); });
  return out;
}

bool FindingConcepts::annotate(ReportFact& fact) const {
  fact.weight = other_;
  for (const Phrase& phrase : phrases_) {
    bool names_thing = false;
    const bool fits = std::all_of(phrase.stems.begin(), phrase.stems.end(), [&](const std::string& stem) {
      const bool thing = fact.thing_stems.count(stem) > 0;
      names_thing = names_thing || thing;
      return thing || fact.place_stems.count(stem) > 0 || fact.attribute_stems.count(stem) > 0;
    });
    if (!fits || !names_thing) continue;
    const Concept& found = concepts_[phrase.concept_index];
    fact.concept_name = found.name;
    fact.family = found.family;
    fact.weight = found.weight;
    return true;
  }
  return false;
}

}  // namespace hilum::eval
