// The files of an index folder, its manifest, and what makes one refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "hilum/index.h"

namespace hilum::retrieval {

inline constexpr int kIndexFormatVersion = 1;
inline constexpr const char* kVectorsFile = "vectors.bin";
inline constexpr const char* kCasesFile = "cases.jsonl";
inline constexpr const char* kOffsetsFile = "cases.offsets";
inline constexpr const char* kKeysFile = "cases.keys";
inline constexpr const char* kCoarseFile = "coarse.faiss";
inline constexpr const char* kManifestFile = "manifest.json";

// What is compared when a query leaves out its own patient: hashes, 0 for an empty name.
struct RowKeys {
  std::uint64_t patient = 0;
  std::uint64_t study = 0;
  std::uint64_t id = 0;
};
std::uint64_t key_of(std::string_view name);

struct IndexManifest {
  IndexSpec spec;
  std::size_t rows = 0;
  int effort = 0;       // lists probed or candidates kept, tuned when the index was built
  double recall = 1.0;  // top-20 recall against exact search that tuning saw
};

// Writes the manifest with size and hash of every other file in `folder`.
Status write_manifest(const std::string& folder, const IndexManifest& manifest);
// Reads it and checks every file against it; hashes only unless `trust`.
Result<IndexManifest> read_manifest(const std::string& folder, bool trust);

std::string case_to_line(const Case& entry);
Result<Case> case_from_line(std::string_view line);

}  // namespace hilum::retrieval
