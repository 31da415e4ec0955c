#include "modules/torch/dense_pass.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "modules/torch/dense_kernel.h"

namespace hilum::dense {
namespace {

using torch::jit::Block;
using torch::jit::Graph;
using torch::jit::Node;
using torch::jit::Value;
using Slot = std::pair<c10::intrusive_ptr<c10::ivalue::Object>, std::string>;

constexpr int kMostDepth = 64;                // of modules in modules
constexpr std::int64_t kThreadInputs = 2048;  // a thread takes panels with at least so many inputs together

Run best_kernel() {
#if defined(HILUM_DENSE_X86)
  if (__builtin_cpu_supports("avx512f")) return run_avx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return run_avx2;
#endif
  return run_baseline;
}

// weights [outputs, inputs] -> panels.
at::Tensor pack(const at::Tensor& weights) {
  const std::int64_t outputs = weights.size(0);
  const std::int64_t inputs = weights.size(1);
  at::Tensor padded = at::zeros({panels(outputs) * kPanel, inputs}, weights.options());
  padded.narrow(0, 0, outputs).copy_(weights);
  return padded.view({panels(outputs), kPanel, inputs}).permute({0, 2, 1}).contiguous();
}

at::Tensor multiply(const at::Tensor& x, const at::Tensor& packed, std::int64_t outputs,
                    const at::Tensor& bias) {
  static const Run run = best_kernel();
  std::vector<std::int64_t> sizes = x.sizes().vec();
  const std::int64_t inputs = sizes.back();
  sizes.back() = outputs;
  at::Tensor y = at::empty(sizes, packed.options());
  const Product product{x.data_ptr<float>(),
                        packed.data_ptr<float>(),
                        bias.defined() ? bias.data_ptr<float>() : nullptr,
                        y.data_ptr<float>(),
                        x.numel() / inputs,
                        inputs,
                        outputs};
  at::parallel_for(0, packed.size(0), std::max<std::int64_t>(1, kThreadInputs / inputs),
                   [&](std::int64_t begin, std::int64_t end) { run(product, begin, end); });
  return y;
}

// The operator hilum::dense.
void dense(torch::jit::Stack& stack) {
  const c10::IValue bias_value = torch::jit::pop(stack);
  const std::int64_t outputs = torch::jit::pop(stack).toInt();
  const at::Tensor packed = torch::jit::pop(stack).toTensor();
  const at::Tensor x = torch::jit::pop(stack).toTensor().contiguous();
  TORCH_CHECK(x.dim() > 0 && x.size(-1) == packed.size(1) && x.scalar_type() == at::kFloat,
              "RuntimeError: a product of ", x.scalar_type(), x.sizes(), " with Float[", outputs, ", ",
              packed.size(1), "]");
  stack.emplace_back(
      multiply(x, packed, outputs, bias_value.isNone() ? at::Tensor() : bias_value.toTensor().contiguous()));
}

const torch::jit::RegisterOperators kRegistered(
    {torch::jit::Operator("hilum::dense(Tensor x, Tensor packed, int outputs, Tensor? bias) -> Tensor", dense,
                          c10::AliasAnalysisKind::FROM_SCHEMA)});

class Rewriter {
 public:
  explicit Rewriter(const torch::jit::Module& module) : module_(module) {}

  void run() {
    bool all_seen = true;
    for (const torch::jit::Method& method : module_.get_methods()) {
      const auto graph = method.graph();
      // Without LibTorch's optimiser, one call inlines one level.
      for (int depth = 0; depth < kMostDepth && has_calls(*graph->block()); ++depth)
        torch::jit::Inline(*graph);
      all_seen = all_seen && !has_calls(*graph->block());
      rewrite(*graph->block());
      torch::jit::EliminateDeadCode(graph);
    }
    if (!all_seen) return;  // what is called there may use any weights
    std::set<std::pair<const void*, std::string>> used;
    for (const torch::jit::Method& method : module_.get_methods())
      collect_used(*method.graph()->block(), used);
    for (const Slot& slot : replaced_) {
      if (used.count({slot.first.get(), slot.second}) == 0) slot.first->setAttr(slot.second, at::empty({0}));
    }
  }

