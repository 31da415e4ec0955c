#include "app/help_topics.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "hilum/error_code.h"
#include "hilum/image.h"
#include "hilum/json.h"
#include "hilum/jsonl.h"
#include "hilum/stage.h"

#include "core/text/suggest.h"
#include "runtime/models/entity_model.h"
#include "stages/all.h"

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
         "  environment        HILUM_GENERATE_BEAM=5 (command and long option, upper case, '-' as '_')\n"
         "  configuration      --config FILE, one [subcommand] section each:\n"
         "                       [generate]\n"
         "                       beam=5\n"
         "  the model bundle's own defaults\n"
         "  built-in defaults\n\n"
         "HILUM_DEVICE and HILUM_THREADS are for every command that has the option, HILUM_LOG_LEVEL, "
         "HILUM_LOG_FILE\n"
         "and HILUM_COLOR for the program. A key nobody knows is an error; one that does not go with the "
         "flags "
         "given is\n"
         "ignored (-vv names it). --print-config prints the result.\n\n"
         "Other variables: HILUM_DATA_DIR (configs and models), HILUM_MODULE_DIR (run-time modules),\n"
         "HILUM_MODEL_PATH (further folders of bundles, separated by ':'), NO_COLOR.\n";
}

// "  key   what", one a line.
std::string key_lines(const std::vector<RecordKey>& keys) {
  std::string out;
  for (const RecordKey& key : keys) out += "    " + padded(key.path, 22) + " " + key.what + "\n";
  return out;
}

std::string records_topic() {
  std::string out =
      "Study records\n\n"
      "One JSON object a line, UTF-8. A stage adds its own key and passes every other key through; a record "
      "that\n"
      "failed stays in the stream with `error`. Only `id` is needed in general, and `images` for commands "
      "that\n"
      "look at pictures. Full schema: docs/records.md\n\n"
      "Of every stage\n\n"
      "    provenance             stage, hilum (version), config (hash), bundle, engine\n"
      "    error                  code, stage, message\n";
  for (const StageInfo* stage : stages::all_stages()) {
    out += "\n" + stage->name + "\n";
    if (!stage->reads.empty()) out += "  reads\n" + key_lines(stage->reads);
    if (!stage->writes.empty()) out += "  writes\n" + key_lines(stage->writes);
  }
  return out;
}

std::string limits_topic() {
  return "Limits\n\n  a line of records   " + std::to_string(kMaxLineBytes >> 20) +
         " MiB\n  depth of JSON       " + std::to_string(kMaxJsonDepth) + " levels\n  an image            " +
         std::to_string(kMaxImagePixels / 1000000) + " million pixels\n  an image file       " +
         std::to_string(kMaxImageFileBytes >> 20) + " MiB\n  a report for entities --bundle " +
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

std::string records_table() {
  std::string out = "| stage | | key | holds |\n|---|---|---|---|\n";
  for (const StageInfo* stage : stages::all_stages()) {
    const auto add = [&](const char* does, const std::vector<RecordKey>& keys) {
      for (const RecordKey& key : keys)
        out += "| `" + stage->name + "` | " + does + " | `" + key.path + "` | " + key.what + " |\n";
    };
    add("reads", stage->reads);
    add("writes", stage->writes);
  }
  return out;
}

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
