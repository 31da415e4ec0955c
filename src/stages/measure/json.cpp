// The record's `anatomy` and `quality`.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "stages/common/rounded.h"
#include "stages/measure/measurer.h"

namespace hilum::stages {
namespace {

Json measurement_to_json(const anatomy::Measured& m, const anatomy::Anatomy& film) {
  Json json{{"name", m.tool->name}};
  if (m.value) json["value"] = rounded(*m.value);
  json["unit"] = m.tool->unit;
  if (!m.value) {
    json["reason"] = m.reason;
    return json;
  }
  json["tolerance"] = rounded(m.tolerance);
  json["confidence"] = rounded(m.confidence);
  json["source"] = m.source;
  if (m.tool->needs_spacing && film.spacing) json["spacing"] = to_string(film.spacing->source);
  if (m.tool->normal) {
    json["normal"] = {m.tool->normal->first, m.tool->normal->second};
    json["within_normal"] = *m.value >= m.tool->normal->first && *m.value <= m.tool->normal->second;
  }
  Json lines = Json::array();
  for (const auto& [a, b] : m.lines)
    lines.push_back({rounded(a.x), rounded(a.y), rounded(b.x), rounded(b.y)});
  if (!lines.empty()) json["lines"] = std::move(lines);
  return json;
}

}  // namespace

Json anatomy_to_json(const MeasuredFilm& film) {
  const anatomy::Anatomy& a = film.anatomy;
  Json structures = Json::array(), landmarks = Json::array(), measurements = Json::array();
  for (const anatomy::Structure& s : a.structures) {
    const auto box = anatomy::box_of(s.mask);
    const auto pixels =
        std::count_if(s.mask.pixels.begin(), s.mask.pixels.end(), [](std::uint8_t p) { return p != 0; });
    Json json{{"name", s.name}, {"pixels", pixels}};
    if (box) json["box"] = {box->left, box->top, box->right, box->bottom};
    json["confidence"] = rounded(s.confidence);
    json["source"] = s.source;
    structures.push_back(std::move(json));
  }
  for (const anatomy::Landmark& l : a.landmarks) {
    landmarks.push_back({{"name", l.name},
                         {"x", rounded(l.at.x)},
                         {"y", rounded(l.at.y)},
                         {"confidence", rounded(l.confidence)},
                         {"source", l.source}});
  }
  for (const anatomy::Measured& m : film.measurements) measurements.push_back(measurement_to_json(m, a));
  Json json{{"image", film.path},
            {"width", a.width},
            {"height", a.height},
            {"structures", std::move(structures)},
            {"landmarks", std::move(landmarks)},
            {"measurements", std::move(measurements)}};
  json["spacing"] = nullptr;
  if (a.spacing) {
    json["spacing"] = {{"row_mm", a.spacing->row_mm},
                       {"column_mm", a.spacing->column_mm},
                       {"source", to_string(a.spacing->source)},
                       {"caveat", a.spacing->caveat}};
  }
  return json;
}

Json quality_to_json(const MeasuredFilm& film) {
  Json issues = Json::array();
  for (const anatomy::QualityIssue& i : film.issues) {
    Json json{{"code", i.code}, {"message", i.message}, {"refuses", i.refuses}};
    if (!i.drops.empty()) json["drops"] = i.drops;
    issues.push_back(std::move(json));
  }
  Json json{{"refused", anatomy::refused(film.issues)}, {"issues", std::move(issues)}};
  if (!film.view.empty()) json["view"] = film.view;
  if (!film.probabilities.empty()) {
    json["probabilities"] = Json::object();
    for (const auto& [name, p] : film.probabilities) json["probabilities"][name] = rounded(p);
  }
  if (!film.warnings.empty()) json["warnings"] = film.warnings;
  return json;
}

}  // namespace hilum::stages
