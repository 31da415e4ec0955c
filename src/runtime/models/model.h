// The Model whose parts are a bundle's TorchScript modules. Immutable once open; threads may share one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "hilum/model.h"

#include "runtime/engine/tensor_file.h"

namespace hilum::runtime {

struct ModelParts;

// What to record besides decoding once.
struct TraceOptions {
  std::vector<DecodeOptions> decodes;  // each is run
  // Tokens to feed whatever the decoder would choose, the begin token first: one list a study, all of one
  // length, or no lists.
  std::vector<std::vector<std::int64_t>> prefixes;
};

struct Trace {
  // By `role.output`: `image_encoder.patches` and `.global` (one row an image, study by study: anchor, views,
  // prior image), `classifier.logits`, `conditioner.memory` and `.mask`, `decoder.logits` [B,T,V] after each
  // token of the prefixes.
  NamedTensors tensors;
  std::vector<std::vector<std::vector<Hypothesis>>> hypotheses;  // by decode, then study
  std::vector<std::vector<std::string>> inputs;                  // by study: names the conditioner got
};

class TorchModel : public Model {
 public:
  // As Model::open.
  static Result<std::shared_ptr<const TorchModel>> open(const Bundle& bundle, const ModelOptions& options);
  ~TorchModel() override;

  Result<std::vector<StudyOutput>> run(const std::vector<const StudyInput*>& studies,
                                       const ModelRequest& request) const override;
  // The same path as `run`, every role's output recorded.
  Result<Trace> trace(const std::vector<const StudyInput*>& studies, const TraceOptions& options) const;
  Result<std::vector<std::vector<float>>> vectors(const std::vector<const StudyInput*>& studies,
                                                  bool rows) const override;

  const Manifest& manifest() const override;
  const std::shared_ptr<const Tokenizer>& tokenizer() const override;
  const std::string& engine() const override;
  void use_threads(int threads) const override;

 private:
  explicit TorchModel(std::unique_ptr<ModelParts> parts);
  std::unique_ptr<ModelParts> parts_;
};

// The names of hilum/model.h as they were before it.
using hilum::Hypothesis;
using hilum::Model;
using hilum::ModelOptions;
using hilum::StudyInput;
using hilum::StudyOutput;

}  // namespace hilum::runtime
