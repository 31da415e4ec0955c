#include "nlp/labels/labels.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/files/file.h"
#include "core/text/text.h"

namespace hilum::nlp {
namespace {

constexpr std::size_t kNone = LabelEvidence::npos;
constexpr std::size_t kMaxTableBytes = 4u << 20;

Result<Json> read_table(const std::string& name) {
  HILUM_ASSIGN(const std::string path, find_data("configs/labels/" + name + ".json"));
  HILUM_ASSIGN(Json table, read_json_file(path, kMaxTableBytes));
  if (!table.is_object()) return Status(ErrorCode::kConfig, path + ": should be an object");
  return table;
}

Result<Json> member(const Json& table, const char* key, Json::value_t type) {
  const auto it = table.find(key);
  if (it == table.end() || it->type() != type) {
    return Status(ErrorCode::kConfig, std::string("'") + key + "' is missing or of the wrong type");
  }
  return *it;
}

}  // namespace

// What one report needs while it is read; reused from sentence to sentence so that labelling allocates
// little.
struct Labeler::Scratch {
  SplitText split;
  const Sentence* sentence = nullptr;
  Words words;
  std::vector<PhraseMatch> matches;
  std::vector<Cue> cues;
  std::vector<Mention> findings;
  struct Found {
    Mention mention;
    std::size_t entry;
  };
  std::vector<Found> found;
  SentenceCues sentence_cues;
};

Result<UncertainPolicy> uncertain_policy_from_name(std::string_view name) {
  if (name == "keep") return UncertainPolicy::kKeep;
  if (name == "positive") return UncertainPolicy::kPositive;
  if (name == "negative") return UncertainPolicy::kNegative;
  if (name == "ignore") return UncertainPolicy::kIgnore;
  return Status(ErrorCode::kUsage,
                "no policy '" + std::string(name) + "'; there are keep, positive, negative, ignore");
}

Assertion apply_policy(Assertion label, UncertainPolicy policy) {
  if (label != Assertion::kUncertain) return label;
  switch (policy) {
    case UncertainPolicy::kPositive:
      return Assertion::kPositive;
    case UncertainPolicy::kNegative:
      return Assertion::kNegative;
    case UncertainPolicy::kIgnore:
      return Assertion::kUnmentioned;
    case UncertainPolicy::kKeep:
      break;
  }
  return label;
}

Result<Labeler> Labeler::load(const std::string& scheme) {
  if (scheme != "chexpert14" && scheme != "nih14") {
    return Status(ErrorCode::kUsage, "no labelling scheme '" + scheme + "'; there are chexpert14 and nih14");
  }
  HILUM_ASSIGN(const Json assertion, read_table("assertion"));
  HILUM_ASSIGN(const Json concept_table, read_table("concepts"));
  HILUM_ASSIGN(const Json table, read_table(scheme));
  Labeler labeler;
  const auto fill = [&]() -> Status {
    HILUM_RETURN_IF_ERROR(AssertionRules::add_to(assertion, labeler.matcher_, 0));
    HILUM_ASSIGN(const Json concepts, member(concept_table, "concepts", Json::value_t::object));
    HILUM_ASSIGN(const Json labels, member(table, "labels", Json::value_t::array));
    HILUM_ASSIGN(const Json no_finding, member(table, "no_finding", Json::value_t::string));
    HILUM_ASSIGN(const Json implied, member(table, "implied_uncertain", Json::value_t::array));
    HILUM_ASSIGN(const Json other, member(table, "other", Json::value_t::array));
    HILUM_ASSIGN(const Json alternatives, member(table, "alternatives", Json::value_t::string));
    HILUM_ASSIGN(const Json borderline, member(table, "borderline", Json::value_t::string));
    labeler.options_ = {alternatives == "uncertain", borderline == "uncertain"};
    labeler.labels_.push_back(no_finding.get<std::string>());
    labeler.is_normal_.push_back(true);
    for (const Json& label : labels) {
      HILUM_ASSIGN(const Json name, member(label, "name", Json::value_t::string));
      labeler.labels_.push_back(name.get<std::string>());
      labeler.is_normal_.push_back(label.value("normal", false));
    }
    for (std::size_t i = 0; i < labels.size(); ++i) {
      HILUM_ASSIGN(const Json names, member(labels[i], "concepts", Json::value_t::array));
      HILUM_RETURN_IF_ERROR(labeler.add_concepts(concepts, names, i + 1, implied));
    }
    return labeler.add_concepts(concepts, other, kNone, implied);
  };
  const Status filled = fill();
  if (!filled.is_ok()) return filled.at("configs/labels, scheme " + scheme);
  return labeler;
}

Status Labeler::add_concepts(const Json& concepts, const Json& names, std::size_t label,
                             const Json& implied) {
  constexpr std::pair<const char*, Entry::Kind> kParts[] = {{"finding", Entry::Kind::kFinding},
                                                            {"structure", Entry::Kind::kStructure},
                                                            {"weak", Entry::Kind::kWeak},
                                                            {"not", Entry::Kind::kNot}};
  for (const Json& name : names) {
    if (!name.is_string() || !concepts.contains(name.get<std::string>())) {
      return {ErrorCode::kConfig, "no concept " + name.dump()};
    }
    Entry entry;
    entry.label = label;
    entry.implied_uncertain = kNone;
    for (const Json& rule : implied) {
      if (!rule.is_object() || rule.value("concept", Json()) != name) continue;
      const auto target = std::find(labels_.begin(), labels_.end(), rule.value("label", std::string()));
      if (target == labels_.end()) return {ErrorCode::kConfig, "'implied_uncertain' names no label"};
      entry.implied_uncertain = static_cast<std::size_t>(target - labels_.begin());
    }
    for (const auto& [part, kind] : kParts) {
      entry.kind = kind;
      const Json& words = concepts[name.get<std::string>()];
      if (words.contains(part)) HILUM_RETURN_IF_ERROR(add_phrases(words[part], entry));
    }
  }
  return Status::ok();
}

Status Labeler::add_phrases(const Json& list, const Entry& entry) {
  const auto id = static_cast<std::uint32_t>(kCueKinds + entries_.size());
  entries_.push_back(entry);
  if (!list.is_array()) return {ErrorCode::kConfig, "a concept's phrases should be a list"};
  for (const Json& phrase : list) {
    if (!phrase.is_string()) return {ErrorCode::kConfig, "a phrase should be text and is " + phrase.dump()};
    HILUM_RETURN_IF_ERROR(matcher_.add(phrase.get_ref<const std::string&>(), id));
  }
  return Status::ok();
}

void Labeler::label_sentence(std::string_view report, Scratch& s,
                             std::vector<LabelEvidence>& evidence) const {
  matcher_.read(report, s.split, *s.sentence, s.words);
  s.matches.clear();
  s.cues.clear();
  s.findings.clear();
  s.found.clear();
  matcher_.find(s.words, s.matches);
  for (const PhraseMatch& match : s.matches) {
    if (match.id < kCueKinds) {
      s.cues.push_back({static_cast<CueKind>(match.id), match.first, match.last});
    } else {
      s.found.push_back({{match.first, match.last}, match.id - kCueKinds});
    }
  }
  // Most sentences name nothing of the scheme; cues alone decide nothing.
  if (s.found.empty()) return;
  // Of one label the leftmost and longest mention counts; a `not` phrase takes all of its label that it
  // touches.
  const auto by_label = [&](const Scratch::Found& a, const Scratch::Found& b) {
    const Entry& left = entries_[a.entry];
    const Entry& right = entries_[b.entry];
    if (left.label != right.label) return left.label < right.label;
    const bool left_not = left.kind == Entry::Kind::kNot;
    const bool right_not = right.kind == Entry::Kind::kNot;
    if (left_not != right_not) return left_not;
    if (a.mention.first != b.mention.first) return a.mention.first < b.mention.first;
    if (a.mention.last != b.mention.last) return a.mention.last > b.mention.last;
    return left.kind < right.kind;
  };
  std::sort(s.found.begin(), s.found.end(), by_label);
  std::vector<Scratch::Found> kept;
  std::vector<bool> taken;
  for (std::size_t i = 0; i < s.found.size(); ++i) {
    const Scratch::Found& found = s.found[i];
    if (i == 0 || entries_[found.entry].label != entries_[s.found[i - 1].entry].label) {
      taken.assign(s.words.size(), false);
    }
    const auto begin = taken.begin() + static_cast<std::ptrdiff_t>(found.mention.first);
    const auto end = taken.begin() + static_cast<std::ptrdiff_t>(found.mention.last) + 1;
    const bool is_not = entries_[found.entry].kind == Entry::Kind::kNot;
    if (!is_not && std::find(begin, end, true) != end) continue;
    std::fill(begin, end, true);
    if (!is_not) kept.push_back(found);
  }
  // From label order back to reading order: cues reach along the sentence.
  std::sort(kept.begin(), kept.end(),
            [](const auto& a, const auto& b) { return a.mention.first < b.mention.first; });
  for (const Scratch::Found& found : kept) {
    if (entries_[found.entry].kind == Entry::Kind::kFinding) s.findings.push_back(found.mention);
  }
  s.sentence_cues.set(s.words, s.cues, s.findings);
  const auto bytes = [&](std::size_t first, std::size_t last) {
    return std::pair(s.split.tokens[s.words.tokens[first]].begin, s.split.tokens[s.words.tokens[last]].end);
  };
  for (const Scratch::Found& found : kept) {
    const Entry& entry = entries_[found.entry];
    const Judgement judgement =
        entry.kind == Entry::Kind::kFinding
            ? s.sentence_cues.judge_finding(found.mention, options_)
            : s.sentence_cues.judge_structure(found.mention, entry.kind == Entry::Kind::kWeak, options_);
    LabelEvidence item;
    item.label = entry.label;
    item.assertion = judgement.assertion;
    item.rule = judgement.rule;
    std::tie(item.begin, item.end) = bytes(found.mention.first, found.mention.last);
    if (judgement.cue)
      std::tie(item.cue_begin, item.cue_end) = bytes(judgement.cue->first, judgement.cue->last);
    evidence.push_back(item);
    // CheXpert's rule: a consolidation, say, leaves pneumonia possible.
    if (entry.implied_uncertain != kNone && judgement.assertion >= Assertion::kUncertain) {
      item.label = entry.implied_uncertain;
      item.assertion = Assertion::kUncertain;
      item.rule = "implied by another finding";
      evidence.push_back(item);
    }
  }
}

void Labeler::aggregate(ReportLabels& result) const {
  bool anything = false;
  for (const LabelEvidence& item : result.evidence) {
    // The assertions are ordered: unmentioned < negative < uncertain < positive, so a report's label is the
    // greatest.
    const bool counts = item.assertion >= Assertion::kUncertain;
    if (item.label == kNone) {
      anything = anything || counts;
      continue;
    }
    anything = anything || (counts && !is_normal_[item.label]);
    result.labels[item.label] = std::max(result.labels[item.label], item.assertion);
  }
  if (!anything) result.labels[0] = Assertion::kPositive;
}

ReportLabels Labeler::label(std::string_view report, UncertainPolicy policy) const {
  ReportLabels result;
  result.labels.assign(labels_.size(), Assertion::kUnmentioned);
  Scratch scratch;
  scratch.split = split_sentences(report);
  if (scratch.split.tokens.empty()) return result;
  for (const Sentence& sentence : scratch.split.sentences) {
    scratch.sentence = &sentence;
    label_sentence(report, scratch, result.evidence);
  }
  aggregate(result);
  for (Assertion& label : result.labels) label = apply_policy(label, policy);
  return result;
}

}  // namespace hilum::nlp
