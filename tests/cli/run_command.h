// Runs `hilum ARGS…` in this process, with its own streams.
#pragma once

#include <string>
#include <vector>

#include "app/app.h"
#include "unit/test_streams.h"

namespace hilum::cli {

struct Ran {
  Status status;
  std::string out;
  std::string err;
};

inline Ran run_command(const std::vector<std::string>& args, const std::string& input = "",
                       const std::vector<std::string>& environment = {}, bool terminal = false) {
  TestStreams t(input);
  t.streams.out_is_terminal = terminal;
  Ran ran;
  ran.status = run(args, environment, commands(), t.streams);
  ran.out = t.out.text();
  ran.err = t.err.str();
  return ran;
}

// The same with a terminal as standard input, as a person calls it.
inline Ran run_at_terminal(const std::vector<std::string>& args) {
  TestStreams t("");
  t.streams.in_is_terminal = true;
  Ran ran;
  ran.status = run(args, {}, commands(), t.streams);
  ran.out = t.out.text();
  ran.err = t.err.str();
  return ran;
}

}  // namespace hilum::cli
