// An option whose spelling changed: who uses the old one is told the new one.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace hilum::cli {

// Makes `old_name` ("--model") a usage error "--model is now --bundle", on the command line, in the
// environment and in a configuration file. It is shown in no help.
void renamed_option(CLI::App& app, const std::string& old_name, const std::string& new_name);

}  // namespace hilum::cli
