// A model without a network: it writes "heart normal ." of every study, fails where a test wants it to, and
// keeps what it was asked.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "hilum/index.h"
#include "hilum/model.h"

#include "runtime/roles/report_roles.h"
#include "runtime/tokenizers/tokenizer_spec.h"
#include "unit/runtime/word_tokenizer.h"

namespace hilum {

// Of one run.
struct FakeRun {
  std::size_t studies = 0;
  std::vector<std::vector<std::vector<std::int64_t>>> similar;  // what each study was decoded with
  ModelRequest request;
};

class FakeModel : public Model {
 public:
  enum Word { kBos = 1, kEos = 2, kHeart = 3, kNormal = 4, kStop = 5, kUnchanged = 6, kEffusion = 7 };

  FakeModel() {
    manifest_.name = "fake";
    manifest_.labels = {{"Pleural Effusion", 0.2, {"Effusion"}, "finding"}, {"Rotated", 0.5, {}, "quality"}};
    runtime::TokenizerSpec spec;
    spec.bos = kBos;
    spec.eos = kEos;
    manifest_.add(spec);
    runtime::ConditionerSpec conditioner;
    conditioner.inputs = {"anchor", "similar_ids", "indication_ids", "prior_report_ids"};
    manifest_.add(conditioner);
    runtime::MemorySpec memory;
    memory.parts = {{"anchor", 0, 4, 2, 2}};
    manifest_.add(memory);
    manifest_.decode.max_tokens = 50;
    manifest_.decode.beam = 5;
    manifest_.preprocess = default_preprocess();
    tokenizer_ = std::make_shared<runtime::PieceTokenizer>(
        std::vector<std::string>{"", "", "", " heart", " normal", " .", " unchanged", " effusion"});
  }

  Result<std::vector<StudyOutput>> run(const std::vector<const StudyInput*>& studies,
                                       const ModelRequest& request) const override {
    FakeRun seen{studies.size(), {}, request};
    for (const StudyInput* study : studies) seen.similar.push_back(study->similar_ids);
    if (request.similar) {
      HILUM_ASSIGN(const auto asked, vectors(studies, false));
      HILUM_RETURN_IF_ERROR(request.similar(asked, seen.similar));
    }
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      runs_.push_back(seen);
    }
    std::vector<StudyOutput> outputs;
    for (std::size_t i = 0; i < studies.size(); ++i) {
      if (fails && fails(*studies[i])) return Status(ErrorCode::kInferenceFailed, "a fault of one study");
      outputs.push_back(output(*studies[i], seen.similar[i], request));
    }
    return outputs;
  }

  Result<std::vector<std::vector<float>>> vectors(const std::vector<const StudyInput*>& studies,
                                                  bool /*rows*/) const override {
    std::vector<std::vector<float>> out;
    for (const StudyInput* study : studies) out.push_back({static_cast<float>(grey(*study)), 1.0F});
    return out;
  }

  const runtime::Manifest& manifest() const override { return manifest_; }
  const std::shared_ptr<const runtime::Tokenizer>& tokenizer() const override { return tokenizer_; }
  const std::string& engine() const override { return engine_; }
  void use_threads(int /*threads*/) const override {}

  std::vector<FakeRun> runs() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return runs_;
  }
  // The level of a study's first film, which is all of one grey.
  static int grey(const StudyInput& study) { return study.images.front().seen.pixels.front(); }

  std::function<bool(const StudyInput&)> fails;
  float effusion = 0.9F;  // its probability
  float rotated = 0.0F;
  runtime::Manifest manifest_;
  std::shared_ptr<const runtime::Tokenizer> tokenizer_;

 private:
  Hypothesis hypothesis(const std::vector<int>& tokens, bool attention) const {
    Hypothesis out;
    out.tokens = tokens;
    out.logprobs.assign(tokens.size() + 1, -0.25F);
    out.ended = true;
    const auto map = std::make_shared<const std::vector<float>>(std::vector<float>{0.1F, 0.2F, 0.3F, 0.4F});
    if (attention) out.attention.assign(tokens.size() + 1, map);
    return out;
  }

  StudyOutput output(const StudyInput& study, const std::vector<std::vector<std::int64_t>>& similar,
                     const ModelRequest& request) const {
    StudyOutput out;
    out.probabilities = {effusion, rotated};
    out.inputs = {"anchor"};
    if (!similar.empty()) out.inputs.emplace_back("similar_ids");
    if (!study.indication_ids.empty()) out.inputs.emplace_back("indication_ids");
    if (!study.prior_report_ids.empty()) out.inputs.emplace_back("prior_report_ids");
    out.hypotheses = {hypothesis({kHeart, kNormal, kStop, kEffusion, kStop}, request.attention)};
    for (int i = 0; i < request.samples; ++i)
      out.samples.push_back(hypothesis({kHeart, kNormal, kStop}, false));
    return out;
  }

  mutable std::mutex mutex_;
  mutable std::vector<FakeRun> runs_;
  std::string engine_ = "fake engine";
};

// An index that answers every query with its first cases.
class FakeIndex : public retrieval::SimilarIndex {
 public:
  FakeIndex() {
    spec_.dimension = 2;
    spec_.vector = "global";
  }
  const retrieval::IndexSpec& spec() const override { return spec_; }
  std::size_t rows() const override { return 9; }
  std::size_t bytes() const override { return 0; }
  Result<std::vector<std::vector<retrieval::Hit>>> search(
      const std::vector<retrieval::SearchQuery>& queries,
      const retrieval::SearchOptions& options) const override {
    std::vector<std::vector<retrieval::Hit>> out;
    for (const retrieval::SearchQuery& query : queries) {
      std::vector<retrieval::Hit> hits;
      for (std::size_t row = 0; row < options.top; ++row) hits.push_back({row, query.vector[0]});
      out.push_back(std::move(hits));
    }
    return out;
  }
  Result<retrieval::Case> entry(std::size_t row) const override {
    retrieval::Case found;
    found.id = "case" + std::to_string(row);
    found.facts = {"heart normal", "strange"};
    return found;
  }
  void vector(std::size_t /*row*/, float* out) const override { out[0] = out[1] = 0.0F; }

 private:
  retrieval::IndexSpec spec_;
};

}  // namespace hilum
