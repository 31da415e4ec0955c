#include "retrieval/vector_codec.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace hilum::retrieval {
namespace {

constexpr float kInt8Limit = 127.0F;
constexpr std::size_t kLanes = 16;  // independent sums, so that the compiler can keep them in one register

std::uint32_t bits_of(float value) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

float float_of(std::uint32_t bits) {
  float value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

// IEEE 754 binary16.
std::uint16_t to_half(float value) {
  const std::uint32_t bits = bits_of(value);
  const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000U);
  const std::uint32_t magnitude = bits & 0x7FFFFFFFU;
  if (magnitude >= 0x477FF000U)
    return static_cast<std::uint16_t>(sign | 0x7BFFU);       // saturates: no infinity is stored
  if (magnitude < 0x38800000U) {                             // subnormal
    const float scaled = float_of(magnitude) * 16777216.0F;  // 2^24
    return static_cast<std::uint16_t>(sign | static_cast<std::uint16_t>(std::nearbyint(scaled)));
  }
  const std::uint32_t rounded = magnitude + 0xFFFU + ((magnitude >> 13) & 1U);
  return static_cast<std::uint16_t>(sign | static_cast<std::uint16_t>((rounded - 0x38000000U) >> 13));
}

float from_half_slow(std::uint16_t half) {
  const std::uint32_t sign = (half & 0x8000U) << 16;
  const std::uint32_t exponent = (half >> 10) & 31U;
  const std::uint32_t mantissa = half & 0x3FFU;
  if (exponent == 0) return float_of(sign | bits_of(static_cast<float>(mantissa) / 16777216.0F));
  return float_of(sign | ((exponent + 112U) << 23) | (mantissa << 13));
}

const std::array<float, 65536>& half_table() {
  static const auto table = [] {
    std::array<float, 65536> made{};
    for (std::size_t i = 0; i < made.size(); ++i) made[i] = from_half_slow(static_cast<std::uint16_t>(i));
    return made;
  }();
  return table;
}

template <typename Element>
float product(const float* query, std::size_t dimension, Element element) {
  std::array<float, kLanes> sums{};
  std::size_t i = 0;
  for (; i + kLanes <= dimension; i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) sums[lane] += query[i + lane] * element(i + lane);
  }
  float sum = 0;
  for (; i < dimension; ++i) sum += query[i] * element(i);
  for (const float lane : sums) sum += lane;
  return sum;
}

}  // namespace

std::size_t stored_bytes(Storage storage, std::size_t dimension) {
  switch (storage) {
    case Storage::kFp32:
      return dimension * 4;
    case Storage::kFp16:
      return dimension * 2;
    case Storage::kInt8:
      break;
  }
  return sizeof(float) + dimension;
}

void encode_vector(Storage storage, const float* vector, std::size_t dimension, void* stored) {
  auto* bytes = static_cast<unsigned char*>(stored);
  if (storage == Storage::kFp32) {
    std::memcpy(bytes, vector, dimension * sizeof(float));
  } else if (storage == Storage::kFp16) {
    for (std::size_t i = 0; i < dimension; ++i) {
      const std::uint16_t half = to_half(vector[i]);
      std::memcpy(bytes + 2 * i, &half, 2);
    }
  } else {
    float largest = 0;
    for (std::size_t i = 0; i < dimension; ++i) largest = std::max(largest, std::fabs(vector[i]));
    const float scale = largest > 0 ? largest / kInt8Limit : 1.0F;
    std::memcpy(bytes, &scale, sizeof scale);
    for (std::size_t i = 0; i < dimension; ++i) {
      const auto level = static_cast<std::int8_t>(std::lround(vector[i] / scale));
      std::memcpy(bytes + sizeof scale + i, &level, 1);
    }
  }
}

void decode_vector(Storage storage, const void* stored, std::size_t dimension, float* vector) {
  const auto* bytes = static_cast<const unsigned char*>(stored);
  if (storage == Storage::kFp32) {
    std::memcpy(vector, bytes, dimension * sizeof(float));
  } else if (storage == Storage::kFp16) {
    const auto& table = half_table();
    for (std::size_t i = 0; i < dimension; ++i) {
      std::uint16_t half = 0;
      std::memcpy(&half, bytes + 2 * i, 2);
      vector[i] = table[half];
    }
  } else {
    float scale = 0;
    std::memcpy(&scale, bytes, sizeof scale);
    const auto* levels = reinterpret_cast<const std::int8_t*>(bytes + sizeof scale);
    for (std::size_t i = 0; i < dimension; ++i) vector[i] = scale * static_cast<float>(levels[i]);
  }
}

float stored_product(Storage storage, const float* query, const void* stored, std::size_t dimension) {
  const auto* bytes = static_cast<const unsigned char*>(stored);
  if (storage == Storage::kFp32) {
    return product(query, dimension, [bytes](std::size_t i) {
      float value = 0;
      std::memcpy(&value, bytes + 4 * i, 4);
      return value;
    });
  }
  if (storage == Storage::kFp16) {
    const auto& table = half_table();
    return product(query, dimension, [bytes, &table](std::size_t i) {
      std::uint16_t half = 0;
      std::memcpy(&half, bytes + 2 * i, 2);
      return table[half];
    });
  }
  float scale = 0;
  std::memcpy(&scale, bytes, sizeof scale);
  const auto* levels = reinterpret_cast<const std::int8_t*>(bytes + sizeof scale);
  return scale * product(query, dimension, [levels](std::size_t i) { return static_cast<float>(levels[i]); });
}

}  // namespace hilum::retrieval
