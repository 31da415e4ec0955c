// "Text in" for the commands that read reports: study records (JSON Lines), one plain report, or a CSV
// column, on standard input or from a CSV file.
//
//   JSON Lines   the first character that is no white space is '{'; the text is at --text-key
//   CSV          --csv FILE ('-': standard input) --column NAME; one record a row
//   plain text   all else: one record {"id": "stdin", "text": …}
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hilum/run.h"

#include "app/command.h"
#include "options/run_options.h"

namespace hilum::cli {

struct TextInputOptions {
  std::string format = "auto";  // auto, jsonl, text
  std::string csv;
  std::string column;
  std::string text_key;  // "": report.findings, then text; several with commas
  ResumeOptions resume;
};

void add_text_input_options(CLI::App& app, TextInputOptions& options);

// The keys of "findings, impression"; blanks around them mean nothing.
std::vector<std::string> keys_of_list(const std::string& list);

// Where the text is by --column or --text-key.
TextPlace text_place(const TextInputOptions& options);

// The records that `options` name. On a terminal kUsage in the name of `command`, unless the options say what
// comes. The context's input must outlive the source.
Result<std::unique_ptr<Source>> open_text_source(const Context& context, const TextInputOptions& options,
                                                 const std::string& command);

// How a text command runs, where it is not record by record into JSON Lines.
struct TextRun {
  std::vector<std::unique_ptr<Writer>> extra;  // get each record after the main writer
  bool records = true;                         // false: only `extra` and --resume, nothing on standard output
  int batch = 1, replicas = 0, loaders = 1;    // as in RunOptions
};

// Opens source, resume file and writer, runs the stage, and says how it went.
Status run_text_stage(Context& context, const TextInputOptions& options, Stage& stage, TextRun how = {});

}  // namespace hilum::cli
