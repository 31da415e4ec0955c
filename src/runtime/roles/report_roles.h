// The roles that write a report, and what the manifest says of their inputs and of the decoder's memory.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/roles/role.h"

namespace hilum::runtime {

// How a text becomes the ids of `<name>_ids`.
struct TextInputSpec {
  std::vector<int> prefix, suffix;  // ids around the text
  int max_tokens = 100;             // prefix and suffix included; the text is cut at its end
  bool facts = false;               // the model reads the facts of a report, not its sentences
  std::vector<int> separator;       // ids between two facts; without them " . " joins the facts as text
  bool clean_indication = false;    // the text goes through SEI's cleaning first
};

struct ConditionerSpec : ManifestPart {
  static constexpr const char* kKey = "conditioner_inputs";
  std::vector<std::string> inputs;             // names it takes: models/conditioner_inputs.h
  std::map<std::string, TextInputSpec> texts;  // `text_inputs`, by the input without "_ids"
  std::map<std::string, int> views;            // names of views in lower case: rows of the model's view table

  // How the text of an input becomes ids; the default where nothing is said.
  const TextInputSpec& text(const std::string& name) const;
  // The row of a view by its name in any case; that of "unknown", else 0, for one that is not listed.
  int view_row(std::string_view view) const;
};
// Empty where the manifest has none.
const ConditionerSpec& conditioner_of(const Manifest& manifest);

// Rows of the decoder's memory and where they come from, in order from row 0. Rows behind the listed ones may
// follow.
struct MemoryPart {
  std::string input;  // "anchor", "predictions", …
  int start = 0, rows = 0;
  int grid_height = 0, grid_width = 0;  // for images: their cells, row by row; else 0
};

struct MemorySpec : ManifestPart {
  static constexpr const char* kKey = "memory_layout";
  std::vector<MemoryPart> parts;
};
// Empty where the manifest has none.
const std::vector<MemoryPart>& memory_layout_of(const Manifest& manifest);

// The bundle's own index of similar cases, which `hilum generate` asks where a record brings none.
struct SimilarCasesSpec : ManifestPart {
  static constexpr const char* kKey = "similar_cases";
  std::string index;  // folder of the index; its files are listed in `files`
  int top = 3;        // cases a study
};

Role conditioner_role();
Role decoder_role();

}  // namespace hilum::runtime
