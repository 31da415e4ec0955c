#include <algorithm>
#include <numeric>

#include "runtime/engine/torch_session.h"
#include "runtime/models/parts.h"

namespace hilum::runtime {
namespace {

// Tensors of several groups of studies put together study by study, [studies, ...]. Where groups have
// different numbers of rows, the shorter ones are filled up with zeros.
class ByStudy {
 public:
  explicit ByStudy(std::size_t studies) : rows_(studies) {}

  Status add(const Value& value, const std::vector<std::size_t>& which) {
    HILUM_ASSIGN(const auto shape, value.shape());
    HILUM_ASSIGN(const auto numbers, value.numbers());
    if (shape.size() < 2 || shape[0] != static_cast<std::int64_t>(which.size()))
      return {ErrorCode::kBundleInvalid, "a module's output does not have one row a study"};
    const std::vector<std::int64_t> rest(shape.begin() + 2, shape.end());
    if (!one_.empty() && rest != one_)
      return {ErrorCode::kBundleInvalid, "a module's outputs differ in width from study to study"};
    one_ = rest;
    longest_ = std::max(longest_, shape[1]);
    const std::size_t size = numbers.size() / which.size();
    for (std::size_t i = 0; i < which.size(); ++i) {
      const auto begin = numbers.begin() + static_cast<std::ptrdiff_t>(i * size);
      rows_[which[i]].assign(begin, begin + static_cast<std::ptrdiff_t>(size));
    }
    return Status::ok();
  }

  Tensor take() {
    const auto width =
        static_cast<std::size_t>(std::accumulate(one_.begin(), one_.end(), longest_, std::multiplies<>()));
    Tensor tensor;
    tensor.shape = {static_cast<std::int64_t>(rows_.size()), longest_};
    tensor.shape.insert(tensor.shape.end(), one_.begin(), one_.end());
    Floats all;
    all.reserve(rows_.size() * width);
    for (Floats& row : rows_) {
      row.resize(width, 0.0F);
      all.insert(all.end(), row.begin(), row.end());
    }
    tensor.values = std::move(all);
    return tensor;
  }

