// One question for every command that would else wait, without a word, for a person to type records.
#pragma once

#include <string>

#include "app/command.h"

namespace hilum::cli {

// kUsage with `question` ("which reports? Name a file, or pipe records in") when nothing was named on the
// command line (`given` is false) and standard input is a terminal; else ok. "-" as input counts as given.
Status need_input(const Context& context, bool given, const std::string& question);

}  // namespace hilum::cli
