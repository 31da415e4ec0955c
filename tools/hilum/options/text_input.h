// "Text in" for the commands that read reports: study records (JSON Lines), one plain report, or a CSV
// column, on standard input or from a CSV file. Whatever comes in becomes records, and every key or column it
// had stays.
//
//   JSON Lines   the first character that is no white space is '{'; the text is at --text-key
//   CSV          --csv FILE ('-': standard input) --column NAME; one record a row, the columns its keys, `id`
//   from the
//                column `id`, or "row-N"
//   plain text   all else: one record {"id":"stdin","text":…}
#pragma once

#include <functional>
#include <string>

#include "hilum/json.h"

#include "app/command.h"

namespace hilum::cli {

namespace old {
struct TextInputOptions {
  std::string format = "auto";  // auto, jsonl, text
  std::string csv;
  std::string column;
  std::string text_key;  // "" : report.findings, then text; several with commas are joined by a blank line
  std::string resume;
  std::string key_flag = "--text-key";  // the flag a message about a missing text names
};
}  // namespace old
using old::TextInputOptions;  // goes with the old loop

void add_text_input_options(CLI::App& app, TextInputOptions& options);

// The text of a record; kRecordInvalid when it has none under the keys asked for.
Result<std::string> record_text(const Json& record, const TextInputOptions& options);

// Adds the stage's key to a record, given its text.
using TextStage = std::function<Status(Json& record, const std::string& text)>;

// Reads everything that `options` name, runs the stage on each record, writes JSON Lines; the status of the
// run.
Status run_text_command(Context& context, const TextInputOptions& options, const std::string& stage_name,
                        const TextStage& stage);

// The same for a stage that reads more of the record than one text.
Status run_record_command(Context& context, const TextInputOptions& options, const std::string& stage_name,
                          const std::function<Status(Json& record)>& stage);

}  // namespace hilum::cli
