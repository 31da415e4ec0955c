#include <algorithm>
#include <iterator>

#include <nlohmann/json.hpp>

#include "core/text/text.h"
#include "nlp/radgraph/radgraph.h"

namespace hilum::nlp {
namespace {

constexpr std::size_t kMaxBytes = 1u << 30;

// One line without its end, or false at the end of input; a longer line than kMaxBytes is cut to nothing.
bool read_line(std::istream& in, std::string& line, bool& too_long) {
  line.clear();
  too_long = false;
  if (in.peek() == std::istream::traits_type::eof()) return false;
  for (int c = in.get(); c != std::istream::traits_type::eof() && c != '\n'; c = in.get()) {
    too_long = too_long || line.size() == kMaxBytes;
    if (!too_long) line += static_cast<char>(c);
  }
  return true;
}

// True for the first line of a value written over several lines.
bool goes_on(std::string_view line) {
  return ends_with(line, "{") || ends_with(line, "[") || ends_with(line, ",");
}

}  // namespace

RadGraphReader::RadGraphReader(std::istream& in, std::string name) : in_(in), name_(std::move(name)) {}

// Reads the next line that holds something; false at the end.
Result<bool> RadGraphReader::read_more() {
  std::string line;
  bool too_long = false;
  do {
    if (whole_ || !read_line(in_, line, too_long)) return false;
    ++line_;
  } while (trim(line).empty() && !too_long);
  const std::string where = name_ + ":" + std::to_string(line_);
  if (too_long)
    return Status(ErrorCode::kTooLarge,
                  where + ": a line of more than " + std::to_string(kMaxBytes) + " bytes");
  if (line_ == 1 && goes_on(trim(line))) {
    whole_ = true;
    std::string more;
    while (read_line(in_, more, too_long)) {
      if (too_long || line.size() + more.size() >= kMaxBytes) {
        return Status(ErrorCode::kTooLarge, name_ + ": more than " + std::to_string(kMaxBytes) + " bytes");
      }
      line += '\n';
      line += more;
    }
  }
  const auto value = parse_json(line);
  if (!value) return value.status().at(where);
  auto graphs = graphs_from_json(*value, "line-" + std::to_string(line_));
  if (!graphs) return graphs.status().at(where);
  graphs_ = graphs.take();
  std::reverse(graphs_.begin(), graphs_.end());
  return true;
}

Result<std::optional<RadGraph>> RadGraphReader::next() {
  while (graphs_.empty()) {
    const auto more = read_more();
    if (!more) return more.status();
    if (!*more) return std::optional<RadGraph>();
  }
  std::optional<RadGraph> graph = std::move(graphs_.back());
  graphs_.pop_back();
  return graph;
}

}  // namespace hilum::nlp
