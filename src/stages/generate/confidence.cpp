#include "stages/generate/confidence.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "stages/common/rounded.h"

namespace hilum::stages {
namespace {

bool is_finding(const WrittenPrediction& prediction) { return prediction.kind == "finding"; }

std::string two_digits(double value) {
  char text[16];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}

}  // namespace

double confidence_of(double probability, double threshold) {
  const double room = probability >= threshold ? 1.0 - threshold : threshold;
  return room <= 0.0 ? 1.0 : 0.5 + 0.5 * std::abs(probability - threshold) / room;
}

Result<Confidence> Confidence::make(double below) {
  std::vector<nlp::Labeler> labelers;
  for (const char* scheme : {"chexpert14", "nih14"}) {
    HILUM_ASSIGN(nlp::Labeler labeler, nlp::Labeler::load(scheme));
    labelers.push_back(std::move(labeler));
  }
  return Confidence(below, std::move(labelers));
}

// How sure the predictions are of what the sentence says; empty when it says nothing that was predicted.
std::optional<double> Confidence::of_sentence(const std::string& text,
                                              const std::vector<WrittenPrediction>& predictions) const {
  std::optional<double> lowest;
  for (const nlp::Labeler& labeler : labelers_) {
    const nlp::ReportLabels said = labeler.label(text);
    for (std::size_t i = 0; i < said.labels.size(); ++i) {
      if (said.labels[i] != nlp::Assertion::kPositive && said.labels[i] != nlp::Assertion::kNegative)
        continue;
      for (const WrittenPrediction& prediction : predictions) {
        if (!is_finding(prediction) || prediction.label != labeler.labels()[i]) continue;
        const double sure = confidence_of(prediction.probability, prediction.threshold);
        const bool present = prediction.probability >= prediction.threshold;
        const bool agrees = present == (said.labels[i] == nlp::Assertion::kPositive);
        lowest = std::min(lowest.value_or(1.0), agrees ? sure : 1.0 - sure);
      }
    }
  }
  return lowest;
}

void Confidence::apply(WrittenStudy& study) const {
  double sum = 0.0;
  std::size_t count = 0;
  for (WrittenPrediction& prediction : study.predictions) {
    if (!is_finding(prediction)) continue;
    const double sure = confidence_of(prediction.probability, prediction.threshold);
    prediction.confidence = rounded(sure);
    prediction.uncertain = sure < below_;
    if (!prediction.same_as.empty()) continue;
    sum += sure;
    ++count;
  }
  if (count == 0 || !study.report) return;
  WrittenReport& report = *study.report;
  const double mean = sum / static_cast<double>(count);
  report.confidence = rounded(mean);
  if (mean < below_) {
    report.abstained = "mean confidence of the findings " + two_digits(mean) + ", below the " +
                       two_digits(below_) + " asked for";
    report.findings.clear();
    report.impression.clear();
    report.sentences.clear();
    report.samples.clear();
    report.agreement.reset();
    return;
  }
  for (WrittenSentence& sentence : report.sentences) {
    const auto sure = of_sentence(sentence.text, study.predictions);
    if (!sure) continue;
    sentence.confidence = rounded(*sure);
    sentence.uncertain = *sure < below_;
  }
}

}  // namespace hilum::stages
