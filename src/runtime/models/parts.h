// What a model is made of, and the steps that `run` and `trace` share: encode, classify, group, condition.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/decoding/decoding.h"
#include "runtime/engine/opened_bundle.h"
#include "runtime/engine/torch_values.h"
#include "runtime/models/conditioner_inputs.h"
#include "runtime/models/model.h"

namespace hilum::runtime {

struct ModelParts : OpenedBundle {
  // As Model::open.
  Status open(const Bundle& bundle, const ModelOptions& options);

  std::optional<TorchScript> image_encoder, classifier, aligner, conditioner, decoder;
  std::shared_ptr<const Tokenizer> tokenizer;
};

// Every image of the batch through the encoder at once.
Result<EncodedImages> encode_images(const TorchScript& encoder, const std::vector<const StudyInput*>& studies,
                                    bool views, bool prior);

struct Classified {
  Value logits;                      // [studies,labels]
  std::vector<float> probabilities;  // the same, row by row, after the sigmoid
};

// Classifies the anchors; the probabilities become `images.predictions` too.
Result<Classified> classify(const ModelParts& parts, EncodedImages& images);

// The aligner's vector for each study's first image, as the module gives it. There is an aligner.
Result<Value> aligned(const ModelParts& parts, const EncodedImages& images);

// What compares each study's first image with others, of length 1: the aligner's vector or else the global
// one.
Result<std::vector<std::vector<float>>> case_vectors(const ModelParts& parts, const EncodedImages& images);

// Studies by the inputs they have; none without a decoder.
using StudyGroups = std::map<std::vector<std::string>, std::vector<std::size_t>>;
StudyGroups groups_of(const ModelParts& parts, const EncodedImages& images,
                      const std::vector<const StudyInput*>& studies);

struct Memory {
  Value rows;  // [B,S,D]
  Value mask;  // [B,S]
};

// The conditioner's answer for the studies `which`, all of which have `inputs`.
Result<Memory> condition(const ModelParts& parts, const EncodedImages& images,
                         const std::vector<const StudyInput*>& studies, const std::vector<std::size_t>& which,
                         const std::vector<std::string>& inputs);

// A tensor's numbers as floats.
Result<Tensor> tensor_of(const Value& value);

DecodeRequest request_for(const ModelParts& parts, const std::vector<const StudyInput*>& studies,
                          const std::vector<std::size_t>& which, const DecodeOptions& options);

}  // namespace hilum::runtime
