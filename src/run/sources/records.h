// Sources of records that are at hand, and of files of them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hilum/run.h"

namespace hilum {

// These records, in order.
std::unique_ptr<Source> list_source(std::vector<Json> records, std::string name);

// Files of JSON Lines, one after the other, as one stream. A file that cannot be opened and a line that
// cannot be read are a failed record each; what names it is its place among all records ("line-7").
std::unique_ptr<Source> record_files_source(std::vector<std::string> paths);

}  // namespace hilum
