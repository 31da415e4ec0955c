// A bundle at work: studies in, predictions and hypotheses out. `Model` is the seam between the stages and
// whatever computes: `Model::open` gives the one behind which a bundle's TorchScript runs, a test brings its
// own.
//
// Ownership: models are shared and immutable once open. Threads may share one; each calls `use_threads`
// before its first run. Errors are statuses of the whole batch: kInferenceFailed for what went wrong inside
// the model, be it the fault of one study only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hilum/bundle.h"
#include "hilum/preprocess.h"
#include "hilum/status.h"

namespace hilum::runtime {
class Constraints;
class Tokenizer;
}  // namespace hilum::runtime

namespace hilum {

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
  std::vector<std::vector<std::int64_t>> similar_ids;  // one list a similar case, nearest first
  std::uint64_t seed = 0;                              // for sampling
};

// A sequence of tokens that the decoder came to.
struct Hypothesis {
  std::vector<int> tokens;  // without begin and end token
  std::vector<float>
      logprobs;        // natural logarithms; one a token, and one more for the end token when `ended`
  double score = 0.0;  // what the search ranked by
  bool ended = false;  // with an end token, not by the limit
  // One map a token over the rows of the memory; empty when it was not wanted or the decoder has none.
  std::vector<std::shared_ptr<const std::vector<float>>> attention;
  std::vector<std::size_t> capitals;  // tokens whose first letter the constraints want as a capital one

  double logprob() const;  // sum of logprobs
};

struct StudyOutput {
  std::vector<float> probabilities;    // in the order of the manifest's labels; empty without a classifier
  std::vector<Hypothesis> hypotheses;  // best first; empty without a decoder
  std::vector<Hypothesis> samples;
  std::vector<std::string> inputs;  // names the conditioner got
};

// Similar cases of studies that brought none: called once a batch, after the encoder, with a vector for each
// study (as Model::vectors gives, not `rows`); fills the ids of those lists that are empty.
using SimilarLookup = std::function<Status(const std::vector<std::vector<float>>& vectors,
                                           std::vector<std::vector<std::vector<std::int64_t>>>& similar)>;

// What is wanted of a run, the same for all its studies.
struct ModelRequest {
  runtime::DecodeOptions decode;
  SimilarLookup similar;  // may be empty
  std::shared_ptr<const runtime::Constraints>
      constraints;  // phrases that must or must not appear; may be null
  bool attention = false;
  int samples = 0;  // further sequences, drawn with `decode`'s temperature, top_k and top_p
};

class Model {
 public:
  // The bundle's TorchScript behind LibTorch. Checks the hash of every file it opens. kBundle…,
  // kModuleMissing, kInferenceFailed.
  static Result<std::shared_ptr<const Model>> open(const runtime::Bundle& bundle,
                                                   const ModelOptions& options);
  virtual ~Model() = default;

  // One output a study, in order. The studies' encoder and decoder batches are shared; studies that have the
  // same inputs are decoded together.
  virtual Result<std::vector<StudyOutput>> run(const std::vector<const StudyInput*>& studies,
                                               const ModelRequest& request) const = 0;

  // A vector for each study's first image, for retrieval: the aligner's or else the global one, scaled to
  // unit length; with `rows`, the global vector and then every patch, as the encoder gives them.
  virtual Result<std::vector<std::vector<float>>> vectors(const std::vector<const StudyInput*>& studies,
                                                          bool rows) const = 0;

  virtual const runtime::Manifest& manifest() const = 0;
  virtual const std::shared_ptr<const runtime::Tokenizer>& tokenizer() const = 0;  // null without one
  // "LibTorch 1.13.1, cpu".
  virtual const std::string& engine() const = 0;
  // Threads of one operator, for the calling thread.
  virtual void use_threads(int threads) const = 0;

  bool takes(const std::string& conditioner_input) const;

  // Ids of a text for the conditioner input `name` ("indication", …), as the manifest says; empty for an
  // empty text. `unknown_words` is added to; `cut` is set when the text was too long.
  Result<std::vector<std::int64_t>> encode_text(const std::string& name, const std::string& text,
                                                std::size_t& unknown_words, bool& cut) const;
  // The same for the facts of a report, joined as the manifest says. No facts give prefix and suffix alone.
  Result<std::vector<std::int64_t>> encode_facts(const std::string& name,
                                                 const std::vector<std::string>& facts,
                                                 std::size_t& unknown_words, bool& cut) const;
};

}  // namespace hilum
