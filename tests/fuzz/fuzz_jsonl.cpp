// Any bytes as JSON Lines: every line a record or an error, and what was read can be written.
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include <nlohmann/json.hpp>

#include "hilum/jsonl.h"
#include "hilum/record.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::istringstream in(std::string(reinterpret_cast<const char*>(data), size));
  hilum::JsonlReader reader(in, 1u << 16);
  for (;;) {
    const auto record = reader.next();
    if (!record) continue;  // this line only
    if (!record->has_value()) return 0;
    const auto study = hilum::study_from_json(**record);
    if (study) (void)hilum::study_to_json(*study);
    const auto text = hilum::dump_json(**record);
    if (text && !hilum::parse_json(*text).is_ok()) std::abort();
  }
}
