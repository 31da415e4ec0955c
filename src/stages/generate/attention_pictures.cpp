#include "stages/generate/attention_pictures.h"

#include <cstdio>

#include "core/files/sha256.h"
#include "io/heat_overlay.h"
#include "io/raster/png.h"

namespace hilum::stages {
namespace {

constexpr std::size_t kNameBytes = 60;
constexpr std::size_t kWordBytes = 40;

bool is_plain(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

// Letters, digits, '-' and '.' as they are, everything else as one '_' a run.
std::string plain_name(const std::string& text, std::size_t most, const char* kept) {
  std::string out;
  for (const char c : text) {
    if (is_plain(c) || (std::string_view(kept).find(c) != std::string_view::npos && !out.empty())) {
      out.push_back(c);
    } else if (!out.empty() && out.back() != '_') {
      out.push_back('_');
    }
    if (out.size() == most) break;
  }
  while (!out.empty() && out.back() == '_') out.pop_back();
  return out;
}

// Two studies never share a file: an id that does not fit into a name keeps its hash.
std::string name_of_study(const std::string& id) {
  const std::string plain = plain_name(id, kNameBytes, "-._");
  return plain == id ? plain : plain + "_" + sha256_hex(id).substr(0, 8);
}

}  // namespace

Status write_attention_pictures(const std::string& folder, const std::string& id, const Gray8& film,
                                WrittenReport& report) {
  const std::string study = name_of_study(id);
  int number = 0;
  for (WrittenSentence& sentence : report.sentences) {
    ++number;
    if (!sentence.attention) continue;
    HILUM_ASSIGN(const RgbImage picture, draw_heat(film, *sentence.attention));
    char digits[16];
    std::snprintf(digits, sizeof digits, "%02d", number);
    const std::string path = folder + "/" + study + "_" + digits + "_" + sentence.section + "_" +
                             plain_name(sentence.text, kWordBytes, "-") + ".png";
    HILUM_RETURN_IF_ERROR(write_png_rgb8(path, picture.width, picture.height, picture.rgb));
    sentence.picture = path;
  }
  return Status::ok();
}

}  // namespace hilum::stages
