#include "hilum/core/text.h"
#include "hilum/nlp/radgraph.h"

namespace hilum::nlp {

std::string_view assertion_name(Assertion assertion) {
  switch (assertion) {
    case Assertion::kAbsent: return "absent";
    case Assertion::kUncertain: return "uncertain";
    case Assertion::kPresent: break;
  }
  return "present";
}

std::string_view kind_name(EntityKind kind) { return kind == EntityKind::kAnatomy ? "anatomy" : "observation"; }

std::string_view relation_name(RelationType type) {
  switch (type) {
    case RelationType::kLocatedAt: return "located_at";
    case RelationType::kSuggestiveOf: return "suggestive_of";
    case RelationType::kModify: break;
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
    case Assertion::kPresent: return label + "DP";
    case Assertion::kAbsent: return label + "DA";
    case Assertion::kUncertain: break;
  }
  return label + "U";
}

Status parse_label(std::string_view label, EntityKind& kind, Assertion& assertion) {
  if (starts_with(label, "ANAT-") || starts_with(label, "OBS-")) {
    const std::string_view suffix = label.substr(label.find('-') + 1);
    if (suffix == "DP" || suffix == "DA" || suffix == "U") {
      kind = label[0] == 'A' ? EntityKind::kAnatomy : EntityKind::kObservation;
      assertion = suffix == "DP" ? Assertion::kPresent : suffix == "DA" ? Assertion::kAbsent : Assertion::kUncertain;
      return Status::ok();
    }
  }
  if (starts_with(label, "Anatomy::") || starts_with(label, "Observation::")) {
    kind = label[0] == 'A' ? EntityKind::kAnatomy : EntityKind::kObservation;
    assertion = contains(label, "definitely absent") ? Assertion::kAbsent
                : contains(label, "uncertain")       ? Assertion::kUncertain
                                                     : Assertion::kPresent;
    return Status::ok();
  }
  return {ErrorCode::kRecordInvalid, "'" + std::string(label) + "' is no entity label of RadGraph"};
}

}  // namespace hilum::nlp
