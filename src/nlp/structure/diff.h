// Sentence edits that turn one report into another, aligned by what the sentences state rather than by their
// words.
//
// The kinds follow EditGRPO (2025): a sentence that says the opposite is replaced (conflict), one that says
// something else of the same finding (another side, size or certainty) is replaced (mismatch), one without a
// counterpart is deleted (unsupported), a missed one is added (missing). A sentence that states the same in
// other words is a replacement too (wording), so that all edits together give the second report's sentences
// exactly. Facts are what Labeler finds: finding and assertion. Immutable once loaded; safe from any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hilum/status.h"

#include "nlp/labels/labels.h"

namespace hilum::nlp {

enum class EditOp { kKeep, kReplace, kDelete, kAdd };
enum class EditReason { kSame, kWording, kConflict, kMismatch, kUnsupported, kMissing };

std::string_view edit_op_name(EditOp op);              // "keep", …
std::string_view edit_reason_name(EditReason reason);  // "same", …

struct StatedFact {
  std::string finding;  // a label's name, or the words of a finding without one
  Assertion assertion = Assertion::kPositive;
};

struct SentenceEdit {
  EditOp op = EditOp::kKeep;
  EditReason reason = EditReason::kSame;
  std::optional<std::size_t> from;  // index into ReportDiff::from; missing for an added sentence
  std::optional<std::size_t> to;    // index into ReportDiff::to; missing for a deleted one
};

struct ReportDiff {
  std::vector<std::string> from, to;  // sentences, list numbers left out
  std::vector<SentenceEdit> edits;    // in the order of `to`, deleted sentences where they stood
  std::vector<StatedFact> only_from, only_to;
  std::vector<std::pair<StatedFact, StatedFact>>
      conflicts;  // the same finding, present here and absent there
  bool same_facts() const { return only_from.empty() && only_to.empty() && conflicts.empty(); }
};

class ReportDiffer {
 public:
  static constexpr std::size_t kMaxSentences = 2000;

  // Reads configs/structure/diff.json and the label tables; kConfig names what is wrong.
  static Result<ReportDiffer> load();

  // kTooLarge for a report of more than kMaxSentences.
  Result<ReportDiff> diff(std::string_view from, std::string_view to) const;

 private:
  ReportDiffer(Labeler labeler, std::set<std::string> qualifiers)
      : labeler_(std::move(labeler)), qualifiers_(std::move(qualifiers)) {}
  struct Statement;
  Result<std::vector<Statement>> statements(std::string_view report) const;
  std::vector<StatedFact> facts_of(std::string_view text) const;

  Labeler labeler_;
  std::set<std::string> qualifiers_;  // "left", "small", …
};

}  // namespace hilum::nlp
