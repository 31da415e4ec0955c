// SIGINT and SIGTERM ask for a stop: the current record is finished, output is flushed, the exit code is 130
// or 143. A third signal ends the process at once. SIGPIPE is ignored; sinks report a closed pipe instead.
#pragma once

#include "hilum/status.h"

namespace hilum {

// Call once, in main.
void install_signal_handlers();

// True once a stop was asked for. Safe from any thread; cheap enough for inner loops.
bool stop_requested();

// kInterrupted or kTerminated when a stop was asked for, else ok.
Status stop_status();

// For tests: as if `signal` (0: none) had arrived.
void set_stop_signal(int signal);

}  // namespace hilum
