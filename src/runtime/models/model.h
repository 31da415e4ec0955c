// A bundle at work: studies in, predictions and hypotheses out. Opened once, then immutable: threads may
// share one, each calling `use_threads` first.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hilum/bundle.h"
#include "hilum/status.h"

#include "runtime/decoding/decoding.h"
#include "runtime/engine/tensor_file.h"
#include "runtime/tokenizers/tokenizer.h"

namespace hilum::runtime {

struct ModelParts;

struct ModelOptions {
  std::string device = "cpu";     // or "cuda"
  bool predictions_only = false;  // leave conditioner, decoder and tokenizer closed
};

// One study, ready for the model: images through the bundle's preprocessing, texts as ids. What is absent is
// empty.
struct StudyInput {
  std::vector<ModelInput> images;  // the first is the anchor; at least one
  std::optional<ModelInput> prior_image;
  std::vector<std::int64_t> view_rows;  // of `images` in the model's view table; missing ones are 0
  std::int64_t prior_view_row = 0;
  std::vector<std::int64_t> indication_ids;
  std::vector<std::int64_t> prior_report_ids;
  std::vector<std::vector<std::int64_t>> similar_ids;
  std::uint64_t seed = 0;  // for sampling
};

// Similar cases of studies that brought none: called once a batch, after the encoder, with a vector for each
// study (as Model::vectors gives, not `rows`); fills the ids of those lists that are empty.
using SimilarLookup = std::function<Status(const std::vector<std::vector<float>>& vectors,
                                           std::vector<std::vector<std::vector<std::int64_t>>>& similar)>;

struct GenerateOptions {
  DecodeOptions decode;
  SimilarLookup similar;                           // may be empty
  std::shared_ptr<const Constraints> constraints;  // may be null
  bool attention = false;
  int samples = 0;  // further sequences, drawn with `decode`'s temperature, top_k and top_p
};

struct StudyOutput {
  std::vector<float> probabilities;    // in the order of the manifest's labels; empty without a classifier
  std::vector<Hypothesis> hypotheses;  // best first; empty without a decoder
  std::vector<Hypothesis> samples;
  std::vector<std::string> inputs;  // names the conditioner got
};

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

class Model {
 public:
  // Checks the hash of every file it opens. kBundle…, kModuleMissing, kInferenceFailed.
  static Result<std::shared_ptr<const Model>> open(const Bundle& bundle, const ModelOptions& options);
  ~Model();

  // The studies' encoder and decoder batches are shared; studies that have the same inputs are decoded
  // together.
  Result<std::vector<StudyOutput>> run(const std::vector<const StudyInput*>& studies,
                                       const GenerateOptions& options) const;

  // The same path as `run`, every role's output recorded.
  Result<Trace> trace(const std::vector<const StudyInput*>& studies, const TraceOptions& options) const;

  // A vector for each study's first image, for retrieval: the aligner's or else the global one, scaled to
  // unit length; with `rows`, the global vector and then every patch, as the encoder gives them.
  Result<std::vector<std::vector<float>>> vectors(const std::vector<const StudyInput*>& studies,
                                                  bool rows) const;

  // Ids of a text for the conditioner input `name` ("indication", …), as the manifest says; empty for an
  // empty text. `unknown_words` is added to; `cut` is set when the text was too long.
  Result<std::vector<std::int64_t>> encode_text(const std::string& name, const std::string& text,
                                                std::size_t& unknown_words, bool& cut) const;
  // The same for the facts of a report, joined as the manifest says. No facts give prefix and suffix alone.
  Result<std::vector<std::int64_t>> encode_facts(const std::string& name,
                                                 const std::vector<std::string>& facts,
                                                 std::size_t& unknown_words, bool& cut) const;

  bool takes(const std::string& conditioner_input) const;
  const Manifest& manifest() const;
  const std::shared_ptr<const Tokenizer>& tokenizer() const;  // null without one
  // "LibTorch 1.13.1, cpu".
  const std::string& engine() const;

  // Threads of one operator, for the calling thread.
  void use_threads(int threads) const;

 private:
  explicit Model(std::unique_ptr<ModelParts> parts);
  std::unique_ptr<ModelParts> parts_;
};

}  // namespace hilum::runtime
