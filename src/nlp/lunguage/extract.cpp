#include <algorithm>
#include <map>

#include "core/text/text.h"
#include "nlp/lunguage/lunguage.h"

namespace hilum::nlp {
namespace {

// The relation a describing word fills.
const char* relation_of(TermRole role, bool device) {
  switch (role) {
    case TermRole::kSeverity:
      return "severity";
    case TermRole::kMeasurement:
      return "measurement";
    case TermRole::kDistribution:
      return "distribution";
    case TermRole::kOnset:
      return "onset";
    case TermRole::kNoChange:
      return "no change";
    case TermRole::kImproved:
    case TermRole::kResolved:
      return "improved";
    case TermRole::kWorsened:
      return "worsened";
    case TermRole::kPastHx:
      return "past hx";
    case TermRole::kPlacement:
      return device ? "placement" : "morphology";
    default:
      return "morphology";
  }
}

const char* category_of(TermRole role) {
  if (role == TermRole::kContextual) return "cf";
  if (role == TermRole::kDevice || role == TermRole::kProcedure) return "oth";
  return "pf";
}

class Structurer {
 public:
  Structurer(const ExtractedReport& extracted, std::string_view text)
      : in_(extracted), graph_(extracted.graph) {
    for (const ByteRange& range : extracted.sentences) {
      out_.sentences.emplace_back(collapse_spaces(text.substr(range.begin, range.end - range.begin)));
    }
    modifiers_.resize(graph_.entities.size());
    for (std::size_t i = 0; i < graph_.entities.size(); ++i) {
      for (const GraphRelation& relation : graph_.entities[i].relations) {
        if (relation.type == RelationType::kModify) modifiers_[relation.target].push_back(i);
      }
    }
  }

  LunguageReport run(const std::vector<Qualifier>& qualifiers) {
    for (const Qualifier& qualifier : qualifiers) {
      if (qualifier.relation == "comparison") comparisons_.push_back(qualifier.bytes);
    }
    for (std::size_t i = 0; i < graph_.entities.size(); ++i) {
      if (is_thing(in_.roles[i]) && !names_part(i)) add_thing(i);
    }
    for (std::size_t i = 0; i < graph_.entities.size(); ++i) {
      if (!is_anatomy(in_.roles[i]) && !is_thing(in_.roles[i]) && !compares(i)) add_state(i);
    }
    qualify(qualifiers);  // before ent_idx is ranked: it is the place in the graph still
    std::stable_sort(order_.begin(), order_.end());
    for (std::size_t i = 0; i < out_.entities.size(); ++i) {
      out_.entities[i].ent_idx = rank(out_.entities[i].ent_idx);
      by_index_.emplace(out_.entities[i].ent_idx, i);
    }
    for (const auto& [from, to] : suggestions_) link(from, to);
    std::stable_sort(out_.entities.begin(), out_.entities.end(),
                     [](const LunguageEntity& a, const LunguageEntity& b) { return a.ent_idx < b.ent_idx; });
    return std::move(out_);
  }

 private:
  std::string word(std::size_t i) const { return to_lower(entity_text(graph_, graph_.entities[i])); }

  // True for a thing that only qualifies the next one ("wire" of "wire tip").
  bool names_part(std::size_t i) const {
    return std::any_of(graph_.entities[i].relations.begin(), graph_.entities[i].relations.end(),
                       [&](const GraphRelation& r) {
                         return r.type == RelationType::kModify && is_thing(in_.roles[r.target]);
                       });
  }

  // True for a word of a comparison ("greater" of "right greater than left"), which describes nothing else.
  bool compares(std::size_t i) const {
    const std::size_t begin = in_.token_bytes[graph_.entities[i].first].begin;
    const auto behind =
        std::upper_bound(comparisons_.begin(), comparisons_.end(), begin,
                         [](std::size_t at, const ByteRange& range) { return at < range.begin; });
    return behind != comparisons_.begin() && begin < std::prev(behind)->end;
  }

  // An anatomy entity with the words that modify it, in order of the text.
  std::string place(std::size_t head) const {
    std::vector<std::size_t> parts{head};
    for (const std::size_t modifier : modifiers_[head]) {
      if (is_anatomy(in_.roles[modifier])) parts.push_back(modifier);
    }
    std::sort(parts.begin(), parts.end());
    std::vector<std::string> words;
    for (const std::size_t part : parts) words.push_back(word(part));
    return join(words, " ");
  }

  LunguageEntity& add(std::size_t i, std::string name, TermRole role) {
    LunguageEntity& entity = out_.entities.emplace_back();
    entity.name = std::move(name);
    entity.sent_idx = static_cast<int>(in_.sentence_of[i]) + 1;
    entity.ent_idx = static_cast<int>(i) + 1;  // ranked at the end
    order_.push_back(entity.ent_idx);
    entity.category = category_of(role);
    const EntityAssertion assertion = graph_.entities[i].assertion;
    entity.status = assertion == EntityAssertion::kAbsent ? "negative" : "positive";
    entity.certainty = assertion == EntityAssertion::kUncertain ? "tentative" : "definitive";
    return entity;
  }

  void add_place(LunguageEntity& entity, const std::string& place) {
    entity.attributes.push_back({"location", place, std::nullopt});
    note_side(entity, place);
  }

  static void note_side(LunguageEntity& entity, const std::string& text) {
    bool left = entity.laterality == "left" || entity.laterality == "bilateral";
    bool right = entity.laterality == "right" || entity.laterality == "bilateral";
    for (const std::string& part : split_words(text)) {
      const bool both = starts_with(part, "bilateral") || starts_with(part, "bibas") || part == "biapical" ||
                        part == "bihilar";
      left = left || both || starts_with(part, "left");
      right = right || both || starts_with(part, "right");
    }
    entity.laterality = left && right ? "bilateral" : left ? "left" : right ? "right" : "";
  }

