#include <array>
#include <cstdint>

#include "core/text/text.h"
#include "nlp/sections/sections.h"

namespace hilum::nlp {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

void append_utf8(std::string& out, std::uint32_t code) {
  if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) code = 0xFFFD;
  const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | (code >> 6));
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3F));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

// The character of "#60" or "#x3C", or nothing.
std::optional<std::uint32_t> numeric_entity(std::string_view name) {
  if (name.size() < 2 || name.front() != '#') return std::nullopt;
  const bool hexadecimal = name[1] == 'x' || name[1] == 'X';
  name.remove_prefix(hexadecimal ? 2 : 1);
  if (name.empty() || name.size() > 7) return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : name) {
    const std::size_t digit =
        std::string_view("0123456789abcdef").find(c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c);
    if (digit == kNone || (!hexadecimal && digit > 9)) return std::nullopt;
    value = value * (hexadecimal ? 16 : 10) + static_cast<std::uint32_t>(digit);
  }
  return value;
}

// XML's five entities and numeric ones; anything else stays as it is.
std::string decode_entities(std::string_view text) {
  struct Named {
    std::string_view name, value;
  };
  constexpr std::array<Named, 5> kNamed = {
      {{"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}}};
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] != '&') {
      out.push_back(text[i++]);
      continue;
    }
    const std::size_t semicolon = text.substr(i, 12).find(';');
    const std::string_view name = semicolon == kNone ? std::string_view() : text.substr(i + 1, semicolon - 1);
    const std::size_t before = out.size();
    for (const Named& entity : kNamed) {
      if (name == entity.name) out += entity.value;
    }
    if (const auto code = numeric_entity(name)) append_utf8(out, *code);
    if (out.size() == before) {
      out.push_back('&');
      ++i;
    } else {
      i += semicolon + 1;
    }
  }
  return out;
}

// The value of attribute `name` in a start tag, or "".
std::string_view attribute(std::string_view tag, std::string_view name) {
  for (std::size_t at = tag.find(name); at != kNone; at = tag.find(name, at + 1)) {
    std::size_t i = at + name.size();
    const bool whole = at > 0 && (tag[at - 1] == ' ' || tag[at - 1] == '\n' || tag[at - 1] == '\t');
    if (!whole || i + 1 >= tag.size() || tag[i] != '=' || (tag[i + 1] != '"' && tag[i + 1] != '\'')) continue;
    const std::size_t end = tag.find(tag[i + 1], i + 2);
    if (end != kNone) return tag.substr(i + 2, end - i - 2);
  }
  return {};
}

}  // namespace

Result<std::vector<Section>> parse_iu_xml(std::string_view xml) {
  constexpr std::string_view kOpen = "<AbstractText";
  constexpr std::string_view kClose = "</AbstractText>";
  std::vector<Section> sections;
  for (std::size_t at = xml.find(kOpen); at != kNone; at = xml.find(kOpen, at + 1)) {
    const std::size_t tag_end = xml.find('>', at);
    if (tag_end == kNone) break;
    const std::string_view tag = xml.substr(at, tag_end - at);
    const std::string_view label = attribute(tag, "Label");
    if (label.empty()) continue;
    std::string_view text;
    if (xml[tag_end - 1] != '/') {
      const std::size_t end = xml.find(kClose, tag_end);
      if (end == kNone)
        return Status(ErrorCode::kFileInvalid, "<AbstractText> is not closed: the file is cut");
      text = xml.substr(tag_end + 1, end - tag_end - 1);
      at = end;
    }
    sections.push_back({to_lower(decode_entities(label)), std::string(trim(decode_entities(text)))});
  }
  if (sections.empty()) {
    return Status(ErrorCode::kFileInvalid,
                  "no <AbstractText Label=…>: not a report of the Indiana University set");
  }
  return sections;
}

std::string iu_xml_id(std::string_view xml) {
  const std::size_t at = xml.find("<uId");
  if (at == kNone) return {};
  const std::size_t end = xml.find('>', at);
  return end == kNone ? std::string() : decode_entities(attribute(xml.substr(at, end - at), "id"));
}

}  // namespace hilum::nlp
