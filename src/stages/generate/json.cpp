#include <nlohmann/json.hpp>

#include "stages/generate/written_study.h"

namespace hilum::stages {
namespace {

void add_confidence(const std::optional<double>& confidence, bool uncertain, Json& out) {
  if (confidence) out["confidence"] = *confidence;
  if (uncertain) out["uncertain"] = true;
}

Json sentence_json(const WrittenSentence& sentence, const std::string& image) {
  Json out = {{"text", sentence.text}, {"section", sentence.section}, {"logprob", sentence.logprob}};
  if (sentence.support) out["support"] = *sentence.support;
  if (sentence.attention) {
    const HeatGrid& grid = *sentence.attention;
    out["attention"] = {{"image", image}, {"grid", {grid.rows, grid.columns}}, {"weights", grid.weights}};
    if (!sentence.picture.empty()) out["attention"]["picture"] = sentence.picture;
  }
  add_confidence(sentence.confidence, sentence.uncertain, out);
  return out;
}

Json sample_json(const WrittenSample& sample, bool has_impression) {
  Json out = {{"findings", sample.findings}};
  if (has_impression) out["impression"] = sample.impression;
  out["logprob"] = sample.logprob;
  return out;
}

}  // namespace

Json predictions_json(const std::vector<WrittenPrediction>& predictions) {
  Json list = Json::array();
  for (const WrittenPrediction& prediction : predictions) {
    Json out = {{"label", prediction.label},
                {"probability", prediction.probability},
                {"threshold", prediction.threshold}};
    if (!prediction.same_as.empty()) out["same_as"] = prediction.same_as;
    if (prediction.kind != "finding") out["kind"] = prediction.kind;
    add_confidence(prediction.confidence, prediction.uncertain, out);
    list.push_back(std::move(out));
  }
  return list;
}

Json report_json(const WrittenReport& report, const StudyNotes& notes, const std::string& image,
                 Json prior_references) {
  Json out = {{"findings", report.findings}};
  if (report.has_impression) out["impression"] = report.impression;
  Json sentences = Json::array();
  for (const WrittenSentence& sentence : report.sentences)
    sentences.push_back(sentence_json(sentence, image));
  out["sentences"] = std::move(sentences);
  out["logprob"] = report.logprob;
  if (report.agreement) {
    Json samples = Json::array();
    for (const WrittenSample& sample : report.samples)
      samples.push_back(sample_json(sample, report.has_impression));
    out["samples"] = std::move(samples);
    out["agreement"] = *report.agreement;
  }
  Json inputs = {{"used", report.inputs.used}, {"absent", report.inputs.absent}};
  if (!notes.not_taken.empty()) inputs["not_taken"] = notes.not_taken;
  if (notes.unknown_words > 0) inputs["unknown_words"] = notes.unknown_words;
  out["inputs"] = std::move(inputs);
  if (!report.warnings.empty()) out["warnings"] = report.warnings;
  out["prior_references"] = std::move(prior_references);
  add_confidence(report.confidence, false, out);
  if (!report.abstained.empty()) {
    out["abstained"] = true;
    out["reason"] = report.abstained;
  }
  return out;
}

}  // namespace hilum::stages