 private:
  static bool has_calls(const Block& block) {
    for (const Node* node : block.nodes()) {
      if (node->kind() == c10::prim::CallMethod || node->kind() == c10::prim::CallFunction) return true;
      for (const Block* inner : node->blocks()) {
        if (has_calls(*inner)) return true;
      }
    }
    return false;
  }

  // The attribute that a chain of GetAttr from the module leads to.
  std::optional<Slot> slot_of(const Value* value) const {
    const Node* node = value->node();
    if (node->kind() != c10::prim::GetAttr) return std::nullopt;
    const auto owner = object_of(node->input());
    if (!owner) return std::nullopt;
    return Slot{*owner, node->s(c10::attr::name)};
  }

  std::optional<c10::intrusive_ptr<c10::ivalue::Object>> object_of(const Value* value) const {
    if (value->node()->kind() == c10::prim::Param) {
      return value == value->owningGraph()->inputs()[0] ? std::optional(module_._ivalue()) : std::nullopt;
    }
    const auto slot = slot_of(value);
    if (!slot) return std::nullopt;
    const c10::IValue held = slot->first->getAttr(slot->second);
    return held.isObject() ? std::optional(held.toObject()) : std::nullopt;
  }

  // The panels of weights held there; `transposed`: stored inputs x outputs.
  std::optional<at::Tensor> packed(const Slot& slot, bool transposed) {
    const c10::IValue held = slot.first->getAttr(slot.second);
    if (!held.isTensor()) return std::nullopt;
    const at::Tensor weights =
        transposed && held.toTensor().dim() == 2 ? held.toTensor().t() : held.toTensor();
    if (weights.dim() != 2 || weights.numel() == 0 || weights.scalar_type() != at::kFloat)
      return std::nullopt;
    at::Tensor& kept = packed_[{weights.data_ptr(), transposed}];
    if (!kept.defined()) kept = pack(weights);
    return kept;
  }

  void rewrite(Block& block) {
    for (auto it = block.nodes().begin(); it != block.nodes().end();) {
      Node* node = *it++;
      for (Block* inner : node->blocks()) rewrite(*inner);
      const bool linear = node->kind() == c10::aten::linear;
      if (!linear && node->kind() != c10::aten::matmul) continue;
      const auto slot = slot_of(node->input(1));
      const auto panels_of = slot ? packed(*slot, !linear) : std::nullopt;
      if (!panels_of) continue;
      const std::int64_t outputs = slot->first->getAttr(slot->second).toTensor().size(linear ? 0 : 1);
      replaced_.push_back(*slot);
      Graph& graph = *block.owningGraph();
      const torch::jit::WithInsertPoint here(node);
      Value* bias = linear ? node->input(2) : graph.insertConstant(c10::IValue());
      Node* made = graph.create(
          c10::Symbol::fromQualString("hilum::dense"),
          {node->input(0), graph.insertConstant(*panels_of), graph.insertConstant(outputs), bias});
      made->insertBefore(node);
      made->output()->setType(c10::TensorType::get());
      node->output()->replaceAllUsesWith(made->output());
      node->destroy();
    }
  }

  void collect_used(const Block& block, std::set<std::pair<const void*, std::string>>& used) const {
    for (const Node* node : block.nodes()) {
      for (const Block* inner : node->blocks()) collect_used(*inner, used);
      if (node->kind() != c10::prim::GetAttr) continue;
      if (const auto slot = slot_of(node->output())) used.insert({slot->first.get(), slot->second});
    }
  }

  torch::jit::Module module_;
  std::map<std::pair<const void*, bool>, at::Tensor> packed_;
  std::vector<Slot> replaced_;
};

}  // namespace

void use_dense_kernels(torch::jit::Module& module) { Rewriter(module).run(); }

}  // namespace hilum::dense
