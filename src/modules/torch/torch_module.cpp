// LibTorch behind the ABI of abi.h; builds against Debian's 1.13 and against a pip-installed wheel.
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <dlfcn.h>

#include "modules/torch/abi.h"
#include "modules/torch/dense_pass.h"
#include "modules/torch/libtorch.h"

struct HilumTorchValue {
  c10::IValue value;
};

struct HilumTorchModel {
  torch::jit::Module module;
  c10::Device device;
};

namespace {

int write_error(HilumTorchError error, const std::string& reason) {
  // LibTorch's messages go on for pages: the traceback of the script, then the native stack. Users get the
  // first line that says something.
  std::istringstream lines(reason);
  std::string line;
  std::string best;
  while (std::getline(lines, line)) {
    if (line.find("Error") != std::string::npos || best.empty()) best = line;
    if (line.find("RuntimeError:") != std::string::npos) break;
  }
  if (error.size > 0) std::snprintf(error.text, error.size, "%s", best.c_str());
  return 1;
}

// Runs `body` in inference mode, without the profiling optimiser: it would run the first calls by other code
// than the later ones, and the same study would give different last digits.
template <typename Body>
int guarded(HilumTorchError error, const Body& body) {
  try {
    const c10::InferenceMode inference;
    const torch::jit::GraphOptimizerEnabledGuard unoptimised(false);
    body();
    return 0;
  } catch (const c10::Error& e) {
    return write_error(error, e.what_without_backtrace());
  } catch (const std::exception& e) {
    return write_error(error, e.what());
  } catch (...) {
    return write_error(error, "unknown error in LibTorch");
  }
}

const char* version() { return TORCH_VERSION; }

int cuda_devices() {
  try {
    return static_cast<int>(torch::cuda::device_count());
  } catch (...) {
    return 0;
  }
}

void set_threads(int threads) {
  at::set_num_threads(threads);
  // LibTorch does not tell OpenBLAS, whose own pool would serialise the replicas.
  using SetThreads = void (*)(int);
  static const auto openblas =
      reinterpret_cast<SetThreads>(::dlsym(RTLD_DEFAULT, "openblas_set_num_threads"));
  if (openblas != nullptr) openblas(threads);
}

void use_channels_last(torch::jit::Module& module) {
  for (at::Tensor parameter : module.parameters()) {
    if (parameter.dim() == 4) parameter.set_data(parameter.contiguous(at::MemoryFormat::ChannelsLast));
  }
}

int load(const void* bytes, size_t size, const char* device, HilumTorchModel** model, HilumTorchError error) {
  return guarded(error, [&] {
    std::istringstream stream(std::string(static_cast<const char*>(bytes), size));
    const c10::Device where{std::string(device)};
    auto loaded = torch::jit::load(stream, where);
    loaded.eval();
    use_channels_last(loaded);
    if (where.is_cpu()) hilum::dense::use_dense_kernels(loaded);
    *model = new HilumTorchModel{std::move(loaded), where};
  });
}

void free_model(HilumTorchModel* model) { delete model; }

int has_method(const HilumTorchModel* model, const char* method) {
  return model->module.find_method(method).has_value() ? 1 : 0;
}

int call(const HilumTorchModel* model, const char* method, const HilumTorchValue* const* arguments,
         size_t argument_count, HilumTorchValue** results, size_t capacity, size_t* count,
         HilumTorchError error) {
  return guarded(error, [&] {
    std::vector<c10::IValue> inputs;
    for (size_t i = 0; i < argument_count; ++i) inputs.push_back(arguments[i]->value);
    const auto found = model->module.find_method(method);
    TORCH_CHECK(found.has_value(), "the module has no method '", method, "'");
    torch::jit::Method callee = *found;
    const c10::IValue output = callee(std::move(inputs));
    std::vector<c10::IValue> values{output};
    if (output.isTuple()) {
      const auto tuple = output.toTuple();
      values.assign(tuple->elements().begin(), tuple->elements().end());
    }
    TORCH_CHECK(values.size() <= capacity, method, " returned ", values.size(), " values, expected at most ",
                capacity);
    for (const c10::IValue& value : values) {
      TORCH_CHECK(value.isTensor() || value.isTensorList(), method, " returned something else than tensors");
    }
    for (size_t i = 0; i < values.size(); ++i) results[i] = new HilumTorchValue{values[i]};
    *count = values.size();
  });
}

at::ScalarType scalar_type(HilumTorchType type) {
  switch (type) {
    case HILUM_TORCH_I64:
      return at::kLong;
    case HILUM_TORCH_BOOL:
      return at::kBool;
    case HILUM_TORCH_F32:
      break;
  }
  return at::kFloat;
}

int tensor(const HilumTorchModel* model, const HilumTorchShape* shape, const void* data,
           HilumTorchValue** value, HilumTorchError error) {
  return guarded(error, [&] {
    const at::IntArrayRef sizes(shape->shape, static_cast<size_t>(shape->dims));
    at::Tensor made = at::empty(sizes, scalar_type(shape->type));
    if (made.numel() > 0) std::memcpy(made.data_ptr(), data, made.nbytes());
    if (made.dim() == 4 && shape->type == HILUM_TORCH_F32)
      made = made.contiguous(at::MemoryFormat::ChannelsLast);
    *value = new HilumTorchValue{made.to(model->device)};
  });
}

int integer(int64_t number, HilumTorchValue** value, HilumTorchError error) {
  return guarded(error, [&] { *value = new HilumTorchValue{c10::IValue(number)}; });
}

int dictionary(const char* const* names, const HilumTorchValue* const* tensors, size_t count,
               HilumTorchValue** value, HilumTorchError error) {
  return guarded(error, [&] {
    c10::Dict<std::string, at::Tensor> made;
    for (size_t i = 0; i < count; ++i) made.insert(names[i], tensors[i]->value.toTensor());
    *value = new HilumTorchValue{made};
  });
}

void free_value(HilumTorchValue* value) { delete value; }

int select_rows(const HilumTorchValue* value, const int64_t* rows, size_t count, HilumTorchValue** selected,
                HilumTorchError error) {
  return guarded(error, [&] {
    const at::Tensor index = at::empty({static_cast<int64_t>(count)}, at::kLong);
    if (count > 0) std::memcpy(index.data_ptr(), rows, count * sizeof(int64_t));
    if (value->value.isTensor()) {
      const at::Tensor from = value->value.toTensor();
      *selected = new HilumTorchValue{from.index_select(0, index.to(from.device()))};
      return;
    }
    c10::List<at::Tensor> list;
    at::Tensor there = index;
    for (const at::Tensor& from : value->value.toTensorVector()) {
      if (there.device() != from.device()) there = index.to(from.device());
      list.push_back(from.index_select(0, there));
    }
    *selected = new HilumTorchValue{list};
  });
}

int reshape(const HilumTorchValue* value, const int64_t* shape, size_t dims, HilumTorchValue** reshaped,
            HilumTorchError error) {
  return guarded(error, [&] {
    *reshaped = new HilumTorchValue{value->value.toTensor().reshape(at::IntArrayRef(shape, dims))};
  });
}

int shape(const HilumTorchValue* value, HilumTorchShape* out, HilumTorchError error) {
  return guarded(error, [&] {
    const at::Tensor of = value->value.toTensor();
    TORCH_CHECK(of.dim() <= HILUM_TORCH_MAX_DIMS, "a tensor of ", of.dim(), " dimensions");
    TORCH_CHECK(of.scalar_type() == at::kLong || of.scalar_type() == at::kBool || of.is_floating_point(),
                "a tensor of a type that is not used here");
    out->type = of.scalar_type() == at::kLong   ? HILUM_TORCH_I64
                : of.scalar_type() == at::kBool ? HILUM_TORCH_BOOL
                                                : HILUM_TORCH_F32;
    out->dims = static_cast<int32_t>(of.dim());
    for (int64_t i = 0; i < of.dim(); ++i) out->shape[i] = of.size(i);
  });
}

int copy(const HilumTorchValue* value, HilumTorchFunction function, float* out, size_t count,
         HilumTorchError error) {
  return guarded(error, [&] {
    at::Tensor from = value->value.toTensor().to(at::kFloat);
    if (function == HILUM_TORCH_LOG_SOFTMAX) from = at::log_softmax(from, -1);
    if (function == HILUM_TORCH_SIGMOID) from = at::sigmoid(from);
    from = from.to(at::kCPU).contiguous();
    TORCH_CHECK(static_cast<size_t>(from.numel()) == count, "a tensor of ", from.numel(),
                " numbers, expected ", count);
    if (count > 0) std::memcpy(out, from.data_ptr(), count * sizeof(float));
  });
}

const HilumTorchTable kTable = {HILUM_TORCH_ABI, version, cuda_devices, set_threads, load,       free_model,
                                has_method,      call,    tensor,       integer,     dictionary, free_value,
                                select_rows,     reshape, shape,        copy};

}  // namespace

extern "C" __attribute__((visibility("default"))) const void* hilum_module_v1(uint32_t abi_version) {
  return abi_version == HILUM_TORCH_ABI ? &kTable : nullptr;
}
