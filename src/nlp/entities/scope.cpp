// Which observations of a sentence are there: cues open a scope that runs to the end of their clause.
#include <algorithm>
#include <limits>

#include "nlp/entities/pieces.h"

namespace hilum::nlp {
namespace {

constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max();

class Scope {
 public:
  explicit Scope(Pieces& pieces)
      : pieces_(pieces), next_or_(pieces.size() + 1, kNever), next_copula_(pieces.size() + 1, kNever) {
    for (std::size_t i = pieces.size(); i-- > 0;) {
      next_or_[i] = next_or_[i + 1];
      next_copula_[i] = next_copula_[i + 1];
      if (ends_clause(i)) next_or_[i] = next_copula_[i] = kNever;
      if (pieces[i].is_cue(TermRole::kOr) || pieces[i].is_cue(TermRole::kUncertainBoth)) next_or_[i] = i;
      if (pieces[i].is_cue(TermRole::kCopula)) next_copula_[i] = i;
    }
  }

  void run() {
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
      if (pieces_[i].is_entity()) {
        entity(i);
      } else if (pieces_[i].kind == PieceKind::kComma || pieces_[i].is_cue(TermRole::kAnd)) {
        separator(i);
      } else if (ends_clause(i)) {
        pieces_[i].opens_clause = true;
        new_clause(i + 1);
      } else if (pieces_[i].kind == PieceKind::kCue) {
        cue(i);
      }
    }
  }

 private:
  bool ends_clause(std::size_t i) const {
    return pieces_[i].kind == PieceKind::kStop || pieces_[i].is_cue(TermRole::kBreak);
  }

  void new_clause(std::size_t start) {
    state_ = EntityAssertion::kPresent;
    clause_ = part_ = start;
    copula_seen_ = false;
  }

  // Says it of everything since `from` that is no anatomy.
  void apply_back(std::size_t& from, std::size_t to, EntityAssertion assertion) {
    for (std::size_t i = from; i < to; ++i) {
      if (pieces_[i].is_entity() && !pieces_[i].is_anatomy() && pieces_[i].role != TermRole::kResolved) {
        pieces_[i].assertion = assertion;
      }
    }
    from = to;
  }

  bool is_preposition(std::size_t i) const {
    return i < pieces_.size() && pieces_[i].is_cue(TermRole::kPreposition);
  }

  void entity(std::size_t i) {
    Piece& piece = pieces_[i];
    if (piece.is_anatomy()) return;
    piece.assertion = state_;
    if (piece.role == TermRole::kResolved && state_ == EntityAssertion::kPresent) {
      resolved(i);
    } else if (state_ == EntityAssertion::kAbsent && is_preposition(i + 1) &&
               (piece.role == TermRole::kChangeNoun || piece.role == TermRole::kImproved ||
                piece.role == TermRole::kWorsened)) {
      state_ = EntityAssertion::kPresent;  // "no change in the effusion": the effusion is there
    }
  }

  // "resolved effusion" and "resolution of the effusion" look ahead, "the effusion has resolved" back.
  void resolved(std::size_t i) {
    std::size_t next = i + 1;
    while (next < pieces_.size() && (is_preposition(next) || pieces_[next].kind == PieceKind::kWord)) ++next;
    const bool ahead = next < pieces_.size() && pieces_[next].is_entity() && !copula_seen_;
    if (ahead) {
      state_ = EntityAssertion::kAbsent;
    } else {
      apply_back(clause_, i, EntityAssertion::kAbsent);
      clause_ = i + 1;
    }
  }

  void cue(std::size_t i) {
    switch (pieces_[i].role) {
      case TermRole::kNegationBefore:
        state_ = EntityAssertion::kAbsent;
        break;
      case TermRole::kUncertainBefore:
      case TermRole::kSuggests:
        if (state_ == EntityAssertion::kPresent) state_ = EntityAssertion::kUncertain;
        break;
      case TermRole::kUncertainBoth:
        if (state_ == EntityAssertion::kPresent) state_ = EntityAssertion::kUncertain;
        apply_back(part_, i, state_);
        break;
      case TermRole::kNegationAfter:
        apply_back(clause_, i, EntityAssertion::kAbsent);
        break;
      case TermRole::kUncertainAfter:
        apply_back(clause_, i, EntityAssertion::kUncertain);
        break;
      case TermRole::kSoftBreak:
        state_ = EntityAssertion::kPresent;
        part_ = i + 1;
        break;
      case TermRole::kCopula:
        copula_seen_ = true;
        break;
      default:
        break;
    }
  }

  // True when what follows the separator at i, up to the next one, is a statement of its own: "the heart is
  // normal", but not "or consolidation is seen" at the end of a list.
  bool opens_clause(std::size_t i) const {
    bool subject = false;
    for (std::size_t j = i + 1; j < pieces_.size(); ++j) {
      const Piece& piece = pieces_[j];
      if (piece.kind == PieceKind::kComma || piece.is_cue(TermRole::kAnd) || ends_clause(j)) return false;
      if (piece.is_cue(TermRole::kOr) && !subject) return false;
      if (piece.is_entity()) subject = true;
      if (!piece.is_cue(TermRole::kCopula)) continue;
      if (!subject) return false;
      const bool listed = state_ == EntityAssertion::kAbsent && j + 1 < pieces_.size() &&
                          pieces_[j + 1].is_cue(TermRole::kPerceived);
      return !listed;
    }
    return false;
  }

  void separator(std::size_t i) {
    const bool is_and = pieces_[i].kind != PieceKind::kComma;
    if ((!is_and || copula_seen_ || state_ == EntityAssertion::kAbsent) && opens_clause(i)) {
      pieces_[i].opens_clause = true;
      return new_clause(i + 1);
    }
    if (is_and) return;
    part_ = i + 1;
    // A list goes on where an "or" is still to come ("atelectasis, infection, or scar").
    if (state_ == EntityAssertion::kUncertain && (next_or_[i] == kNever || next_or_[i] > next_copula_[i]))
      state_ = EntityAssertion::kPresent;
  }

  Pieces& pieces_;
  std::vector<std::size_t> next_or_;      // the next "or" of the clause
  std::vector<std::size_t> next_copula_;  // the next "is" of the clause
  EntityAssertion state_ = EntityAssertion::kPresent;
  std::size_t clause_ = 0;  // start of what a cue that looks back applies to
  std::size_t part_ = 0;    // start of what "versus" applies to
  bool copula_seen_ = false;
};

}  // namespace

void assign_assertions(Pieces& pieces) { Scope(pieces).run(); }

}  // namespace hilum::nlp
