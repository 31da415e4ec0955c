#include "eval/model_metrics.h"

#include <algorithm>
#include <array>

#include "core/log.h"
#include "eval/models/bertscore.h"
#include "eval/models/sentence_labels.h"
#include "eval/models/text_models.h"

namespace hilum::eval {
namespace {

constexpr std::size_t kReportsAtOnce = 256;

// Our findings among the labels of a report labeler, and its classes as ours.
class FindingMap {
 public:
  static Result<FindingMap> make(const runtime::ReportLabelSpec& spec, const std::string& bundle) {
    FindingMap map;
    for (std::size_t f = 0; f < kFindings; ++f) {
      const auto found = std::find_if(spec.labels.begin(), spec.labels.end(),
                                      [&](const auto& label) { return label.name == finding_names()[f]; });
      if (found == spec.labels.end()) {
        return Status(ErrorCode::kBundleInvalid, bundle + ": its report_labels have no '" +
                                                     std::string(finding_names()[f]) +
                                                     "', which CheXpert F1 needs");
      }
      map.index_[f] = static_cast<std::size_t>(found - spec.labels.begin());
      for (const std::string& name : found->classes) {
        map.classes_[f].push_back(name == "positive"    ? Finding::kPositive
                                  : name == "negative"  ? Finding::kNegative
                                  : name == "uncertain" ? Finding::kUncertain
                                                        : Finding::kBlank);
      }
    }
    return map;
  }

  FindingRow row(const std::vector<std::size_t>& classes) const {
    FindingRow out{};
    for (std::size_t f = 0; f < kFindings; ++f) out[f] = classes_[f][classes[index_[f]]];
    return out;
  }

 private:
  std::array<std::size_t, kFindings> index_{};
  std::array<std::vector<Finding>, kFindings> classes_;
};

Status add_model_labels(const EvaluationSet& set, const EvaluateOptions& options, SystemScores& scores) {
  const auto& [model, source] = options.models->labeler;
  HILUM_ASSIGN(const FindingMap map, FindingMap::make(model->spec(), source.name));
  std::size_t cut = 0;
  for (std::size_t begin = 0; begin < set.items.size(); begin += kReportsAtOnce) {
    const std::size_t end = std::min(begin + kReportsAtOnce, set.items.size());
    std::vector<std::string> texts;
    for (std::size_t i = begin; i < end; ++i) {
      texts.push_back(set.items[i].hypothesis);
      texts.push_back(set.items[i].references.front());
    }
    HILUM_ASSIGN(const auto labels, model->run_all(texts));
    for (std::size_t i = 0; i < labels.size(); ++i) {
      cut += labels[i].cut ? 1 : 0;
      (i % 2 == 0 ? scores.hypothesis_labels : scores.reference_labels).push_back(map.row(labels[i].classes));
    }
  }
  const std::string cuts = cut_words(cut, model->spec().max_tokens);
  if (cut > 0) {
    scores.notes.push_back("CheXbert labels" + cuts.substr(1));
    log_warn("evaluate: CheXbert labels" + cuts.substr(1) + "; their ends did not count");
  }
  add_chexpert(scores.hypothesis_labels, scores.reference_labels, options.preset.labels,
               "labels by CheXbert (report_labeler of " + source.short_name() + "), first reference" + cuts,
               scores.table);
  return Status::ok();
}

}  // namespace

Status add_model_metrics(const EvaluationSet& set, const EvaluateOptions& options, const ModelChoice& choice,
                         SystemScores& scores) {
  if (choice.chexpert) HILUM_RETURN_IF_ERROR(add_model_labels(set, options, scores));
  if (choice.bertscore) {
    HILUM_RETURN_IF_ERROR(
        add_bertscore(set, options.models->encoder, options.bertscore_idf, scores.notes, scores.table));
  }
  if (choice.srr_bert)
    HILUM_RETURN_IF_ERROR(add_sentence_labels(set, options.models->sentences, options.stored, scores));
  return Status::ok();
}

}  // namespace hilum::eval
