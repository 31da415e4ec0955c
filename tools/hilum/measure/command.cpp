// hilum measure: masks, landmarks and measurements of films.
#include "app/command.h"

#include <cstdio>
#include <map>
#include <memory>
#include <sstream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "hilum/record.h"

#include "options/measure_options.h"
#include "run/record_loop.h"

namespace hilum::cli {
namespace {

struct Options {
  MeasureCliOptions measure;
  std::vector<std::string> files;
  std::string resume;
  std::string format = "auto";
};

// One record a file, as JSON Lines.
Result<std::string> records_of(const std::vector<std::string>& files) {
  std::string lines;
  for (const std::string& file : files) {
    Study study;
    study.id = file;
    study.images.push_back({file, "", ""});
    HILUM_ASSIGN(const std::string line, dump_json(study_to_json(study)));
    lines += line + "\n";
  }
  return lines;
}

// Before anything is read: no two files may give one picture.
Status check_stems(const Options& options) {
  if (options.measure.masks.empty() && options.measure.overlay.empty()) return Status::ok();
  std::map<std::string, std::string> stems;
  for (const std::string& file : options.files) {
    const auto [it, fresh] = stems.emplace(image_stem(file), file);
    if (!fresh)
      return {ErrorCode::kUsage, "'" + it->second + "' and '" + file + "' would give one picture '" +
                                     it->first + ".png'; measure them into different folders"};
  }
  return Status::ok();
}

std::string table_of(const MeasuredFilm& film) {
  std::string text =
      film.path + "  " + std::to_string(film.anatomy.width) + " x " + std::to_string(film.anatomy.height);
  char line[256];
  if (film.anatomy.spacing) {
    const anatomy::Spacing& s = *film.anatomy.spacing;
    std::snprintf(line, sizeof line, "  %.4g x %.4g mm (%s)", s.row_mm, s.column_mm, to_string(s.source));
    text += line;
  }
  text += "\n";
  for (const anatomy::Landmark& l : film.anatomy.landmarks) {
    std::snprintf(line, sizeof line, "  %-28s x %.1f  y %.1f  confidence %.2f  (%s)\n", l.name.c_str(),
                  l.at.x, l.at.y, l.confidence, l.source.c_str());
    text += line;
  }
  for (const anatomy::Measured& m : film.measurements) {
    if (m.value) {
      const bool ratio = m.tool->unit == "1";
      std::snprintf(line, sizeof line, ratio ? "  %-28s %8.3f %-7s" : "  %-28s %8.1f %-7s",
                    m.tool->name.c_str(), *m.value, ratio ? "" : m.tool->unit.c_str());
      text += line;
      std::snprintf(line, sizeof line, " +/- %.4g  confidence %.2f", m.tolerance, m.confidence);
      text += line;
      if (m.tool->normal && (*m.value < m.tool->normal->first || *m.value > m.tool->normal->second)) {
        std::snprintf(line, sizeof line, "  outside %g to %g", m.tool->normal->first, m.tool->normal->second);
        text += line;
      }
    } else {
      std::snprintf(line, sizeof line, "  %-28s        - ", m.tool->name.c_str());
      text += line + m.reason;
    }
    text += "\n";
  }
  for (const anatomy::QualityIssue& i : film.issues)
    text += (i.refuses ? "  refused: " : "  note: ") + i.message + "\n";
  return text;
}

Status run(Context& context, const Options& options) {
  HILUM_RETURN_IF_ERROR(check_stems(options));
  HILUM_ASSIGN(FilmMeasurer measurer, FilmMeasurer::open(options.measure));
  Streams streams = context.streams;
  std::istringstream lines;
  if (!options.files.empty()) {
    HILUM_ASSIGN(const std::string records, records_of(options.files));
    lines.str(records);
    streams.in = &lines;
    streams.in_is_terminal = false;
  }
  const bool table = options.format == "table" || (options.format == "auto" && streams.out_is_terminal);
  StringSink records_unseen;
  if (table) streams.out = &records_unseen;
  Status last;
  const RecordLoopOptions loop{"measure", options.resume, context.quiet || options.files.size() == 1};
  HILUM_ASSIGN(const RecordCounts counts, run_record_loop(streams, loop, [&](Json& record) -> Status {
                 auto film = measurer.add_to(record, "measure");
                 last = film.status();
                 if (!film) {
                   if (table && options.files.size() != 1)
                     HILUM_RETURN_IF_ERROR(context.streams.out->write(last.to_string() + "\n"));
                   return last;
                 }
                 last = measurer.write_overlay(*film, {});
                 if (table && last.is_ok()) last = context.streams.out->write(table_of(*film));
                 return last;
               }));
  if (options.files.size() == 1 && counts.failed == 1) return last;
  return counts.status();
}

}  // namespace

Command make_measure_command() {
  return {
      "measure", "Find lungs, heart and airway on a film and measure them", "Reading",
      [](CLI::App& app) -> Run {
        auto options = std::make_shared<Options>();
        app.add_option("FILE", options->files, "DICOM, PNG or JPEG; none: study records on standard input");
        app.add_option(
            "--masks", options->measure.masks,
            "Folder for one PNG an image, in its size: 1 right lung, 2 left lung, 3 heart, 4 airway");
        add_measure_options(app, options->measure);
        app.add_option("--format", options->format, "jsonl, table, or auto: a table on a terminal")
            ->check(CLI::IsMember({"auto", "jsonl", "table"}))
            ->capture_default_str();
        app.add_option("--resume", options->resume, "Append to this file and skip the ids it has already");
        app.footer(
            "Adds \"anatomy\" (structures, landmarks, measurements, spacing) and \"quality\" (refused, "
            "issues).\n"
            "Lengths need pixel spacing: of the DICOM file or --spacing; ratios and angles do not.\n\n"
            "Examples:\n"
            "  hilum measure chest.dcm\n"
            "  hilum measure --masks masks --overlay pictures *.dcm > measured.jsonl\n"
            "  hilum measure --spacing 0.14,0.14 --original-size 3000,2500 small.png\n"
            "  hilum measure --bundle none --landmarks points.csv --spacing 0.7,0.7 film.png\n"
            "  hilum measure < studies.jsonl | hilum factcheck\n");
        return [options](Context& context) { return run(context, *options); };
      }};
}

}  // namespace hilum::cli
