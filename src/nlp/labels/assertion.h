// Present, absent or uncertain: which words of a sentence decide about a finding in it (docs/labels.md has
// the rules). Works on words and clauses, without a parser. Immutable once loaded; safe from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hilum/json.h"
#include "hilum/status.h"

#include "nlp/words/phrases.h"

namespace hilum::nlp {

enum class Assertion { kUnmentioned, kNegative, kUncertain, kPositive };

std::string_view assertion_name(Assertion assertion);  // "positive", …

enum class CueKind : std::uint8_t {
  kTerminate,
  kAnd,
  kOr,
  kComma,
  kWith,
  kLink,
  kBe,
  kVerb,
  kSeen,
  kSize,
  kSubject,  // grammar
  kNegateBefore,
  kNegatePseudo,
  kNegateAfter,
  kUncertainOverNegationBefore,
  kUncertainOverNegationAfter,
  kUncertainBefore,
  kUncertainAfter,
  kHistory,  // about a finding
  kNormal,
  kAbnormal,
  kBorderline,
  kUpperLimit,
  kStable,
  kObscured,  // the state of an organ
};
inline constexpr std::size_t kCueKinds = 25;

struct Cue {
  CueKind kind{};
  std::size_t first = 0;  // words, inclusive
  std::size_t last = 0;
};

// A finding or organ in a sentence, by words.
struct Mention {
  std::size_t first = 0;
  std::size_t last = 0;
};

struct Judgement {
  Assertion assertion = Assertion::kPositive;
  std::string_view rule;   // static name: "negated before", …
  std::optional<Cue> cue;  // the words that decided
};

// What can differ from one labelling scheme to the next.
struct AssertionOptions {
  bool alternatives_are_uncertain = true;  // "A or B", "A versus B"
  bool borderline_is_uncertain = true;     // a borderline organ: else positive
};

// The cues of one sentence, ready to judge the mentions in it.
class SentenceCues {
 public:
  // `cues` in any order and overlapping; the longest of a group counts. `findings` in order of first word.
  void set(const Words& words, const std::vector<Cue>& cues, const std::vector<Mention>& findings);

  Judgement judge_finding(const Mention& mention, const AssertionOptions& options) const;
  // `weak`: "stable" or "obscured" alone says nothing about this organ. Unmentioned when no word tells its
  // state.
  Judgement judge_structure(const Mention& mention, bool weak, const AssertionOptions& options) const;

 private:
  struct Reach {
    bool reaches = false;
    bool run_on = false;
  };
  void add_group(const std::vector<Cue>& sorted, std::uint32_t kinds);
  void find_clauses();
  bool starts_clause(std::size_t first, std::size_t end, bool needs_subject) const;
  bool has(std::size_t first, std::size_t end, std::uint32_t kinds) const;
  const Cue* cue_at(std::size_t word, std::uint32_t kinds) const;
  bool finding_in(std::size_t first, std::size_t end) const;
  Reach reach_forward(const Cue& cue, const Mention& mention) const;
  bool reach_backward(const Cue& cue, const Mention& mention) const;
  const Cue* nearest_before(const Mention& mention, std::uint32_t kinds, bool& run_on) const;
  const Cue* nearest_after(const Mention& mention, std::uint32_t kinds) const;
  bool hedged_after(const Cue& negation, const Mention& mention) const;
  const Cue* alternative(const Mention& mention) const;
  const Cue* state_before(const Mention& mention, bool cross_separators) const;
  const Cue* state_after(const Mention& mention, bool cross_separators) const;
  Judgement state_judgement(const Cue& state, bool weak, const AssertionOptions& options) const;

  std::vector<Cue> cues_;                 // by first word
  std::vector<std::uint32_t> kinds_;      // bits of the kinds of cue that start at a word
  std::vector<std::uint32_t> first_cue_;  // the first of cues_ that starts at a word, where kinds_ is not 0
  std::vector<std::uint32_t> clause_;     // of each word
  std::vector<Mention> findings_;         // by first word
};

class AssertionRules {
 public:
  // Adds the cue phrases of configs/labels/assertion.json to `matcher` with ids from `first_id` on; ids of
  // one kind are first_id + kind. kConfig names what is wrong.
  static Status add_to(const Json& table, PhraseMatcher& matcher, std::uint32_t first_id);
};

}  // namespace hilum::nlp
