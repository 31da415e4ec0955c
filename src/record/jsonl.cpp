#include "hilum/jsonl.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/text/text.h"
#include "core/text/utf8.h"

namespace hilum {
namespace {

constexpr std::size_t kChunkBytes = 1u << 14;

// Reads up to the newline, a chunk at a time. False at the end of input. A line over the limit is read to its
// end but not kept.
bool read_line(std::istream& in, std::size_t limit, std::string& line, bool& too_long) {
  line.clear();
  too_long = false;
  char chunk[kChunkBytes];
  bool any = false;
  for (;;) {
    in.getline(chunk, kChunkBytes);
    const auto read = static_cast<std::size_t>(in.gcount());  // the newline counts, though it is not stored
    const bool end = in.eof();
    const bool cut = !end && in.fail();  // a full chunk without a newline
    const std::size_t size = end || cut ? read : read - 1;
    const std::size_t room = limit - line.size();
    line.append(chunk, std::min(size, room));
    too_long = too_long || size > room;
    any = any || read > 0;
    if (end) return any;
    if (!cut) return true;
    in.clear();
  }
}

}  // namespace

JsonlReader::JsonlReader(std::istream& in, std::size_t max_line_bytes)
    : in_(in), max_line_bytes_(max_line_bytes) {}

Result<std::optional<Json>> JsonlReader::next() {
  std::string line;
  bool too_long = false;
  while (read_line(in_, max_line_bytes_, line, too_long)) {
    ++line_number_;
    const std::string where = "line " + std::to_string(line_number_);
    if (too_long) {
      return Status(ErrorCode::kTooLarge,
                    where + ": longer than " + std::to_string(max_line_bytes_) + " bytes");
    }
    if (trim(line).empty()) continue;
    if (const std::size_t at = find_invalid_utf8(line); at != std::string_view::npos) {
      return Status(ErrorCode::kUtf8Invalid, where + ": invalid UTF-8 at byte " + std::to_string(at));
    }
    auto value = parse_json(line);
    if (!value) return value.status().at(where);
    if (!value->is_object()) {
      return Status(ErrorCode::kJsonInvalid, where + ": should be an object and is " + value->type_name());
    }
    return std::optional<Json>(value.take());
  }
  return std::optional<Json>();
}

Status write_jsonl(Sink& out, const Json& record) {
  HILUM_ASSIGN(std::string line, dump_json(record));
  line.push_back('\n');
  return out.write(line);
}

}  // namespace hilum
