#include "eval/words/preprocess.h"

#include <array>

#include "core/text/text.h"

namespace hilum::eval {
namespace {

struct Name {
  Preprocess kind;
  std::string_view name;
};

constexpr std::array<Name, 6> kNames = {{{Preprocess::kRaw, "raw"},
                                         {Preprocess::kDotspace, "dotspace"},
                                         {Preprocess::kDotspaceLower, "dotspace_lower"},
                                         {Preprocess::kR2genMimic, "r2gen_mimic"},
                                         {Preprocess::kR2genIu, "r2gen_iu"},
                                         {Preprocess::kPtb, "ptb"}}};

std::string dotspace(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 16);
  const auto add_blank = [&out] {
    if (out.empty() || out.back() != ' ') out.push_back(' ');
  };
  for (const char c : text) {
    if (c == '.') {
      add_blank();
      out.push_back('.');
    } else if (c == ' ') {
      add_blank();
    } else {
      out.push_back(c);
    }
  }
  return out;
}

std::string_view strip_white(std::string_view text) {
  std::size_t first = 0;
  while (first < text.size()) {
    const std::size_t white = white_space_at(text, first);
    if (white == 0) break;
    first += white;
  }
  std::size_t last = first;
  for (std::size_t i = first; i < text.size();) {
    const std::size_t white = white_space_at(text, i);
    i += white > 0 ? white : 1;
    if (white == 0) last = i;
  }
  return text.substr(first, last - first);
}

// One sentence of R2Gen's cleaner. Its character class holds the range ':' to '[', so the hyphen stays.
std::string r2gen_sentence(std::string_view text) {
  std::string kept;
  for (const char c : text) {
    if (c != '"' && c != '/' && c != '\\' && c != '\'') kept.push_back(c);
  }
  const std::string_view stripped = strip_white(kept);
  std::string out;
  for (const char c : stripped) {
    const bool dropped =
        std::string_view(".,?;*!%^&_+()]{}").find(c) != std::string_view::npos || (c >= ':' && c <= '[');
    if (!dropped) out.push_back(c);
  }
  return out;
}

std::string r2gen(std::string_view input, bool mimic) {
  std::string text(input);
  if (mimic) {
    replace_all(text, "\n", " ");
    for (int i = 0; i < 7; ++i) replace_all(text, "__", "_");
    for (int i = 0; i < 6; ++i) replace_all(text, "  ", " ");
  }
  for (int i = 0; i < (mimic ? 8 : 3); ++i) replace_all(text, "..", ".");
  replace_all(text, "1. ", "");
  for (const char* mark : {". 2. ", ". 3. ", ". 4. ", ". 5. ", " 2. ", " 3. ", " 4. ", " 5. "}) {
    replace_all(text, mark, ". ");
  }
  const std::string lowered = lower_text(strip_white(text));
  std::string out;
  std::size_t start = 0;
  while (true) {
    const std::size_t end = lowered.find(". ", start);
    const std::string_view whole(lowered);
    out += r2gen_sentence(whole.substr(start, end == std::string::npos ? end : end - start));
    if (end == std::string::npos) break;
    out += " . ";
    start = end + 2;
  }
  return out + " .";
}

std::string ptb(std::string_view text) {
  static constexpr std::array<std::string_view, 18> kDropped = {
      "''", "'", "``", "`", "-LRB-", "-RRB-", "-LCB-", "-RCB-", ".",
      "?",  "!", ",",  ":", "-",     "--",    "...",   ";",     ""};
  std::string out;
  for (const std::string& word : ptb_words(text)) {
    bool dropped = false;
    for (const std::string_view mark : kDropped) dropped = dropped || word == mark;
    if (dropped) continue;
    if (!out.empty()) out.push_back(' ');
    out += word;
  }
  return out;
}

}  // namespace

const std::vector<std::string>& preprocess_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const Name& row : kNames) list.emplace_back(row.name);
    return list;
  }();
  return names;
}

Result<Preprocess> preprocess_from_name(std::string_view name) {
  for (const Name& row : kNames) {
    if (row.name == name) return row.kind;
  }
  return Status(ErrorCode::kUsage,
                "no preprocessing '" + std::string(name) + "'; there is " + join(preprocess_names(), ", "));
}

std::string_view preprocess_name(Preprocess kind) {
  for (const Name& row : kNames) {
    if (row.kind == kind) return row.name;
  }
  return "";
}

std::string preprocess(Preprocess kind, std::string_view text) {
  switch (kind) {
    case Preprocess::kRaw:
      return std::string(text);
    case Preprocess::kDotspace:
      return dotspace(text);
    case Preprocess::kDotspaceLower:
      return dotspace(lower_text(text));
    case Preprocess::kR2genMimic:
      return r2gen(text, true);
    case Preprocess::kR2genIu:
      return r2gen(text, false);
    case Preprocess::kPtb:
      return ptb(text);
  }
  return std::string(text);
}

std::string lower_text(std::string_view text) {
  std::string out(text);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto byte = static_cast<unsigned char>(out[i]);
    if (byte < 0x80) {
      if (out[i] >= 'A' && out[i] <= 'Z') out[i] = static_cast<char>(byte + 32);
      continue;
    }
    if ((byte & 0xe0) != 0xc0 || i + 1 >= out.size()) continue;
    unsigned code = (byte & 0x1fu) << 6 | (static_cast<unsigned char>(out[i + 1]) & 0x3fu);
    const bool latin = code >= 0xc0 && code <= 0xde && code != 0xd7;
    const bool greek = code >= 0x391 && code <= 0x3a9 && code != 0x3a2;
    const bool cyrillic = code >= 0x410 && code <= 0x42f;
    const bool even_pairs = (code >= 0x100 && code <= 0x137) || (code >= 0x14a && code <= 0x177);
    const bool odd_pairs = (code >= 0x139 && code <= 0x148) || (code >= 0x179 && code <= 0x17e);
    if (latin || greek || cyrillic) {
      code += 32;
    } else if (code == 0x178) {
      code = 0xff;
    } else if ((even_pairs && code % 2 == 0 && code != 0x130) || (odd_pairs && code % 2 == 1)) {
      code += 1;
    }
    out[i] = static_cast<char>(0xc0 | (code >> 6));
    out[i + 1] = static_cast<char>(0x80 | (code & 0x3f));
    ++i;
  }
  return out;
}

std::size_t white_space_at(std::string_view text, std::size_t at) {
  const auto byte = [&text](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const unsigned first = byte(at);
  if (first == ' ' || (first >= 0x09 && first <= 0x0d) || (first >= 0x1c && first <= 0x1f)) return 1;
  if (first == 0xc2) return byte(at + 1) == 0x85 || byte(at + 1) == 0xa0 ? 2 : 0;
  if (first == 0xe1) return byte(at + 1) == 0x9a && byte(at + 2) == 0x80 ? 3 : 0;
  if (first == 0xe3) return byte(at + 1) == 0x80 && byte(at + 2) == 0x80 ? 3 : 0;
  if (first != 0xe2) return 0;
  const unsigned last = byte(at + 2);
  if (byte(at + 1) == 0x81) return last == 0x9f ? 3 : 0;
  const bool white = byte(at + 1) == 0x80 &&
                     ((last >= 0x80 && last <= 0x8a) || last == 0xa8 || last == 0xa9 || last == 0xaf);
  return white ? 3 : 0;
}

}  // namespace hilum::eval
