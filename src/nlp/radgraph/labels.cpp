#include "core/text/text.h"
#include "nlp/radgraph/radgraph.h"

namespace hilum::nlp {

std::string_view entity_assertion_name(EntityAssertion assertion) {
  switch (assertion) {
    case EntityAssertion::kAbsent:
      return "absent";
    case EntityAssertion::kUncertain:
      return "uncertain";
    case EntityAssertion::kPresent:
      break;
  }
  return "present";
}

std::string_view kind_name(EntityKind kind) {
  return kind == EntityKind::kAnatomy ? "anatomy" : "observation";
}

std::string_view relation_name(RelationType type) {
  switch (type) {
    case RelationType::kLocatedAt:
      return "located_at";
    case RelationType::kSuggestiveOf:
      return "suggestive_of";
    case RelationType::kModify:
      break;
  }
  return "modify";
}

std::string entity_text(const RadGraph& graph, const GraphEntity& entity) {
  std::string text;
  for (std::size_t i = entity.first; i <= entity.last && i < graph.tokens.size(); ++i) {
    if (i != entity.first) text += ' ';
    text += graph.tokens[i];
  }
  return text;
}

std::string entity_label(const GraphEntity& entity) {
  std::string label = entity.kind == EntityKind::kAnatomy ? "ANAT-" : "OBS-";
  switch (entity.assertion) {
    case EntityAssertion::kPresent:
      return label + "DP";
    case EntityAssertion::kAbsent:
      return label + "DA";
    case EntityAssertion::kUncertain:
      break;
  }
  return label + "U";
}

Status parse_label(std::string_view label, EntityKind& kind, EntityAssertion& assertion) {
  if (starts_with(label, "ANAT-") || starts_with(label, "OBS-")) {
    const std::string_view suffix = label.substr(label.find('-') + 1);
    if (suffix == "DP" || suffix == "DA" || suffix == "U") {
      kind = label[0] == 'A' ? EntityKind::kAnatomy : EntityKind::kObservation;
      assertion = suffix == "DP"   ? EntityAssertion::kPresent
                  : suffix == "DA" ? EntityAssertion::kAbsent
                                   : EntityAssertion::kUncertain;
      return Status::ok();
    }
  }
  if (starts_with(label, "Anatomy::") || starts_with(label, "Observation::")) {
    kind = label[0] == 'A' ? EntityKind::kAnatomy : EntityKind::kObservation;
    assertion = contains(label, "definitely absent") ? EntityAssertion::kAbsent
                : contains(label, "uncertain")       ? EntityAssertion::kUncertain
                                                     : EntityAssertion::kPresent;
    return Status::ok();
  }
  return {ErrorCode::kRecordInvalid, "'" + std::string(label) + "' is no entity label of RadGraph"};
}

}  // namespace hilum::nlp
