// Measured films as tables for people.
#include <cstdio>

#include "hilum/measure.h"

#include "stages/measure/film_payload.h"

namespace hilum {
namespace {

std::string head_of(const stages::MeasuredFilm& film) {
  std::string text =
      film.path + "  " + std::to_string(film.anatomy.width) + " x " + std::to_string(film.anatomy.height);
  if (film.anatomy.spacing) {
    const anatomy::Spacing& s = *film.anatomy.spacing;
    char line[128];
    std::snprintf(line, sizeof line, "  %.4g x %.4g mm (%s)", s.row_mm, s.column_mm, to_string(s.source));
    text += line;
  }
  return text + "\n";
}

std::string line_of(const anatomy::Landmark& l) {
  char line[256];
  std::snprintf(line, sizeof line, "  %-28s x %.1f  y %.1f  confidence %.2f  (%s)\n", l.name.c_str(), l.at.x,
                l.at.y, l.confidence, l.source.c_str());
  return line;
}

std::string line_of(const anatomy::Measured& m) {
  char line[256];
  if (!m.value) {
    std::snprintf(line, sizeof line, "  %-28s        - ", m.tool->name.c_str());
    return line + m.reason + "\n";
  }
  const bool ratio = m.tool->unit == "1";
  std::snprintf(line, sizeof line, ratio ? "  %-28s %8.3f %-7s" : "  %-28s %8.1f %-7s", m.tool->name.c_str(),
                *m.value, ratio ? "" : m.tool->unit.c_str());
  std::string text = line;
  std::snprintf(line, sizeof line, " +/- %.4g  confidence %.2f", m.tolerance, m.confidence);
  text += line;
  if (m.tool->normal && (*m.value < m.tool->normal->first || *m.value > m.tool->normal->second)) {
    std::snprintf(line, sizeof line, "  outside %g to %g", m.tool->normal->first, m.tool->normal->second);
    text += line;
  }
  return text + "\n";
}

std::string table_of(const stages::MeasuredFilm& film) {
  std::string text = head_of(film);
  for (const anatomy::Landmark& l : film.anatomy.landmarks) text += line_of(l);
  for (const anatomy::Measured& m : film.measurements) text += line_of(m);
  for (const anatomy::QualityIssue& i : film.issues)
    text += (i.refuses ? "  refused: " : "  note: ") + i.message + "\n";
  return text;
}

class TableWriter : public Writer {
 public:
  TableWriter(Sink& out, bool failures) : out_(out), failures_(failures) {}

  Status write(const Item& item) override {
    if (!item.status.is_ok()) return failures_ ? out_.write(item.status.to_string() + "\n") : Status::ok();
    if (item.payload == nullptr) return Status::ok();  // passed on with the error of an earlier stage
    return out_.write(table_of(*item.payload_as<stages::FilmPayload>().measured));
  }
  Status flush() override { return out_.flush(); }

 private:
  Sink& out_;
  bool failures_;
};

}  // namespace

std::unique_ptr<Writer> measure_table_writer(Sink& out, bool failures) {
  return std::make_unique<TableWriter>(out, failures);
}

}  // namespace hilum
