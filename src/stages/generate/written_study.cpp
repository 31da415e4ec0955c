#include "stages/generate/written_study.h"

#include "runtime/decoding/report.h"
#include "runtime/roles/report_roles.h"
#include "runtime/tokenizers/tokenizer_spec.h"
#include "stages/common/rounded.h"

namespace hilum::stages {
namespace {

std::vector<WrittenPrediction> predictions_of(const std::vector<float>& probabilities,
                                              const std::vector<runtime::BundleLabel>& labels) {
  std::vector<WrittenPrediction> out;
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    WrittenPrediction prediction;
    prediction.label = labels[i].name;
    prediction.probability = rounded(static_cast<double>(probabilities[i]));
    prediction.threshold = labels[i].threshold;
    prediction.kind = labels[i].kind;
    out.push_back(prediction);
    prediction.same_as = labels[i].name;
    for (const std::string& alias : labels[i].aliases) {
      prediction.label = alias;
      out.push_back(prediction);
    }
  }
  return out;
}

// What the classifier says against the picture itself.
void add_quality_warnings(const std::vector<float>& probabilities,
                          const std::vector<runtime::BundleLabel>& labels,
                          std::vector<std::string>& warnings) {
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    const auto probability = static_cast<double>(probabilities[i]);
    if (labels[i].kind != "quality" || probability < labels[i].threshold) continue;
    warnings.push_back("the model takes the picture for '" + labels[i].name + "' (" +
                       std::to_string(static_cast<int>(probability * 100)) +
                       " %): do not rely on the report");
  }
}

// The sentence's attention over the cells of the first image, if the bundle says which rows they are.
std::optional<HeatGrid> attention_of(const runtime::Sentence& sentence, const runtime::Manifest& manifest) {
  for (const runtime::MemoryPart& part : runtime::memory_layout_of(manifest)) {
    const auto end = static_cast<std::size_t>(part.start) + static_cast<std::size_t>(part.rows);
    if (part.input != "anchor" || part.grid_height == 0 || end > sentence.attention.size()) continue;
    HeatGrid grid;
    grid.rows = part.grid_height;
    grid.columns = part.grid_width;
    for (auto i = static_cast<std::size_t>(part.start); i < end; ++i) {
      grid.weights.push_back(rounded(static_cast<double>(sentence.attention[i])));
    }
    return grid;
  }
  return std::nullopt;
}

std::string whole_text(const runtime::GeneratedReport& report) {
  return report.impression.empty() ? report.findings : report.findings + " " + report.impression;
}

WrittenReport report_of(const StudyOutput& output, const StudyNotes& notes, const Model& model,
                        const runtime::Constraints* constraints) {
  const runtime::Manifest& manifest = model.manifest();
  const runtime::TokenizerSpec& spec = *manifest.part<runtime::TokenizerSpec>();
  const auto made = [&](const Hypothesis& hypothesis) {
    return make_report(hypothesis, *model.tokenizer(), spec);
  };
  const Hypothesis& best = output.hypotheses.front();
  const runtime::GeneratedReport report = made(best);
  WrittenReport out;
  std::vector<std::string> texts;
  std::vector<std::vector<runtime::Sentence>> sentences;
  for (const Hypothesis& sample : output.samples) {
    const runtime::GeneratedReport drawn = made(sample);
    out.samples.push_back({drawn.findings, drawn.impression, rounded(drawn.logprob)});
    texts.push_back(whole_text(drawn));
    sentences.push_back(drawn.sentences);
  }
  if (!texts.empty()) out.agreement = rounded(runtime::agreement(texts));
  out.findings = report.findings;
  out.impression = report.impression;
  out.has_impression = spec.impression >= 0;
  out.logprob = rounded(report.logprob);
  for (const runtime::Sentence& sentence : report.sentences) {
    WrittenSentence written;
    written.text = sentence.text;
    written.section = sentence.section;
    written.logprob = rounded(sentence.logprob);
    if (!texts.empty()) written.support = rounded(runtime::support(sentence.text, sentences));
    written.attention = attention_of(sentence, manifest);
    out.sentences.push_back(std::move(written));
  }
  out.inputs = runtime::listed_inputs(manifest, output.inputs);
  out.warnings = notes.warnings;
  add_quality_warnings(output.probabilities, manifest.labels, out.warnings);
  if (!report.ended) out.warnings.emplace_back("the report was cut at the limit of tokens");
  if (constraints != nullptr) {
    for (const std::string& phrase : constraints->missing(best.tokens)) {
      out.warnings.push_back("no room was left for the required phrase '" + phrase + "'");
    }
  }
  if (whole_text(report).empty()) out.warnings.emplace_back("the model wrote nothing");
  return out;
}

}  // namespace

WrittenStudy written_study(const StudyOutput& output, const StudyNotes& notes, const Model& model,
                           const runtime::Constraints* constraints) {
  WrittenStudy out;
  out.predictions = predictions_of(output.probabilities, model.manifest().labels);
  if (!output.hypotheses.empty()) out.report = report_of(output, notes, model, constraints);
  return out;
}

}  // namespace hilum::stages
