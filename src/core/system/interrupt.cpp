#include "core/system/interrupt.h"

#include <atomic>
#include <csignal>

#include <unistd.h>

namespace hilum {
namespace {

std::atomic<int> g_signal{0};
std::atomic<int> g_count{0};
static_assert(std::atomic<int>::is_always_lock_free, "used in a signal handler");

void on_signal(int signal) {
  g_signal.store(signal);
  if (g_count.fetch_add(1) + 1 >= 3) ::_exit(128 + signal);
}

}  // namespace

void install_signal_handlers() {
  struct sigaction action = {};
  action.sa_handler = on_signal;  // no SA_RESTART: a blocked read must return
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

bool stop_requested() { return g_signal.load(std::memory_order_relaxed) != 0; }

Status stop_status() {
  switch (g_signal.load()) {
    case 0:
      return Status::ok();
    case SIGTERM:
      return {ErrorCode::kTerminated, "stopped by SIGTERM"};
    default:
      return {ErrorCode::kInterrupted, "interrupted"};
  }
}

void set_stop_signal(int signal) {
  g_signal.store(signal);
  g_count.store(0);
}

}  // namespace hilum
