// What the parser says of a command line it does not take, with the nearest right word where a word is wrong.
#pragma once

#include <string>
#include <vector>

#include "hilum/status.h"

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace hilum::cli {

Status explain(const CLI::ParseError& error, const CLI::App& app, const std::vector<std::string>& args);

}  // namespace hilum::cli
