// The stage behind `hilum generate`: images and texts of a record through a bundle's model, `predictions` and
// `report` into the record (docs/records.md). Immutable; its functions are called from several threads.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "hilum/core/status.h"
#include "hilum/pipeline/batch_loop.h"
#include "hilum/runtime/model.h"

namespace hilum {

struct GenerateStageOptions {
  runtime::DecodeOptions decode;
  std::vector<std::string> forbid, require;
  bool attention = false;  // attention maps for each sentence
  int samples = 0;
  std::uint64_t seed = 0;
  int threads = 1;  // of one replica
  int batch = 8;    // for provenance: it decides how numbers are rounded
};

class GenerateStage {
 public:
  static Result<GenerateStage> make(std::shared_ptr<const runtime::Model> model,
                                    const runtime::Bundle& bundle, const GenerateStageOptions& options);

  // The three functions for run_batch_loop. They share this stage's immutable parts and may outlive it.
  BatchStage functions() const;

 private:
  struct Shared;
  explicit GenerateStage(std::shared_ptr<const Shared> shared) : shared_(std::move(shared)) {}
  std::shared_ptr<const Shared> shared_;
};

}  // namespace hilum
