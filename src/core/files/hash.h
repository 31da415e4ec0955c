// FNV-1a, 64 bit: a fast hash that is the same on every machine. Not for hostile input; files are checked by
// SHA-256.
#pragma once

#include <cstdint>
#include <string_view>

namespace hilum {

inline constexpr std::uint64_t kFnvStart = 14695981039346656037U;

constexpr std::uint64_t fnv1a(std::string_view text, std::uint64_t start = kFnvStart) {
  std::uint64_t hash = start;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return hash;
}

}  // namespace hilum
