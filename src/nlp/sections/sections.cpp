#include "nlp/sections/sections.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "hilum/json.h"

#include "core/files/file.h"
#include "core/text/text.h"
#include "record/json_lists.h"

namespace hilum::nlp {
namespace {

constexpr std::size_t kNone = std::string_view::npos;
constexpr std::size_t kMaxTableBytes = 1u << 20;

bool is_header_char(char c) {
  return (c >= 'A' && c <= 'Z') || std::string_view(" ()/,-").find(c) != std::string_view::npos;
}
// What a Unicode-aware `\s` matches among the ASCII characters.
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || (c >= '\x1c' && c <= '\x1f'); }

struct Header {
  std::size_t begin;  // of the newline
  std::size_t name_begin;
  std::size_t name_end;
  std::size_t end;  // behind the white space after the colon
};

std::optional<Header> find_header(std::string_view text, std::size_t from) {
  for (std::size_t at = text.find("\n ", from); at != kNone; at = text.find("\n ", at + 1)) {
    std::size_t end = at + 2;
    while (end < text.size() && is_header_char(text[end])) ++end;
    if (end > at + 2 && end + 1 < text.size() && text[end] == ':' && is_space(text[end + 1])) {
      return Header{at, at + 2, end, end + 2};
    }
  }
  return std::nullopt;
}

std::string tidy(std::string_view text, SectionDialect dialect) {
  return dialect == SectionDialect::kSei ? collapse_spaces(text) : std::string(trim(text));
}

Result<std::map<std::string, std::string>> map_of(const Json& table, const char* key) {
  const auto it = table.find(key);
  if (it == table.end() || !it->is_object())
    return Status(ErrorCode::kConfig, std::string("no object '") + key + "'");
  std::map<std::string, std::string> out;
  for (const auto& [name, value] : it->items()) {
    if (!value.is_string()) return Status(ErrorCode::kConfig, std::string("'") + key + "' should hold text");
    out[name] = value.get<std::string>();
  }
  return out;
}

// The bytes of characters [begin, end) of valid UTF-8.
std::string_view character_range(std::string_view text, std::size_t begin, std::size_t end) {
  std::size_t first = text.size();
  std::size_t last = text.size();
  std::size_t character = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0u) == 0x80u) continue;
    if (character == begin) first = i;
    if (character == end) {
      last = i;
      break;
    }
    ++character;
  }
  return first < last ? text.substr(first, last - first) : std::string_view();
}

}  // namespace

Result<SectionParser> SectionParser::load(const std::string& path) {
  std::string file = path;
  if (file.empty()) {
    HILUM_ASSIGN(file, find_data("configs/sections/mimic.json"));
  }
  HILUM_ASSIGN(const Json table, read_json_file(file, kMaxTableBytes));
  SectionParser parser;
  const auto fill = [&]() -> Status {
    HILUM_ASSIGN(parser.headers_, map_of(table, "headers"));
    HILUM_ASSIGN(parser.contained_, texts_at(table, "contained"));
    HILUM_ASSIGN(parser.findings_if_contains_, texts_at(table, "findings_if_contains"));
    HILUM_ASSIGN(parser.studies_section_, map_of(table, "studies_section"));
    const auto ranges = table.find("studies_range");
    if (ranges == table.end() || !ranges->is_object())
      return {ErrorCode::kConfig, "no object 'studies_range'"};
    for (const auto& [study, range] : ranges->items()) {
      if (!range.is_array() || range.size() != 2 || !range[0].is_number_unsigned() ||
          !range[1].is_number_unsigned()) {
        return {ErrorCode::kConfig, "'studies_range." + study + "' should be two numbers"};
      }
      parser.studies_range_[study] = {range[0].get<std::size_t>(), range[1].get<std::size_t>()};
    }
    return Status::ok();
  };
  const Status filled = fill();
  if (!filled.is_ok()) return filled.at(file);
  return parser;
}

std::string SectionParser::normal_name(std::string_view header) const {
  const std::string name(trim(to_lower(header)));
  if (const auto it = headers_.find(name); it != headers_.end()) return it->second;
  for (const std::string& main : contained_) {
    if (contains(name, main)) return main;
  }
  for (const std::string& title : findings_if_contains_) {
    if (contains(name, title)) return "findings";
  }
  return name;
}

std::vector<Section> SectionParser::parse(std::string_view report, SectionDialect dialect) const {
  // Names with their untrimmed bytes: a last paragraph is told by the blank lines in them.
  std::vector<std::pair<std::string, std::string_view>> raw;
  std::optional<Header> header = find_header(report, 0);
  if (header) {
    raw.emplace_back("preamble", report.substr(0, header->name_begin));
  } else {
    raw.emplace_back("full report", report);
  }
  while (header) {
    std::string name = normal_name(report.substr(header->name_begin, header->name_end - header->name_begin));
    const std::size_t begin = header->end;
    const std::size_t skip = report.find('\n', begin);
    header = find_header(report, skip == kNone ? begin : skip);
    raw.emplace_back(std::move(name), report.substr(begin, (header ? header->begin : report.size()) - begin));
  }
  const auto is_main = [](const auto& section) {
    return section.first == "impression" || section.first == "findings";
  };
  raw.erase(
      std::remove_if(raw.begin(), raw.end(),
                     [&](const auto& section) { return is_main(section) && trim(section.second).empty(); }),
      raw.end());
  const std::size_t blank_line = raw.back().second.find("\n \n");
  if (dialect == SectionDialect::kMit && blank_line != kNone &&
      std::none_of(raw.begin(), raw.end(), is_main)) {
    const std::string_view last = raw.back().second;
    raw.back().second = last.substr(0, blank_line);
    raw.emplace_back("last_paragraph", last.substr(blank_line + 3));
  }
  std::vector<Section> sections;
  for (auto& [name, text] : raw) sections.push_back({std::move(name), tidy(text, dialect)});
  return sections;
}

std::vector<Section> SectionParser::by_name(const std::vector<Section>& sections, SectionDialect dialect) {
  std::vector<Section> out;
  std::map<std::string_view, std::size_t> index;
  for (const Section& section : sections) {
    const auto [it, is_new] = index.emplace(section.name, out.size());
    if (is_new) {
      out.push_back(section);
    } else if (dialect == SectionDialect::kMit) {
      out[it->second].text = section.text;
    }
  }
  return out;
}

Section SectionParser::main_section(std::string_view study, std::string_view report) const {
  const std::string id = starts_with(study, "s") ? std::string(study) : "s" + std::string(study);
  if (const auto range = studies_range_.find(id); range != studies_range_.end()) {
    return {"range", std::string(character_range(report, range->second.first, range->second.second))};
  }
  const std::vector<Section> sections = by_name(parse(report, SectionDialect::kMit), SectionDialect::kMit);
  std::vector<std::string> wanted = {"impression", "findings", "last_paragraph", "comparison"};
  if (const auto named = studies_section_.find(id); named != studies_section_.end()) wanted = {named->second};
  for (const std::string& name : wanted) {
    for (const Section& section : sections) {
      if (section.name == name) return section;
    }
  }
  return {};
}

}  // namespace hilum::nlp
