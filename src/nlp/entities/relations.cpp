// What belongs to what in a sentence: anatomy words to the last of their group, descriptors to the thing they
// stand before or are said of, things to the place named before or after them, and findings to what they
// suggest.
#include <algorithm>
#include <limits>

#include "nlp/entities/pieces.h"

namespace hilum::nlp {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

// Of one entity; and how many things one "in the …" places. Keeps absurd sentences linear.
constexpr std::size_t kMaxRelations = 16;

class Linker {
 public:
  Linker(const Pieces& pieces, RadGraph& graph)
      : pieces_(pieces), graph_(graph), head_(pieces.size(), kNone), thing_ahead_(pieces.size() + 1, kNone) {
    find_heads();
    for (std::size_t i = pieces.size(); i-- > 0;) {
      const Piece& piece = pieces[i];
      if (piece.is_thing()) {
        thing_ahead_[i] = i;
      } else if (keeps_noun_phrase(i)) {
        thing_ahead_[i] = thing_ahead_[i + 1];
      }
    }
  }

  void run() {
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
      const Piece& piece = pieces_[i];
      if (piece.is_anatomy()) {
        anatomy(i);
      } else if (piece.is_thing()) {
        thing(i);
      } else if (piece.is_entity()) {
        descriptor(i);
      } else {
        link_word(i);
      }
    }
  }

 private:
  void relate(RelationType type, std::size_t from, std::size_t to) {
    auto& relations = graph_.entities[pieces_[from].entity].relations;
    const std::size_t target = pieces_[to].entity;
    if (relations.size() == kMaxRelations) return;
    for (const GraphRelation& known : relations) {
      if (known.target == target && known.type == type) return;
    }
    relations.push_back({type, target});
  }

  bool joins(std::size_t i) const {
    return i < pieces_.size() && (pieces_[i].is_cue(TermRole::kAnd) || pieces_[i].is_cue(TermRole::kOr) ||
                                  pieces_[i].kind == PieceKind::kComma);
  }

  // A descriptor may reach its thing over anatomy, other descriptors and what joins them.
  bool keeps_noun_phrase(std::size_t i) const { return pieces_[i].is_entity() || joins(i); }

  // The head of an anatomy group is its last word; sides and positions joined by "and" go to the head after
  // it
  // ("right and left pleural", "mid and lower lung zone").
  void find_heads() {
    std::size_t head = kNone;
    for (std::size_t i = pieces_.size(); i-- > 0;) {
      if (!pieces_[i].is_anatomy()) {
        if (!joins(i)) head = kNone;
        continue;
      }
      const bool dangling = pieces_[i].role == TermRole::kSide || pieces_[i].role == TermRole::kPosition;
      const bool adjacent = i + 1 < pieces_.size() && pieces_[i + 1].is_anatomy();
      if (head == kNone || (!adjacent && (!dangling || pieces_[i + 1].kind == PieceKind::kComma))) head = i;
      head_[i] = head;
    }
  }

  void anatomy(std::size_t i) {
    if (head_[i] != i) {
      relate(RelationType::kModify, i, head_[i]);
      return;
    }
    const bool of_next = i + 1 < pieces_.size() && pieces_[i + 1].is_thing();
    if (after_preposition_ && !of_next) {
      for (const std::size_t waiting : waiting_) relate(RelationType::kLocatedAt, waiting, i);
    } else if (!copula_ && !after_preposition_) {
      subjects_.push_back(i);
    }
    last_anatomy_ = i;
  }

  void thing(std::size_t i) {
    if (i > 0 && pieces_[i - 1].is_thing() && pieces_[i - 1].last + 1 == pieces_[i].first) {
      relate(RelationType::kModify, i - 1, i);
    }
    const bool joined = i > 0 && pieces_[i - 1].is_anatomy();
    if (last_anatomy_ != kNone && (joined || (!after_preposition_ && near_before(i)))) {
      relate(RelationType::kLocatedAt, i, last_anatomy_);
    }
    if (after_preposition_) waiting_.clear();
    after_preposition_ = false;
    if (waiting_.size() == kMaxRelations) waiting_.clear();
    waiting_.push_back(i);
    last_thing_ = i;
    if (suggesting_ != kNone) relate(RelationType::kSuggestiveOf, suggesting_, i);
  }

  // Only descriptors stand between the thing at i and the anatomy before it.
  bool near_before(std::size_t i) const {
    std::size_t j = i;
    for (std::size_t steps = 0; j > last_anatomy_ + 1 && steps < 6; ++steps) {
      const Piece& piece = pieces_[--j];
      const bool named_before = piece.is_thing() || joins(j);
      if (!piece.is_descriptor() && !named_before) return false;
    }
    return j == last_anatomy_ + 1;
  }

