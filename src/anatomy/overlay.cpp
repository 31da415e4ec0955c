#include "anatomy/overlay.h"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace hilum::anatomy {
namespace {

constexpr int kLargest = 1200, kSmallest = 600;
constexpr int kLetterWidth = 6, kLetterHeight = 9;
constexpr std::size_t kMostLines = 100;
constexpr int kFewestColumns = 4;  // on a picture too narrow for words

struct Letter {
  char character;
  std::uint8_t rows[7];
};
constexpr Letter kFont[] = {
#include "anatomy/font.inc"
};

const Letter& letter_of(char c) {
  const Letter* unknown = std::begin(kFont);
  for (const Letter& letter : kFont) {
    if (letter.character == c) return letter;
    if (letter.character == '?') unknown = &letter;
  }
  return *unknown;
}

Colour colour_of(const std::string& structure) {
  if (structure == "right_lung") return {80, 160, 255};
  if (structure == "left_lung") return {80, 230, 200};
  if (structure == "heart") return {255, 110, 110};
  if (structure == "airway") return {255, 220, 70};
  return {220, 120, 255};
}

// Lines of at most `columns` letters, broken at spaces where there are any; what goes on is indented.
std::vector<OverlayText> wrapped(const std::vector<OverlayText>& texts, std::size_t columns) {
  std::vector<OverlayText> lines;
  for (const OverlayText& t : texts) {
    std::string indent;
    std::string_view rest = t.text;
    while (indent.size() + rest.size() > columns) {
      const std::size_t room = columns - indent.size(), space = rest.rfind(' ', room);
      const bool breaks = space != std::string_view::npos && space > 0;
      lines.push_back({indent.append(rest.substr(0, breaks ? space : room)), t.colour});
      rest.remove_prefix(breaks ? space + 1 : room);
      indent = "  ";
    }
    lines.push_back({indent.append(rest), t.colour});
  }
  return lines;
}

class Canvas {
 public:
  // One pixel of the picture is `step` pixels of the film.
  Canvas(const std::vector<std::uint8_t>& grey, std::size_t width, std::size_t height)
      : film_width_(width), film_height_(height) {
    const double longer = static_cast<double>(std::max(width, height));
    step_ = longer > kLargest    ? longer / kLargest
            : longer < kSmallest ? 1 / std::ceil(kSmallest / longer)
                                 : 1;
    picture_.width = std::max(1, static_cast<int>(std::lround(static_cast<double>(width) / step_)));
    picture_.height = std::max(1, static_cast<int>(std::lround(static_cast<double>(height) / step_)));
    picture_.rgb.resize(static_cast<std::size_t>(picture_.width) * static_cast<std::size_t>(picture_.height) *
                        3);
    for (int y = 0; y < picture_.height; ++y) {
      for (int x = 0; x < picture_.width; ++x) {
        const std::uint8_t level = grey[film_index(x, y)];
        for (std::size_t c = 0; c < 3; ++c) pixel(x, y)[c] = level;
      }
    }
  }

  void structure(const Mask& mask, Colour colour) {
    const auto inside = [&](int x, int y) {
      return x >= 0 && y >= 0 && x < picture_.width && y < picture_.height &&
             mask.pixels[film_index(x, y)] != 0;
    };
    for (int y = 0; y < picture_.height; ++y) {
      for (int x = 0; x < picture_.width; ++x) {
        if (!inside(x, y)) continue;
        const bool edge = !inside(x - 1, y) || !inside(x + 1, y) || !inside(x, y - 1) || !inside(x, y + 1);
        blend(x, y, colour, edge ? 0.9 : 0.14);
      }
    }
  }

  void cross(Point at, Colour colour) {
    const Point p = to_picture(at);
    for (int d = -6; d <= 6; ++d) {
      dot(static_cast<int>(std::lround(p.x)) + d, static_cast<int>(std::lround(p.y)), colour);
      dot(static_cast<int>(std::lround(p.x)), static_cast<int>(std::lround(p.y)) + d, colour);
    }
  }

