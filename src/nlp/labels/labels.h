// Report labels by rules: the 14 CheXpert observations, or the names of ChestX-ray14. No model, no network.
//
// Phrases (configs/labels) find mentions, assertion rules decide each, and the mentions of a label are put
// together: positive beats uncertain beats negative. `No Finding` is positive unless something other than a
// support device is positive or uncertain, else unmentioned; it is never negative. Sources: the stages and
// the aggregation of chexpert-labeler (Stanford) as documented; wording and rules are our own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hilum/status.h"

#include "nlp/labels/assertion.h"

namespace hilum::nlp {

// What to make of uncertain labels.
enum class UncertainPolicy { kKeep, kPositive, kNegative, kIgnore };
Result<UncertainPolicy> uncertain_policy_from_name(
    std::string_view name);  // keep, positive, negative, ignore

// What a policy makes of a label.
Assertion apply_policy(Assertion label, UncertainPolicy policy);

// Why a label came out as it did: one mention.
struct LabelEvidence {
  std::size_t label =
      0;  // index into Labeler::labels(); npos: a finding that has no label but is no "No Finding"
  Assertion assertion = Assertion::kPositive;
  std::size_t begin = 0;  // bytes of the mention in the report
  std::size_t end = 0;
  std::string_view rule;      // static
  std::size_t cue_begin = 0;  // bytes of the words that decided; equal when none did
  std::size_t cue_end = 0;

  static constexpr std::size_t npos = static_cast<std::size_t>(-1);
};

struct ReportLabels {
  std::vector<Assertion> labels;        // one for each of Labeler::labels()
  std::vector<LabelEvidence> evidence;  // in order of the text
};

// Immutable once loaded; safe from any thread.
class Labeler {
 public:
  // `scheme`: "chexpert14" or "nih14", a file configs/labels/<scheme>.json. kUsage for an unknown scheme,
  // kConfig for a bad table.
  static Result<Labeler> load(const std::string& scheme);

  const std::vector<std::string>& labels() const { return labels_; }  // "No Finding" first

  // Linear in the report's length; never fails. An empty report has no finding and says nothing: all
  // unmentioned.
  ReportLabels label(std::string_view report, UncertainPolicy policy = UncertainPolicy::kKeep) const;

 private:
  struct Entry {  // what a phrase id means
    enum class Kind : std::uint8_t { kFinding, kStructure, kWeak, kNot } kind = Kind::kFinding;
    std::size_t label = 0;              // npos: other
    std::size_t implied_uncertain = 0;  // label this makes uncertain; npos: none
  };
  struct Scratch;
  Status add_concepts(const Json& concepts, const Json& names, std::size_t label, const Json& implied);
  Status add_phrases(const Json& list, const Entry& entry);
  void label_sentence(std::string_view report, Scratch& scratch, std::vector<LabelEvidence>& evidence) const;
  void aggregate(ReportLabels& result) const;

  std::vector<std::string> labels_;
  std::vector<bool> is_normal_;  // labels that leave "No Finding" alone
  std::vector<Entry> entries_;   // by phrase id - kCueKinds
  PhraseMatcher matcher_;
  AssertionOptions options_;
};

}  // namespace hilum::nlp
