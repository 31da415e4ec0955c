// The stage behind `hilum generate`: images and texts of a record through a bundle's model, `predictions` and
// `report` into the record (docs/records.md). Immutable; its functions are called from several threads.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hilum/model.h"
#include "hilum/status.h"

#include "run/batch_loop.h"

namespace hilum {

// Whether a report may refer to an earlier study ("unchanged", "compared to", …). kAuto: only where the model
// was given one. Phrases: configs/decode/prior_references.json.
enum class PriorRule { kAuto, kForbid, kAllow };

struct GenerateStageOptions {
  runtime::DecodeOptions decode;
  std::vector<std::string> forbid, require;
  PriorRule priors = PriorRule::kAuto;
  bool attention = false;         // attention maps for each sentence
  std::string attention_folder;   // and pictures of them into this folder, which is there; "": none
  std::optional<double> abstain;  // confidence below which findings are uncertain and studies get no text
  bool own_similar = true;        // ask the bundle's own index where a record brings no similar cases
  int samples = 0;
  std::uint64_t seed = 0;
  int threads = 1;  // of one replica
  int batch = 8;    // for provenance: it decides how numbers are rounded
};

class GenerateStage {
 public:
  static Result<GenerateStage> make(std::shared_ptr<const Model> model, const runtime::Bundle& bundle,
                                    const GenerateStageOptions& options);

  // The three functions for run_batch_loop. They share this stage's immutable parts and may outlive it.
  BatchStage functions() const;

 private:
  struct Shared;
  static Status look_up(const Shared& shared, const std::vector<BatchItem*>& items,
                        const std::vector<std::vector<float>>& vectors,
                        std::vector<std::vector<std::vector<std::int64_t>>>& similar);
  static void run_together(const Shared& shared, const ModelRequest& options,
                           const std::vector<BatchItem*>& items);
  explicit GenerateStage(std::shared_ptr<const Shared> shared) : shared_(std::move(shared)) {}
  std::shared_ptr<const Shared> shared_;
};

}  // namespace hilum
