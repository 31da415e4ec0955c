#include "eval/clinical/chexpert.h"

#include <algorithm>

#include "eval/clinical/label_source.h"

namespace hilum::eval {
namespace {

// Statistics of a report: hits, false alarms and misses of each finding, then the example-based sums of each
// set.
constexpr std::size_t kHits = 0, kAlarms = kFindings, kMisses = 2 * kFindings, kReports = 3 * kFindings;
constexpr std::size_t kSamples14 = kReports + 1,
                      kSampleWidth = 5;  // precision, recall, F1, F1 with empty = 1, all right
constexpr std::size_t kSamples5 = kSamples14 + kSampleWidth, kWidth = kSamples5 + kSampleWidth;

struct Subset {
  const char* name;
  std::vector<std::size_t> findings;
  std::size_t samples;
};

const std::vector<Subset>& subsets() {
  static const std::vector<Subset> list = {
      {"CheXpert-14", {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}, kSamples14},
      {"CheXpert-5", {1, 4, 5, 7, 9}, kSamples5}};
  return list;
}

double ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }

struct Score {
  double precision = 0, recall = 0, f1 = 0;
};

Score score(double hits, double alarms, double misses) {
  Score out;
  out.precision = ratio(hits, hits + alarms);
  out.recall = ratio(hits, hits + misses);
  out.f1 = ratio(2 * hits, 2 * hits + alarms + misses);
  return out;
}

Score of_finding(const double* sums, std::size_t finding) {
  return score(sums[kHits + finding], sums[kAlarms + finding], sums[kMisses + finding]);
}

Score micro(const double* sums, const Subset& subset) {
  double hits = 0, alarms = 0, misses = 0;
  for (const std::size_t f : subset.findings) {
    hits += sums[kHits + f];
    alarms += sums[kAlarms + f];
    misses += sums[kMisses + f];
  }
  return score(hits, alarms, misses);
}

Score averaged(const double* sums, const Subset& subset, bool by_support) {
  Score out;
  double total = 0;
  for (const std::size_t f : subset.findings) {
    const double weight = by_support ? sums[kHits + f] + sums[kMisses + f] : 1;
    const Score one = of_finding(sums, f);
    out.precision += weight * one.precision;
    out.recall += weight * one.recall;
    out.f1 += weight * one.f1;
    total += weight;
  }
  return {ratio(out.precision, total), ratio(out.recall, total), ratio(out.f1, total)};
}

void fill_row(const FindingRow& hypothesis, const FindingRow& reference, FindingPolicy policy, double* row) {
  row[kReports] = 1;
  for (std::size_t f = 0; f < kFindings; ++f) {
    const bool said = counts(hypothesis[f], policy), is = counts(reference[f], policy);
    row[kHits + f] = said && is;
    row[kAlarms + f] = said && !is;
    row[kMisses + f] = !said && is;
  }
  for (const Subset& subset : subsets()) {
    double hits = 0, alarms = 0, misses = 0;
    for (const std::size_t f : subset.findings) {
      hits += row[kHits + f];
      alarms += row[kAlarms + f];
      misses += row[kMisses + f];
    }
    const Score one = score(hits, alarms, misses);
    double* sample = row + subset.samples;
    sample[0] = one.precision;
    sample[1] = one.recall;
    sample[2] = one.f1;
    sample[3] = hits + alarms + misses == 0 ? 1 : one.f1;
    sample[4] = alarms + misses == 0 ? 1 : 0;
  }
}

}  // namespace

Result<FindingPolicy> finding_policy_from_name(std::string_view name) {
  for (const FindingPolicy policy :
       {FindingPolicy::kUncertainPositive, FindingPolicy::kUncertainNegative, FindingPolicy::kMention,
        FindingPolicy::kNegation, FindingPolicy::kUncertainty}) {
    if (finding_policy_name(policy) == name) return policy;
  }
  return Status(ErrorCode::kUsage,
                "no label policy '" + std::string(name) +
                    "'; there is uncertain-positive, uncertain-negative, mention, negation, uncertainty");
}

std::string_view finding_policy_name(FindingPolicy policy) {
  switch (policy) {
    case FindingPolicy::kUncertainPositive:
      return "uncertain-positive";
    case FindingPolicy::kUncertainNegative:
      return "uncertain-negative";
    case FindingPolicy::kMention:
      return "mention";
    case FindingPolicy::kNegation:
      return "negation";
    case FindingPolicy::kUncertainty:
      return "uncertainty";
  }
  return "";
}

