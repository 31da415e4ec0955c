// The table of layouts: how a data set is told by its path, and what opens it. A new one is a row.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "datasets/readers.h"

namespace hilum::datasets {

// What is shared by the paths of one run: the options, and MIMIC's tables once they are needed.
struct Opening {
  ContextPtr context;
  std::shared_ptr<const MimicIndex> index;  // may be null

  Status load_index(const std::string& folder);
};

struct Layout {
  const char* name;
  std::vector<std::string> also;  // further names that users know the data set by
  // Whether a file is one; `first_entry` is the first element of a .json file, as text, and else empty.
  bool (*has_file)(const std::string& path, const std::string& first_entry);
  bool (*has_folder)(const std::string& path);
  SourceResult (*open)(const std::string& path, Opening& opening);
};

// Told apart in this order; the first, "folder", is what everything else is.
const std::vector<Layout>& layouts();
// By any of its names; null for none.
const Layout* find_layout(const std::string& name);

// Whether the folder holds MIMIC-CXR's tables.
bool has_mimic_tables(const std::string& folder);

}  // namespace hilum::datasets
