#include "factcheck/entity_claims.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/text/text.h"

namespace hilum::factcheck {
namespace {

using nlp::EntityAssertion;
using nlp::RelationType;
using nlp::TermRole;

// Say what they are only together with the words that describe them.
constexpr std::array<std::string_view, 6> kVague = {"disease", "process", "abnormality",
                                                    "finding", "defect",  "deformity"};

class Reader {
 public:
  Reader(const nlp::ExtractedReport& report, const FieldText& field, const FactLexicon& lexicon)
      : r_(report), field_(field), lexicon_(lexicon), modifiers_(report.graph.entities.size()) {
    for (std::size_t i = 0; i < modifiers_.size(); ++i) {
      for (const nlp::GraphRelation& relation : r_.graph.entities[i].relations) {
        if (relation.type == RelationType::kModify && relation.target < modifiers_.size())
          modifiers_[relation.target].push_back(i);
      }
    }
  }

  bool is_finding(std::size_t i) const {
    const auto& relations = r_.graph.entities[i].relations;
    const bool describes = std::any_of(
        relations.begin(), relations.end(),
        [](const nlp::GraphRelation& relation) { return relation.type == RelationType::kModify; });
    return !describes && (r_.roles[i] == TermRole::kPerceptual || r_.roles[i] == TermRole::kContextual);
  }

  nlp::ByteRange bytes(std::size_t i) const {
    const nlp::GraphEntity& entity = r_.graph.entities[i];
    return {r_.token_bytes[entity.first].begin, r_.token_bytes[entity.last].end};
  }

  Claim claim(std::size_t i) const {
    Claim out;
    out.begin = bytes(i).begin;
    out.end = bytes(i).end;
    for (const FieldSentence& s : field_.sentences) {
      if (s.begin > out.begin) break;
      out.sentence_begin = s.begin;
      out.sentence_end = s.end;
    }
    FindingClaim& f = out.finding;
    f.finding = name_of(i);
    f.spotted = true;
    const EntityAssertion assertion = r_.graph.entities[i].assertion;
    f.assertion = assertion == EntityAssertion::kAbsent      ? Assertion::kAbsent
                  : assertion == EntityAssertion::kUncertain ? Assertion::kUncertain
                                                             : Assertion::kPresent;
    std::vector<std::size_t> around = modifiers_[i];
    for (const nlp::GraphRelation& relation : r_.graph.entities[i].relations) {
      if (relation.type != RelationType::kLocatedAt || relation.target >= modifiers_.size()) continue;
      around.push_back(relation.target);
      const auto& more = modifiers_[relation.target];
      around.insert(around.end(), more.begin(), more.end());
    }
    f.severity = named(kSeverity, modifiers_[i]);
    f.laterality = named(kSide, around);
    f.zone = named(kZone, around);
    f.old = !named(kOld, modifiers_[i]).empty();
    return out;
  }

 private:
  std::string name_of(std::size_t i) const {
    std::string name = nlp::term_word(nlp::entity_text(r_.graph, r_.graph.entities[i]));
    if (std::find(kVague.begin(), kVague.end(), name) != kVague.end()) {
      for (auto m = modifiers_[i].rbegin(); m != modifiers_[i].rend(); ++m) {
        const TermRole role = r_.roles[*m];
        if (role != TermRole::kSeverity && role != TermRole::kSide && role != TermRole::kOnset)
          name = to_lower(nlp::entity_text(r_.graph, r_.graph.entities[*m])) + " " + name;
      }
    }
    std::replace(name.begin(), name.end(), ' ', '_');
    return name;
  }

  // The name of the first word of a category inside these entities; of sides that differ, "bilateral".
  std::string named(Category category, const std::vector<std::size_t>& entities) const {
    std::string found;
    for (const std::size_t e : entities) {
      const nlp::ByteRange range = bytes(e);
      for (const nlp::TermMatch& m : field_.matches) {
        if (m.category != category || field_.tokens[m.first].begin < range.begin ||
            field_.tokens[m.last - 1].end > range.end)
          continue;
        const std::string& name = lexicon_.names[static_cast<std::size_t>(m.value)];
        if (found.empty()) found = name;
        if (category == kSide && found != name) found = "bilateral";
      }
    }
    return found;
  }

  const nlp::ExtractedReport& r_;
  const FieldText& field_;
  const FactLexicon& lexicon_;
  std::vector<std::vector<std::size_t>> modifiers_;  // of each entity
};

}  // namespace

std::vector<Claim> entity_claims(const nlp::EntityExtractor& extractor, const FieldText& field,
                                 const FactLexicon& lexicon, const std::vector<Claim>& known) {
  std::vector<Claim> out;
  const nlp::ExtractedReport report = extractor.extract(field.text());
  const Reader reader(report, field, lexicon);
  for (std::size_t i = 0; i < report.graph.entities.size(); ++i) {
    if (!reader.is_finding(i)) continue;
    const nlp::ByteRange range = reader.bytes(i);
    const bool taken = std::any_of(known.begin(), known.end(), [&](const Claim& c) {
      return c.type == Claim::Type::kFinding && c.begin < range.end && range.begin < c.end;
    });
    if (!taken) out.push_back(reader.claim(i));
  }
  return out;
}

}  // namespace hilum::factcheck
