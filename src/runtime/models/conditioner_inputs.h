// From the studies of a batch to the named tensors of the conditioner (docs/bundles.md, "Conditioner
// inputs").
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "runtime/engine/torch_values.h"
#include "runtime/models/model.h"

namespace hilum::runtime {

// What the encoder and the classifier made of the images, one row an image, and where a study's images are.
struct EncodedImages {
  Value patches;                                // [I,P,D]
  Value global;                                 // [I,E]
  Value predictions;                            // [studies,labels], or none
  std::vector<std::vector<std::int64_t>> rows;  // by study: the rows of its images, anchor first
  std::vector<std::int64_t> prior_rows;         // by study: the row of its prior image, or -1
  std::vector<std::vector<std::vector<std::int64_t>>> similar;  // by study: ids of its similar cases
};

// The inputs that study has and the bundle takes, in the manifest's order; `anchor`, `views`, `predictions`,
// ….
std::vector<std::string> present_inputs(const StudyInput& study, bool similar, const Manifest& manifest,
                                        bool predictions);

// The tensors of `inputs` for the studies `which`, all of which have these inputs.
Result<std::vector<std::pair<std::string, Value>>> conditioner_tensors(
    const TorchScript& conditioner, const EncodedImages& images,
    const std::vector<const StudyInput*>& studies, const std::vector<std::size_t>& which,
    const std::vector<std::string>& inputs);

}  // namespace hilum::runtime
