// Any bytes as a bundle's manifest, and as a tokenizer's file: a value or a status that says why not, never a
// crash.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "hilum/bundle.h"

#include "runtime/tokenizers/tokenizer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hilum;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto manifest = runtime::parse_manifest(bytes);
  const ErrorCode code = manifest.status().code();
  if (!manifest && code != ErrorCode::kBundleInvalid && code != ErrorCode::kBundleTooNew) std::abort();
  if (manifest) {
    for (const runtime::BundleFile& file : manifest->files) {
      if (file.path.empty() || file.path.front() == '/' || file.path.find("..") == 0) std::abort();
    }
  }
  const runtime::TokenizerSpec spec;
  const auto words = runtime::make_wordlevel(bytes, spec);
  if (words && !(*words)->encode("no acute process .")) std::abort();
  const auto pairs = runtime::make_bpe(bytes, "", spec);
  if (pairs && !(*pairs)->encode("no acute process .")) std::abort();
  return 0;
}
