#include "core/system/memory.h"

#include <malloc.h>

namespace hilum {

void reuse_freed_memory() {
  ::mallopt(M_MMAP_THRESHOLD, 32 << 20);  // the largest that glibc takes
  ::mallopt(M_TRIM_THRESHOLD, 256 << 20);
}

}  // namespace hilum
