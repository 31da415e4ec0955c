// Named tensors in a file of the safetensors format: eight bytes with the length of a JSON header, the
// header, the numbers. Holds no code. Little-endian, row-major. Values; thread-safe. Source of the format:
// the safetensors project of Hugging Face.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "hilum/status.h"

namespace hilum::runtime {

using Floats = std::vector<float>;
using Integers = std::vector<std::int64_t>;
using Booleans = std::vector<std::uint8_t>;

struct Tensor {
  std::vector<std::int64_t> shape;
  std::variant<Floats, Integers, Booleans> values;

  std::size_t size() const;
};

using NamedTensors = std::map<std::string, Tensor>;

// Reads F32, I64, I32 and BOOL (others are kFileInvalid, with the tensor's name). kFileNotFound,
// kFileUnreadable, kTooLarge beyond 8 GB; kFileInvalid for a header that does not fit the file.
Result<NamedTensors> read_tensors(const std::string& path);
Result<NamedTensors> parse_tensors(std::string_view bytes);

// kOutputFailed.
Status write_tensors(const std::string& path, const NamedTensors& tensors);

// The largest |a - b| / max(|b|, root mean square of b); infinite where shapes differ or a number is not
// finite. `expected` without a counterpart is kUsage; further actual tensors are no fault.
struct TensorDifference {
  std::string name;
  double largest = 0.0;
};
Result<std::vector<TensorDifference>> compare_tensors(const NamedTensors& actual,
                                                      const NamedTensors& expected);

}  // namespace hilum::runtime
