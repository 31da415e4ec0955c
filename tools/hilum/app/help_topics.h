// `hilum help TOPIC`: what is true of every command, made from the tables the program itself uses.
#pragma once

#include <string>
#include <vector>

#include "hilum/status.h"

namespace hilum::cli {

std::vector<std::string> help_topics();

// The text of a topic; kUsage with the nearest topic for an unknown one.
Result<std::string> help_topic(const std::string& name);

// Which stage reads and writes which keys, as docs/records.md has it.
std::string records_table();

}  // namespace hilum::cli
