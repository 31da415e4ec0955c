#include "app/help_topics.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "hilum/error_code.h"
#include "hilum/image.h"
#include "hilum/json.h"
#include "hilum/jsonl.h"

#include "core/text/suggest.h"
#include "runtime/models/entity_model.h"

namespace hilum::cli {
namespace {

std::string padded(std::string_view text, std::size_t width) {
  std::string out(text);
  if (out.size() < width) out.append(width - out.size(), ' ');
  return out;
}

std::string exit_code_topic() {
  std::string out = "Exit codes\n\n";
  for (const ExitCode& row : exit_codes())
    out += "  " + padded(std::to_string(row.code), 5) + std::string(row.meaning) + "\n";
  out += "\nError names in records (`error.code`), and the exit code of a run that ends on one\n\n";
  for (const ErrorInfo& row : error_table()) {
    out +=
        "  " + padded(row.name, 20) + padded(std::to_string(row.exit), 5) + std::string(row.meaning) + "\n";
  }
  return out;
}

std::string settings_topic() {
  return "Settings, strongest first\n\n"
         "  flags              --beam 5\n"
         "  environment        HILUM_BEAM=5 (any long option, upper case, '-' as '_')\n"
         "  configuration      --config FILE, one [subcommand] section each:\n"
         "                       [generate]\n"
         "                       beam=5\n"
         "  the model bundle's own defaults\n"
         "  built-in defaults\n\n"
         "A key nobody knows is an error. --print-config prints the result.\n\n"
         "Other variables: HILUM_DATA_DIR (configs and models), HILUM_MODULE_DIR (run-time modules),\n"
         "HILUM_MODEL_PATH (further folders of bundles, separated by ':'), NO_COLOR.\n";
}

std::string records_topic() {
  return "Study records\n\n"
         "One JSON object a line, UTF-8. A stage adds its own key and passes every other key through; a "
         "record that\n"
         "failed stays in the stream with `error`.\n\n"
         "  id, patient_id, split           who and which part of the data\n"
         "  study_id, study_time            of a record that is one image; when the study was made\n"
         "  images[]                        path, id, view (PA, AP, LATERAL, … or unknown)\n"
         "  indication, history, technique, comparison\n"
         "  priors[]                        newest first: id, interval_days, images[], report, facts[]\n"
         "  patient_data                    age, sex, race, stay_id, chief_complaint, acuity, vitals[], "
         "medications[]\n"
         "  reference                       findings, impression, labels, mesh: what a radiologist wrote\n"
         "  predictions[]                   label, probability, threshold     (generate)\n"
         "  sections, indication_clean      parts of the raw text             (sections)\n"
         "  entities, structured_entities   facts of the text                 (entities)\n"
         "  labels, label_evidence          observations                      (label)\n"
         "  structured, structure_check     arranged; its form checked        (structure)\n"
         "  diff                            edits, facts, same_facts          (diff)\n"
         "  similar[]                       id, score, facts                  (retrieve)\n"
         "  report                          findings, impression, sentences[] (generate)\n"
         "  anatomy, quality                measurements, is it plausible     (measure)\n"
         "  factcheck, claims[]             checked claims, edits             (factcheck)\n"
         "  provenance[]                    stage, version, bundle, settings\n"
         "  error                           code, stage, message\n\n"
         "Only `id` is needed in general, and `images` for commands that look at pictures. Full schema: "
         "docs/records.md\n";
}

std::string limits_topic() {
  return "Limits\n\n  a line of records   " + std::to_string(kMaxLineBytes >> 20) +
         " MiB\n  depth of JSON       " + std::to_string(kMaxJsonDepth) + " levels\n  an image            " +
         std::to_string(kMaxImagePixels / 1000000) + " million pixels\n  an image file       " +
         std::to_string(kMaxImageFileBytes >> 20) + " MiB\n  a report for entities --model  " +
         std::to_string(runtime::EntityModel::kMaxWords) + " words\n";
}

using Topic = std::pair<const char*, std::function<std::string()>>;

const std::vector<Topic>& topics() {
  static const std::vector<Topic> table = {{"exit-codes", exit_code_topic},
                                           {"records", records_topic},
                                           {"settings", settings_topic},
                                           {"limits", limits_topic}};
  return table;
}

}  // namespace

std::vector<std::string> help_topics() {
  std::vector<std::string> names;
  for (const Topic& topic : topics()) names.emplace_back(topic.first);
  return names;
}

Result<std::string> help_topic(const std::string& name) {
  for (const Topic& topic : topics()) {
    if (name == topic.first) return topic.second();
  }
  const std::string nearest = nearest_word(name, help_topics());
  return Status(ErrorCode::kUsage,
                "no help on '" + name + "'" + (nearest.empty() ? "" : "; did you mean '" + nearest + "'?"));
}

}  // namespace hilum::cli
