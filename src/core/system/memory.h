// How the C library keeps freed memory. Call once, in main, before threads start.
#pragma once

namespace hilum {

// Films come and go as blocks of many megabytes. By default each is mapped and unmapped, and clearing its
// pages costs more than reading the film; after this call freed blocks are kept and used again (up to 256
// MB).
void reuse_freed_memory();

}  // namespace hilum
