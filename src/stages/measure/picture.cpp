#include "stages/measure/picture.h"

#include <algorithm>
#include <cstdio>

namespace hilum::stages {
namespace {

std::string spoken(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

std::string value_text(const anatomy::Measured& m) {
  char text[64];
  const bool ratio = m.tool->unit == "1";
  std::snprintf(text, sizeof text, ratio ? "%.2f" : "%.1f %s", *m.value, m.tool->unit.c_str());
  return spoken(m.tool->name) + " " + text;
}

}  // namespace

anatomy::Picture draw_film(const MeasuredFilm& film, const std::vector<ShownVerdict>& verdicts) {
  std::vector<anatomy::OverlayLine> lines;
  std::vector<anatomy::OverlayText> texts;
  for (const anatomy::Measured& m : film.measurements) {
    if (!m.value) continue;
    anatomy::Colour colour = anatomy::kPlain;
    for (const ShownVerdict& v : verdicts) {
      if (v.measurement == m.tool->name) colour = v.colour;
    }
    for (const auto& [a, b] : m.lines) lines.push_back({a, b, colour});
    texts.push_back({value_text(m), colour});
  }
  // Measurements share lines; a verdict's colour lies on top.
  std::stable_partition(lines.begin(), lines.end(),
                        [](const anatomy::OverlayLine& line) { return line.colour == anatomy::kPlain; });
  for (const anatomy::QualityIssue& issue : film.issues)
    texts.push_back({(issue.refuses ? "refused: " : "") + issue.message, anatomy::kContradicted});
  for (const ShownVerdict& v : verdicts) texts.push_back({v.text, v.colour});
  return anatomy::draw_overlay(film.grey.pixels, film.anatomy, lines, texts);
}

}  // namespace hilum::stages
