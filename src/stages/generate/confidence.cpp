#include "stages/generate/confidence.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "stages/common/rounded.h"

namespace hilum {
namespace {

bool is_finding(const Json& prediction) { return !prediction.contains("kind"); }

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
std::optional<double> Confidence::of_sentence(const std::string& text, const Json& predictions) const {
  std::optional<double> lowest;
  for (const nlp::Labeler& labeler : labelers_) {
    const nlp::ReportLabels said = labeler.label(text);
    for (std::size_t i = 0; i < said.labels.size(); ++i) {
      if (said.labels[i] != nlp::Assertion::kPositive && said.labels[i] != nlp::Assertion::kNegative)
        continue;
      for (const Json& prediction : predictions) {
        if (!is_finding(prediction) || prediction.value("label", "") != labeler.labels()[i]) continue;
        const double probability = prediction.value("probability", 0.0);
        const double threshold = prediction.value("threshold", 0.5);
        const double sure = confidence_of(probability, threshold);
        const bool agrees = (probability >= threshold) == (said.labels[i] == nlp::Assertion::kPositive);
        lowest = std::min(lowest.value_or(1.0), agrees ? sure : 1.0 - sure);
      }
    }
  }
  return lowest;
}

void Confidence::apply(Json& record) const {
  const auto predictions = record.find("predictions");
  if (predictions == record.end()) return;
  double sum = 0.0;
  std::size_t count = 0;
  for (Json& prediction : *predictions) {
    if (!is_finding(prediction)) continue;
    const double sure =
        confidence_of(prediction.value("probability", 0.0), prediction.value("threshold", 0.5));
    prediction["confidence"] = rounded(sure);
    if (sure < below_) prediction["uncertain"] = true;
    if (prediction.contains("same_as")) continue;
    sum += sure;
    ++count;
  }
  const auto report = record.find("report");
  if (count == 0 || report == record.end()) return;
  const double mean = sum / static_cast<double>(count);
  (*report)["confidence"] = rounded(mean);
  if (mean < below_) {
    (*report)["abstained"] = true;
    (*report)["reason"] = "mean confidence of the findings " + two_digits(mean) + ", below the " +
                          two_digits(below_) + " asked for";
    for (const char* field : {"findings", "impression"}) {
      if (report->contains(field)) (*report)[field] = "";
    }
    (*report)["sentences"] = Json::array();
    for (const char* field : {"samples", "agreement"}) report->erase(field);
    return;
  }
  for (Json& sentence : (*report)["sentences"]) {
    const auto sure = of_sentence(sentence.value("text", ""), *predictions);
    if (!sure) continue;
    sentence["confidence"] = rounded(*sure);
    if (*sure < below_) sentence["uncertain"] = true;
  }
}

}  // namespace hilum