  void describe(LunguageEntity& entity, std::size_t modifier, bool device) {
    std::string value = word(modifier);
    for (const std::size_t degree : modifiers_[modifier]) value = word(degree) + " " + value;
    entity.attributes.push_back({relation_of(in_.roles[modifier], device), std::move(value), std::nullopt});
  }

  void add_thing(std::size_t i) {
    std::string name = word(i);
    const bool device = in_.roles[i] == TermRole::kDevice;
    std::vector<std::size_t> descriptors;
    for (const std::size_t modifier : modifiers_[i]) {
      if (is_thing(in_.roles[modifier])) {
        name = word(modifier) + " " + name;
      } else if (!is_anatomy(in_.roles[modifier]) && !compares(modifier)) {
        descriptors.push_back(modifier);
      }
    }
    LunguageEntity& entity = add(i, std::move(name), in_.roles[i]);
    for (const GraphRelation& relation : graph_.entities[i].relations) {
      if (relation.type == RelationType::kLocatedAt) add_place(entity, place(relation.target));
      if (relation.type == RelationType::kSuggestiveOf) suggestions_.emplace_back(i, relation.target);
    }
    for (const std::size_t modifier : descriptors) describe(entity, modifier, device);
  }

  // "The heart is enlarged", "lungs clear": the entity is the structure, the word its morphology. A
  // descriptor that belongs to nothing is an entity of its own, so that none is lost.
  void add_state(std::size_t i) {
    bool used = false;
    for (const GraphRelation& relation : graph_.entities[i].relations) {
      if (relation.type == RelationType::kModify) used = true;
      if (relation.type != RelationType::kLocatedAt) continue;
      LunguageEntity& entity = add(i, place(relation.target), TermRole::kPerceptual);
      note_side(entity, entity.name);
      describe(entity, i, false);
      used = true;
    }
    if (!used) add(i, word(i), TermRole::kPerceptual);
  }

  // Gives each qualifier to the nearest entity of its sentence; of two as near the earlier. What a qualifier
  // itself names ("obscured by the pacemaker") does not count.
  void qualify(const std::vector<Qualifier>& qualifiers) {
    struct Place {
      ByteRange bytes;
      std::size_t entity;
    };
    std::vector<Place> places;
    for (std::size_t i = 0; i < out_.entities.size(); ++i) {
      const GraphEntity& named = graph_.entities[static_cast<std::size_t>(out_.entities[i].ent_idx) - 1];
      places.push_back({{in_.token_bytes[named.first].begin, in_.token_bytes[named.last].end}, i});
    }
    std::stable_sort(places.begin(), places.end(),
                     [](const Place& a, const Place& b) { return a.bytes.begin < b.bytes.begin; });
    const auto before = [](const Place& place, std::size_t byte) { return place.bytes.begin < byte; };
    for (const Qualifier& qualifier : qualifiers) {
      const auto inside = std::lower_bound(places.begin(), places.end(), qualifier.bytes.begin, before);
      const auto next = std::lower_bound(inside, places.end(), qualifier.bytes.end, before);
      const bool has_last =
          inside != places.begin() && std::prev(inside)->bytes.begin >= qualifier.sentence.begin;
      const bool has_next = next != places.end() && next->bytes.end <= qualifier.sentence.end;
      if (!has_last && !has_next) continue;
      const bool take_last =
          has_last && (!has_next || qualifier.bytes.begin - std::prev(inside)->bytes.begin <=
                                        next->bytes.begin - qualifier.bytes.begin);
      out_.entities[(take_last ? *std::prev(inside) : *next).entity].attributes.push_back(
          {std::string(qualifier.relation), qualifier.value, std::nullopt});
    }
  }

  int rank(int raw) {
    // Several structures may share one word ("heart and lungs are normal"): each takes the next rank.
    const auto first = std::lower_bound(order_.begin(), order_.end(), raw) - order_.begin();
    return static_cast<int>(first) + 1 + taken_[raw]++;
  }

  LunguageEntity* of_graph(std::size_t i) {
    const int index =
        static_cast<int>(std::lower_bound(order_.begin(), order_.end(), static_cast<int>(i) + 1) -
                         order_.begin()) +
        1;
    const auto found = by_index_.find(index);
    return found == by_index_.end() ? nullptr : &out_.entities[found->second];
  }

  // finding -> diagnosis: associate; diagnosis -> finding: evidence.
  void link(std::size_t finding, std::size_t diagnosis) {
    if (names_part(diagnosis)) return;
    LunguageEntity* from = of_graph(finding);
    LunguageEntity* to = of_graph(diagnosis);
    if (from == nullptr || to == nullptr) return;
    from->attributes.push_back({"associate", to->name, to->ent_idx});
    to->attributes.push_back({"evidence", from->name, from->ent_idx});
  }

  const ExtractedReport& in_;
  const RadGraph& graph_;
  LunguageReport out_;
  std::vector<ByteRange> comparisons_;               // in order of the text
  std::vector<std::vector<std::size_t>> modifiers_;  // of each entity, what modifies it
  std::vector<int> order_;                           // raw indices, sorted at the end
  std::map<int, int> taken_;
  std::map<int, std::size_t> by_index_;  // ent_idx -> place in out_.entities
  std::vector<std::pair<std::size_t, std::size_t>> suggestions_;
};

}  // namespace

LunguageReport lunguage_report(const ExtractedReport& extracted, std::string_view text,
                               const QualifierFinder& qualifiers) {
  return Structurer(extracted, text).run(qualifiers.find(text));
}

}  // namespace hilum::nlp
