// The named tensors of the conditioner (docs/bundles.md, "Conditioner inputs"): one row says all that the
// program knows of an input. Which inputs a study has, the tensors of a batch, the inputs of a trace, what a
// record lists as used or absent, and the documentation's table are read from here.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "hilum/model.h"

#include "runtime/engine/torch_values.h"

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

// Studies that all have the same inputs.
struct ConditionerBatch {
  const TorchScript& conditioner;
  const EncodedImages& images;
  const std::vector<const StudyInput*>& studies;
  const std::vector<std::size_t>& which;  // of `studies`
};

using NamedValues = std::vector<std::pair<std::string, Value>>;

enum class InputKind {
  kImage,   // what the encoder made of one image
  kImages,  // the same of several
  kRow,     // of the model's view table, for one image
  kRows,    // the same for several
  kText,    // ids
  kTexts,   // ids of several texts
  kValues,  // numbers
};

struct ConditionerInput {
  const char* name;  // "prior_report_ids"
  InputKind kind;
  const char* type;       // "i64[B,L]"
  const char* record;     // where the record has it; "" when a module of the bundle makes it
  const char* mask;       // the tensor that comes with it and says what is there; null when it has none
  const char* listed_as;  // in `report.inputs`; null when it says something of another input
  // Whether a study has it. `made` says what the batch has besides what the study brings.
  struct Made {
    bool similar = false, predictions = false;
  };
  bool (*has)(const StudyInput& study, const Made& made);
  // Adds the tensor and its mask.
  Status (*add)(const ConditionerInput& input, const ConditionerBatch& batch, NamedValues& out);
  // The ids of kText and kTexts in a study.
  std::vector<std::int64_t> StudyInput::*text = nullptr;
  std::vector<std::vector<std::int64_t>> StudyInput::*texts = nullptr;
};

// In the order of the documentation.
const std::vector<ConditionerInput>& conditioner_inputs();
const ConditionerInput* find_conditioner_input(const std::string& name);  // null for an unknown one
// The table of docs/bundles.md.
std::string conditioner_inputs_markdown();

// The inputs that a study has and the bundle takes, in the manifest's order.
std::vector<std::string> present_inputs(const StudyInput& study, const ConditionerInput::Made& made,
                                        const Manifest& manifest);

// The tensors of `inputs` for the studies of a batch, all of which have them.
Result<NamedValues> conditioner_tensors(const ConditionerBatch& batch,
                                        const std::vector<std::string>& inputs);

// The names by which `report.inputs` lists what a study brought of the manifest's inputs, and what not.
struct ListedInputs {
  std::vector<std::string> used, absent;
};
ListedInputs listed_inputs(const Manifest& manifest, const std::vector<std::string>& present);

}  // namespace hilum::runtime