  void line(Point from, Point to, Colour colour) {
    const Point a = to_picture(from), b = to_picture(to);
    // Given points may lie anywhere; what is outside is not drawn, however long the line is.
    const double length = std::min(std::hypot(b.x - a.x, b.y - a.y), 1e5);
    const int steps = std::max(1, static_cast<int>(length * 2));
    for (int i = 0; i <= steps; ++i) {
      const double t = static_cast<double>(i) / steps;
      dot(static_cast<int>(std::lround(a.x + (b.x - a.x) * t)),
          static_cast<int>(std::lround(a.y + (b.y - a.y) * t)), colour);
    }
  }

  // Adds rows below the film and writes the texts there, so that they hide nothing.
  void caption(const std::vector<OverlayText>& texts) {
    const int scale = picture_.width >= 900 ? 2 : 1, margin = 5 * scale;
    const int columns = std::max(kFewestColumns, (picture_.width - 2 * margin) / (kLetterWidth * scale));
    std::vector<OverlayText> lines = wrapped(texts, static_cast<std::size_t>(columns));
    if (lines.empty()) return;
    if (lines.size() > kMostLines) {
      const std::size_t more = lines.size() - kMostLines;
      lines.resize(kMostLines);
      lines.push_back({"... and " + std::to_string(more) + " more lines", kPlain});
    }
    const int line_height = (kLetterHeight + 2) * scale;
    int top = picture_.height + margin;
    picture_.height = top + static_cast<int>(lines.size()) * line_height;
    picture_.rgb.resize(3 * static_cast<std::size_t>(picture_.width) *
                        static_cast<std::size_t>(picture_.height));
    for (const OverlayText& line : lines) {
      write(margin, top, scale, line);
      top += line_height;
    }
  }

  Picture take() { return std::move(picture_); }

 private:
  void write(int left, int top, int scale, const OverlayText& line) {
    for (const char c : line.text) {
      const Letter& letter = letter_of(c);
      for (int row = 0; row < 7 * scale; ++row) {
        for (int column = 0; column < 5 * scale; ++column) {
          if (((letter.rows[row / scale] >> (4 - column / scale)) & 1) != 0)
            dot(left + column, top + row, line.colour);
        }
      }
      left += kLetterWidth * scale;
    }
  }
  std::size_t film_index(int x, int y) const {
    const auto at = [&](int i, std::size_t size) {
      return std::min(size - 1, static_cast<std::size_t>((static_cast<double>(i) + 0.5) * step_));
    };
    return at(y, film_height_) * film_width_ + at(x, film_width_);
  }
  Point to_picture(Point film) const { return {(film.x + 0.5) / step_ - 0.5, (film.y + 0.5) / step_ - 0.5}; }
  std::uint8_t* pixel(int x, int y) {
    return picture_.rgb.data() + 3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(picture_.width) +
                                      static_cast<std::size_t>(x));
  }
  void dot(int x, int y, Colour colour) { blend(x, y, colour, 1); }
  void blend(int x, int y, Colour colour, double share) {
    if (x < 0 || y < 0 || x >= picture_.width || y >= picture_.height) return;
    std::uint8_t* p = pixel(x, y);
    for (std::size_t c = 0; c < 3; ++c)
      p[c] = static_cast<std::uint8_t>(std::lround(p[c] * (1 - share) + colour[c] * share));
  }

  std::size_t film_width_, film_height_;
  double step_ = 1;
  Picture picture_;
};

}  // namespace

Picture draw_overlay(const std::vector<std::uint8_t>& grey, const Anatomy& anatomy,
                     const std::vector<OverlayLine>& lines, const std::vector<OverlayText>& texts) {
  if (anatomy.width == 0 || anatomy.height == 0 || grey.size() != anatomy.width * anatomy.height) return {};
  Canvas canvas(grey, anatomy.width, anatomy.height);
  for (const Structure& s : anatomy.structures) {
    if (s.mask.pixels.size() == grey.size()) canvas.structure(s.mask, colour_of(s.name));
  }
  for (const OverlayLine& line : lines) canvas.line(line.from, line.to, line.colour);
  for (const Landmark& l : anatomy.landmarks)
    canvas.cross(l.at, colour_of(l.name == "carina" ? "airway" : l.name));
  canvas.caption(texts);
  return canvas.take();
}

}  // namespace hilum::anatomy
