#include "hilum/jsonl.h"

#include <nlohmann/json.hpp>

#include "core/text/text.h"
#include "core/text/utf8.h"

namespace hilum {
namespace {

// Reads up to the newline. False at the end of input. A line over the limit is read to its end but not kept.
bool read_line(std::istream& in, std::size_t limit, std::string& line, bool& too_long) {
  line.clear();
  too_long = false;
  std::streambuf* buffer = in.rdbuf();
  bool any = false;
  for (;;) {
    const int c = buffer->sbumpc();
    if (c == std::char_traits<char>::eof()) {
      in.setstate(std::ios::eofbit);
      return any;
    }
    any = true;
    if (c == '\n') return true;
    if (line.size() < limit) {
      line.push_back(static_cast<char>(c));
    } else {
      too_long = true;
    }
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
