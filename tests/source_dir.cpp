#include "source_dir.h"

namespace hilum {

std::string source_dir() { return HILUM_SOURCE_DIR; }

}  // namespace hilum