  void descriptor(std::size_t i) {
    const bool next_adjacent = i + 1 < pieces_.size() && pieces_[i + 1].is_descriptor() &&
                               pieces_[i].last + 1 == pieces_[i + 1].first;
    if (pieces_[i].role == TermRole::kSeverity && next_adjacent &&
        (pieces_[i + 1].role == TermRole::kState || pieces_[i + 1].role == TermRole::kNormal)) {
      relate(RelationType::kModify, i, i + 1);
      return;
    }
    if (thing_ahead_[i] != kNone && !said_of_subject(i)) {
      relate(RelationType::kModify, i, thing_ahead_[i]);
      return;
    }
    const bool of_anatomy =
        pieces_[i].role == TermRole::kState || pieces_[i].role == TermRole::kNormal || last_thing_ == kNone;
    if (of_anatomy && !copula_ && anatomy_ahead(i) != kNone) {
      for (std::size_t at = anatomy_ahead(i); at != kNone; at = coordinated_after(at))
        relate(RelationType::kLocatedAt, i, at);
      return;
    }
    if (last_thing_ != kNone && (subjects_.empty() || last_thing_ > subjects_.back())) {
      relate(RelationType::kModify, i, last_thing_);
    } else if (of_anatomy && !subjects_.empty()) {
      const std::size_t start = subjects_.size() > 12 ? subjects_.size() - 12 : 0;
      for (std::size_t s = start; s < subjects_.size(); ++s)
        relate(RelationType::kLocatedAt, i, subjects_[s]);
    } else if (last_thing_ != kNone) {
      relate(RelationType::kModify, i, last_thing_);
    } else if (last_anatomy_ != kNone) {
      relate(RelationType::kLocatedAt, i, last_anatomy_);
    }
  }

  // "The effusion is small, pneumothorax is …": a descriptor after "is" that a joint or the end follows.
  bool said_of_subject(std::size_t i) const {
    return copula_ && (last_thing_ != kNone || !subjects_.empty()) &&
           (i + 1 == pieces_.size() || joins(i + 1));
  }

  // The head of the anatomy group that follows directly, or after other descriptors.
  std::size_t anatomy_ahead(std::size_t i) const {
    std::size_t j = i + 1;
    while (j < pieces_.size() && j < i + 6 &&
           (pieces_[j].is_descriptor() || pieces_[j].is_cue(TermRole::kAnd)))
      ++j;
    return j < pieces_.size() && pieces_[j].is_anatomy() ? head_[j] : kNone;
  }

  // The head of the next group of a list that starts at the head `at`, at most eight groups on.
  std::size_t coordinated_after(std::size_t at) const {
    std::size_t j = at + 1;
    while (j < at + 3 && joins(j)) ++j;
    const bool list = j > at + 1 && j < pieces_.size() && pieces_[j].is_anatomy();
    return list ? head_[j] : kNone;
  }

  void link_word(std::size_t i) {
    const Piece& piece = pieces_[i];
    if (piece.is_cue(TermRole::kPreposition)) {
      after_preposition_ = !waiting_.empty();
    } else if (piece.is_cue(TermRole::kCopula)) {
      copula_ = true;
      after_preposition_ = false;
    } else if (piece.is_cue(TermRole::kSuggests) || piece.is_cue(TermRole::kSupports)) {
      suggesting_ = last_thing_;
      waiting_.clear();
    } else if (piece.opens_clause || piece.is_cue(TermRole::kSoftBreak) || denies_thing(i)) {
      waiting_.clear();
      after_preposition_ = false;
      if (piece.word == "which") return;  // goes on about the same thing
      suggesting_ = last_thing_ = last_anatomy_ = kNone;
      subjects_.clear();
      copula_ = false;
    } else if (piece.kind == PieceKind::kComma) {
      after_preposition_ = false;
    }
  }

  // "no effusion" starts afresh; "is not enlarged" goes on about the subject.
  bool denies_thing(std::size_t i) const {
    return pieces_[i].is_cue(TermRole::kNegationBefore) &&
           !(i > 0 && pieces_[i - 1].is_cue(TermRole::kCopula));
  }

  const Pieces& pieces_;
  RadGraph& graph_;
  std::vector<std::size_t> head_;         // of each anatomy piece, the piece that heads its group
  std::vector<std::size_t> thing_ahead_;  // the thing whose noun phrase a piece stands in, or kNone
  std::vector<std::size_t> waiting_;      // things that the next "in the …" places
  std::vector<std::size_t> subjects_;     // anatomy groups before the "is"
  std::size_t last_thing_ = kNone;
  std::size_t last_anatomy_ = kNone;
  std::size_t suggesting_ = kNone;
  bool after_preposition_ = false;
  bool copula_ = false;
};

}  // namespace

void add_relations(const Pieces& pieces, RadGraph& graph) { Linker(pieces, graph).run(); }

}  // namespace hilum::nlp
