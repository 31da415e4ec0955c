// The command line: arguments to a status. Nothing here touches the process, so tests call it with their own
// streams.
#pragma once

#include <string>
#include <vector>

#include "hilum/status.h"
#include "hilum/streams.h"

#include "app/command.h"

namespace hilum::cli {

// Runs `hilum ARGS…`. `environment` holds "NAME=value" strings (HILUM_* are settings; flags beat them, they
// beat the configuration file). Errors are returned, not printed.
Status run(const std::vector<std::string>& args, const std::vector<std::string>& environment,
           const std::vector<Command>& commands, Streams& streams);

}  // namespace hilum::cli