bool counts(Finding finding, FindingPolicy policy) {
  switch (policy) {
    case FindingPolicy::kUncertainPositive:
      return finding == Finding::kPositive || finding == Finding::kUncertain;
    case FindingPolicy::kUncertainNegative:
      return finding == Finding::kPositive;
    case FindingPolicy::kMention:
      return finding != Finding::kBlank;
    case FindingPolicy::kNegation:
      return finding == Finding::kNegative;
    case FindingPolicy::kUncertainty:
      return finding == Finding::kUncertain;
  }
  return false;
}

void add_chexpert(const std::vector<FindingRow>& hypotheses, const std::vector<FindingRow>& references,
                  FindingPolicy policy, std::string_view source, ScoreTable& table) {
  const std::size_t block = table.add_block(kWidth);
  for (std::size_t i = 0; i < hypotheses.size(); ++i)
    fill_row(hypotheses[i], references[i], policy, table.row(block, i));
  const auto add = [&](const std::string& name, bool per_sample, std::function<double(const double*)> value) {
    Metric metric;
    metric.name = name;
    metric.variant = std::string(source);
    metric.policy = std::string(finding_policy_name(policy));
    metric.block = block;
    metric.value = std::move(value);
    metric.per_sample = per_sample;
    table.add_metric(std::move(metric));
  };
  const std::array<std::pair<const char*, double Score::*>, 3> parts = {
      {{"precision", &Score::precision}, {"recall", &Score::recall}, {"F1", &Score::f1}}};
  for (const Subset& subset : subsets()) {
    const std::string base = subset.name;
    for (const auto& [part_name, part_member] : parts) {
      const std::string name = part_name;
      double Score::*const part = part_member;
      add(base + "-micro-" + name, true,
          [subset, part](const double* sums) { return micro(sums, subset).*part; });
      add(base + "-macro-" + name, false,
          [subset, part](const double* sums) { return averaged(sums, subset, false).*part; });
      add(base + "-weighted-" + name, false,
          [subset, part](const double* sums) { return averaged(sums, subset, true).*part; });
      const std::size_t column = subset.samples + (name == "precision" ? 0 : name == "recall" ? 1 : 2);
      add(base + "-example-" + name, true,
          [column](const double* sums) { return ratio(sums[column], sums[kReports]); });
    }
    const std::size_t lenient = subset.samples + 3, right = subset.samples + 4;
    add(base + "-example-F1-empty1", true,
        [lenient](const double* sums) { return ratio(sums[lenient], sums[kReports]); });
    add(base + "-all-right", true,
        [right](const double* sums) { return ratio(sums[right], sums[kReports]); });
  }
  for (std::size_t f = 0; f < kFindings; ++f) {
    Metric metric;
    metric.detail_of = finding_names()[f];
    metric.name = "F1 " + metric.detail_of;
    metric.variant = std::string(source);
    metric.policy = std::string(finding_policy_name(policy));
    metric.block = block;
    metric.value = [f](const double* sums) { return of_finding(sums, f).f1; };
    metric.per_sample = false;
    table.add_metric(std::move(metric));
  }
}

Status add_chexpert(Context& context) {
  HILUM_ASSIGN(const std::shared_ptr<const Labels> labels, labels_of(context));
  context.scores.hypothesis_labels = labels->hypotheses;
  context.scores.reference_labels = labels->references;
  add_chexpert(labels->hypotheses, labels->references, context.preset.labels, labels->source,
               context.table());
  return Status::ok();
}

std::array<Confusion, kFindings> chexpert_confusion(const std::vector<FindingRow>& hypotheses,
                                                    const std::vector<FindingRow>& references) {
  std::array<Confusion, kFindings> out{};
  for (std::size_t i = 0; i < hypotheses.size(); ++i) {
    for (std::size_t f = 0; f < kFindings; ++f) {
      ++out[f][static_cast<std::size_t>(references[i][f])][static_cast<std::size_t>(hypotheses[i][f])];
    }
  }
  return out;
}

}  // namespace hilum::eval

namespace hilum {

const std::array<std::string_view, kFindings>& finding_names() {
  static constexpr std::array<std::string_view, kFindings> kNames = {"Enlarged Cardiomediastinum",
                                                                     "Cardiomegaly",
                                                                     "Lung Opacity",
                                                                     "Lung Lesion",
                                                                     "Edema",
                                                                     "Consolidation",
                                                                     "Pneumonia",
                                                                     "Atelectasis",
                                                                     "Pneumothorax",
                                                                     "Pleural Effusion",
                                                                     "Pleural Other",
                                                                     "Fracture",
                                                                     "Support Devices",
                                                                     "No Finding"};
  return kNames;
}

}  // namespace hilum
