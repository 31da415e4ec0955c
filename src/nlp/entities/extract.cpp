#include "nlp/entities/entities.h"
#include "nlp/entities/pieces.h"

namespace hilum::nlp {

ExtractedReport EntityExtractor::extract(std::string_view text) const {
  ExtractedReport report;
  PieceReader reader(*lexicon_, text, report);
  Pieces pieces;
  for (std::size_t sentence = 0; reader.next(pieces); ++sentence) {
    assign_assertions(pieces);
    for (Piece& piece : pieces) {
      if (!piece.is_entity()) continue;
      piece.entity = report.graph.entities.size();
      GraphEntity entity;
      entity.first = piece.first;
      entity.last = piece.last;
      entity.kind = piece.is_anatomy() ? EntityKind::kAnatomy : EntityKind::kObservation;
      entity.assertion = piece.assertion;
      report.graph.entities.push_back(std::move(entity));
      report.roles.push_back(piece.role);
      report.sentence_of.push_back(sentence);
    }
    add_relations(pieces, report.graph);
  }
  return report;
}

}  // namespace hilum::nlp
