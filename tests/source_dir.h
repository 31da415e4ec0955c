// Where this checkout lies, for tests that read its data.
#pragma once

#include <string>

namespace hilum {

std::string source_dir();

}  // namespace hilum
