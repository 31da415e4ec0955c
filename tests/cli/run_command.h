// Runs `hilum ARGS…` in this process, with its own streams.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "app.h"

namespace hilum::cli {

struct Ran {
  Status status;
  std::string out;
  std::string err;
};

inline Ran run_command(const std::vector<std::string>& args, const std::string& input = "",
                       const std::vector<std::string>& environment = {}, bool terminal = false) {
  std::istringstream in(input);
  std::ostringstream err;
  StringSink out;
  Streams streams;
  streams.in = &in;
  streams.out = &out;
  streams.err = &err;
  streams.out_is_terminal = terminal;
  Ran ran;
  ran.status = run(args, environment, commands(), streams);
  ran.out = out.text();
  ran.err = err.str();
  return ran;
}

}  // namespace hilum::cli
