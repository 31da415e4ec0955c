// Run-time modules: shared libraries opened when a command first needs one, so that LibTorch, SentencePiece,
// OpenCV's codecs and FAISS cost nothing at start, and so that two of them that carry the same symbols never
// meet. Opened with RTLD_NOW | RTLD_LOCAL and never closed (LibTorch does not survive it). Thread-safe.
//
// A module exports one C function, `hilum_module_v1(uint32_t abi_version)`, that returns its table of
// functions or null when it does not speak that version. Nothing but C types crosses the boundary.
#pragma once

#include <cstdint>
#include <string>

#include "hilum/status.h"

namespace hilum {

// The table of functions of module `name` ("torch": libhilum_torch.so). Looked for in $HILUM_MODULE_DIR,
// beside the program (../lib/hilum, then ../../lib and so on in a build tree) and in the installed place.
// kModuleMissing names the places tried or the linker's reason.
Result<const void*> open_module(const std::string& name, std::uint32_t abi_version);

}  // namespace hilum
