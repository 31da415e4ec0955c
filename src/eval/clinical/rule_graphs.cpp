#include "core/text/text.h"
#include "eval/clinical/finding_concepts.h"
#include "eval/clinical/rule_scores.h"
#include "eval/stems/stemmers.h"
#include "nlp/entities/entities.h"

namespace hilum::eval {
namespace {

using nlp::TermRole;

void add_stems(std::set<std::string>& stems, std::string_view text) {
  for (const std::string& word : split_words(to_lower(text))) stems.insert(snowball_stem(word));
}

// What a place says about side.
void note_side(ReportFact& fact, std::string_view place) {
  for (const std::string& word : split_words(to_lower(place))) {
    const bool both = word == "bilateral" || word == "bilaterally" || word == "both" || word == "bibasilar" ||
                      word == "biapical";
    fact.left = fact.left || both || starts_with(word, "left");
    fact.right = fact.right || both || starts_with(word, "right");
  }
}

class FactReader {
 public:
  FactReader(const nlp::ExtractedReport& report, const FindingConcepts& concepts)
      : report_(report), entities_(report.graph.entities), concepts_(concepts) {}

  std::vector<ReportFact> facts() {
    std::vector<ReportFact> out;
    for (std::size_t i = 0; i < entities_.size(); ++i) {
      const bool thing = nlp::is_thing(report_.roles[i]);
      const bool state =
          report_.roles[i] == TermRole::kNormal && entities_[i].kind == nlp::EntityKind::kObservation;
      if (!thing && !state && !describes_a_place(i)) continue;
      if (describes_another_thing(i)) continue;
      ReportFact fact = fact_of(i);
      const bool finding = concepts_.annotate(fact);
      // "enlarged" of the heart is a finding, "unchanged" is none.
      if (thing || state || finding) out.push_back(std::move(fact));
    }
    return out;
  }

 private:
  std::string text(std::size_t i) const { return nlp::entity_text(report_.graph, entities_[i]); }

  // "enlarged" in "the heart is enlarged"
  bool describes_a_place(std::size_t i) const {
    if (entities_[i].kind != nlp::EntityKind::kObservation) return false;
    for (const nlp::GraphRelation& relation : entities_[i].relations) {
      if (relation.type != nlp::RelationType::kSuggestiveOf && relation.target < entities_.size() &&
          entities_[relation.target].kind == nlp::EntityKind::kAnatomy)
        return true;
    }
    return false;
  }

  // "interstitial edema" as two things: the first modifies the second and is no fact of its own.
  bool describes_another_thing(std::size_t i) const {
    for (const nlp::GraphRelation& relation : entities_[i].relations) {
      if (relation.type == nlp::RelationType::kModify && relation.target < entities_.size() &&
          nlp::is_thing(report_.roles[relation.target]))
        return true;
    }
    return false;
  }

  ReportFact fact_of(std::size_t i) const {
    ReportFact fact;
    fact.thing = to_lower(text(i));
    fact.sentence = i < report_.sentence_of.size() ? report_.sentence_of[i] : 0;
    add_stems(fact.thing_stems, fact.thing);
    switch (entities_[i].assertion) {
      case nlp::EntityAssertion::kPresent:
        fact.claim = ReportFact::Claim::kPresent;
        break;
      case nlp::EntityAssertion::kUncertain:
        fact.claim = ReportFact::Claim::kUncertain;
        break;
      case nlp::EntityAssertion::kAbsent:
        fact.claim = ReportFact::Claim::kAbsent;
        break;
    }
    if (report_.roles[i] == TermRole::kNormal && fact.claim == ReportFact::Claim::kPresent)
      fact.claim = ReportFact::Claim::kNormal;
    std::string attributes, places;
    for (const nlp::GraphRelation& relation : entities_[i].relations) {
      if (relation.type == nlp::RelationType::kSuggestiveOf || relation.target >= entities_.size()) continue;
      add_place(fact, relation.target, places);
    }
    for (std::size_t k = 0; k < entities_.size(); ++k) {
      for (const nlp::GraphRelation& relation : entities_[k].relations) {
        if (relation.target != i || relation.type != nlp::RelationType::kModify) continue;
        if (entities_[k].kind == nlp::EntityKind::kAnatomy) {
          add_place(fact, k, places);
        } else {
          add_stems(fact.attribute_stems, text(k));
          note_side(fact, text(k));
          attributes += to_lower(text(k)) + " ";
          const bool graded =
              report_.roles[k] == TermRole::kSeverity || report_.roles[k] == TermRole::kMeasurement;
          if (graded) fact.severity.insert(to_lower(text(k)));
        }
      }
    }
    fact.description = attributes + places + fact.thing;
    return fact;
  }

  // A place with what modifies it ("left" of "lower lobe").
  void add_place(ReportFact& fact, std::size_t place, std::string& written) const {
    add_stems(fact.place_stems, text(place));
    note_side(fact, text(place));
    std::string before;
    for (std::size_t k = 0; k < entities_.size(); ++k) {
      for (const nlp::GraphRelation& relation : entities_[k].relations) {
        if (relation.target != place || relation.type != nlp::RelationType::kModify ||
            entities_[k].kind != nlp::EntityKind::kAnatomy)
          continue;
        add_stems(fact.place_stems, text(k));
        note_side(fact, text(k));
        before += to_lower(text(k)) + " ";
      }
    }
    written += before + to_lower(text(place)) + " ";
  }

  const nlp::ExtractedReport& report_;
  const std::vector<nlp::GraphEntity>& entities_;
  const FindingConcepts& concepts_;
};

ReportGraph as_graph(const nlp::RadGraph& graph) {
  ReportGraph out;
  for (const nlp::GraphEntity& entity : graph.entities) {
    GraphEntity converted;
    converted.tokens = nlp::entity_text(graph, entity);
    converted.label = nlp::entity_label(entity);
    for (const nlp::GraphRelation& relation : entity.relations) {
      if (relation.target < graph.entities.size())
        converted.relations.emplace_back(std::string(nlp::relation_name(relation.type)), relation.target);
    }
    out.entities.push_back(std::move(converted));
  }
  return out;
}

}  // namespace

struct RuleGraphs::State {
  nlp::EntityExtractor extractor;
  FindingConcepts concepts;
};

Result<RuleGraphs> RuleGraphs::load() {
  HILUM_ASSIGN(nlp::EntityExtractor extractor, nlp::EntityExtractor::load());
  RuleGraphs out;
  HILUM_ASSIGN(FindingConcepts concepts, FindingConcepts::load());
  out.state_ = std::make_shared<const State>(State{std::move(extractor), std::move(concepts)});
  return out;
}

RuleGraphs::Reading RuleGraphs::read(std::string_view report) const {
  const nlp::ExtractedReport found = state_->extractor.extract(report);
  Reading out;
  out.graph = as_graph(found.graph);
  out.facts = FactReader(found, state_->concepts).facts();
  return out;
}

}  // namespace hilum::eval