 private:
  std::vector<Floats> rows_;
  std::vector<std::int64_t> one_;  // sizes behind the second
  std::int64_t longest_ = 0;
};

// The logits [B,V] after each token of the studies' prefixes, step by step.
Result<std::vector<Value>> forced_logits(const TorchScript& decoder, const Memory& memory,
                                         const std::vector<std::vector<std::int64_t>>& prefixes,
                                         const std::vector<std::size_t>& which) {
  HILUM_ASSIGN(std::vector<Value> start, decoder.call("prefill", {&memory.rows, &memory.mask}, 2));
  Value state = std::move(start[1]);
  const auto count = static_cast<std::int64_t>(which.size());
  std::vector<std::int64_t> order(which.size());
  std::iota(order.begin(), order.end(), 0);
  HILUM_ASSIGN(const Value studies, decoder.integers({count}, order.data()));
  std::vector<Value> logits;
  for (std::size_t t = 0; t < prefixes.front().size(); ++t) {
    std::vector<std::int64_t> tokens;
    for (const std::size_t s : which) tokens.push_back(prefixes[s][t]);
    HILUM_ASSIGN(const Value ids, decoder.integers({count}, tokens.data()));
    HILUM_ASSIGN(const Value position, decoder.integer(static_cast<std::int64_t>(t)));
    HILUM_ASSIGN(std::vector<Value> out,
                 decoder.call("step", {&ids, &position, &studies, &start[0], &state}, 3));
    logits.push_back(std::move(out[0]));
    state = std::move(out[1]);
  }
  return logits;
}

// [T] times [B,V] as [B,T,V].
Status add_logits(const std::vector<Value>& steps, const std::vector<std::size_t>& which, Tensor& out,
                  std::size_t studies) {
  for (std::size_t t = 0; t < steps.size(); ++t) {
    HILUM_ASSIGN(const auto shape, steps[t].shape());
    HILUM_ASSIGN(const auto numbers, steps[t].numbers());
    if (shape.size() != 2 || shape[0] != static_cast<std::int64_t>(which.size()))
      return {ErrorCode::kBundleInvalid,
              "decoder.step: the logits are not one row of the vocabulary a study"};
    const auto vocabulary = static_cast<std::size_t>(shape[1]);
    if (out.shape.empty()) {
      out.shape = {static_cast<std::int64_t>(studies), static_cast<std::int64_t>(steps.size()), shape[1]};
      out.values = Floats(studies * steps.size() * vocabulary);
    }
    auto& values = std::get<Floats>(out.values);
    for (std::size_t i = 0; i < which.size(); ++i) {
      const std::size_t at = (which[i] * steps.size() + t) * vocabulary;
      if (at + vocabulary > values.size())
        return {ErrorCode::kBundleInvalid, "decoder.step: the vocabulary changes from step to step"};
      std::copy_n(numbers.begin() + static_cast<std::ptrdiff_t>(i * vocabulary), vocabulary,
                  values.begin() + static_cast<std::ptrdiff_t>(at));
    }
  }
  return Status::ok();
}

Status check_prefixes(const std::vector<std::vector<std::int64_t>>& prefixes, std::size_t studies) {
  if (prefixes.empty()) return Status::ok();
  const bool even = std::all_of(prefixes.begin(), prefixes.end(), [&](const auto& prefix) {
    return !prefix.empty() && prefix.size() == prefixes.front().size();
  });
  return even && prefixes.size() == studies
             ? Status::ok()
             : Status(ErrorCode::kUsage, "there should be one prefix a study, all of one length above 0");
}

}  // namespace

Result<Tensor> tensor_of(const Value& value) {
  Tensor tensor;
  HILUM_ASSIGN(tensor.shape, value.shape());
  HILUM_ASSIGN(tensor.values, value.numbers());
  return tensor;
}

Result<Trace> TorchModel::trace(const std::vector<const StudyInput*>& studies,
                                const TraceOptions& options) const {
  Trace trace;
  const ModelParts& p = *parts_;
  trace.inputs.resize(studies.size());
  trace.hypotheses.assign(options.decodes.size(), std::vector<std::vector<Hypothesis>>(studies.size()));
  if (studies.empty()) return trace;
  HILUM_RETURN_IF_ERROR(check_prefixes(options.prefixes, studies.size()));
  HILUM_ASSIGN(EncodedImages images,
               encode_images(*p.image_encoder, studies, takes("views"), takes("prior_image")));
  HILUM_ASSIGN(trace.tensors["image_encoder.patches"], tensor_of(images.patches));
  HILUM_ASSIGN(trace.tensors["image_encoder.global"], tensor_of(images.global));
  if (p.classifier) {
    HILUM_ASSIGN(const Classified classified, classify(p, images));
    HILUM_ASSIGN(trace.tensors["classifier.logits"], tensor_of(classified.logits));
  }
  if (p.aligner) {
    HILUM_ASSIGN(const Value vectors, aligned(p, images));
    HILUM_ASSIGN(trace.tensors["aligner.vectors"], tensor_of(vectors));
  }
  ByStudy memories(studies.size());
  ByStudy masks(studies.size());
  Tensor logits;
  const StudyGroups groups = groups_of(p, images, studies);
  for (const auto& [inputs, which] : groups) {
    for (const std::size_t s : which) trace.inputs[s] = inputs;
    HILUM_ASSIGN(const Memory memory, condition(p, images, studies, which, inputs));
    HILUM_RETURN_IF_ERROR(memories.add(memory.rows, which));
    HILUM_RETURN_IF_ERROR(masks.add(memory.mask, which));
    if (!options.prefixes.empty()) {
      HILUM_ASSIGN(const auto steps, forced_logits(*p.decoder, memory, options.prefixes, which));
      HILUM_RETURN_IF_ERROR(add_logits(steps, which, logits, studies.size()));
    }
    HILUM_ASSIGN(const auto session, make_torch_session(*p.decoder, memory.rows, memory.mask, which.size()));
    for (std::size_t d = 0; d < options.decodes.size(); ++d) {
      HILUM_ASSIGN(auto found, decode(*session, request_for(p, studies, which, options.decodes[d])));
      for (std::size_t i = 0; i < which.size(); ++i) trace.hypotheses[d][which[i]] = std::move(found[i]);
    }
  }
  if (!groups.empty()) {
    trace.tensors["conditioner.memory"] = memories.take();
    Tensor mask = masks.take();
    const auto& present = std::get<Floats>(mask.values);
    mask.values = Booleans(present.begin(), present.end());
    trace.tensors["conditioner.mask"] = std::move(mask);
  }
  if (!logits.shape.empty()) trace.tensors["decoder.logits"] = std::move(logits);
  return trace;
}

}  // namespace hilum::runtime
