// `--dry-run`: what a command would do, told from its stage's declaration and from what it opened.
#pragma once

#include <string>

#include "hilum/run.h"
#include "hilum/stage.h"

#include "app/command.h"

namespace hilum::cli {

// Prints what the run would read, write and load. `resume` is the file of --resume, "" for standard output.
// Call it instead of opening that file and running: neither it nor any record may be touched before.
Status say_plan(const Context& context, const Stage& stage, const Source& source, const std::string& resume);

}  // namespace hilum::cli
