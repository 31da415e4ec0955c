// The tensors that a trace is given by name, and the studies they make (docs/bundles.md, "Trace").
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "hilum/model.h"
#include "hilum/status.h"

#include "runtime/engine/tensor_file.h"
#include "runtime/roles/role.h"

namespace hilum::runtime {

// kUsage: "the input 'x' should be …".
Status bad_input(const std::string& name, const std::string& wanted);

// Every name that a trace knows: those that make studies, and what the other roles take.
const std::vector<std::string>& trace_inputs();

// What a role takes, from the file: null when it is not there, kUsage when it is of another type or number of
// dimensions. The port is a tensor.
Result<const Tensor*> trace_input(const NamedTensors& inputs, const Port& port);

// The studies of a file, and which picture each image of them is, in the order in which the encoder gets
// them.
struct TracedStudies {
  std::vector<StudyInput> inputs;
  std::vector<std::size_t> pictures;
};
// `image` is f32 [N,C,H,W] of at least one picture. kUsage names the input that does not fit.
Result<TracedStudies> traced_studies(const NamedTensors& inputs, const Tensor& image, const Model& model);

// Puts rows that come in the order in which the encoder got the images back into the order of the file's
// `count` pictures.
Status back_to_file_order(const std::vector<std::size_t>& pictures, std::size_t count, Tensor& tensor);

// Tokens to feed, one list a study; none when the file has no `prefix`.
Result<std::vector<std::vector<std::int64_t>>> trace_prefixes(const NamedTensors& inputs);

}  // namespace hilum::runtime
