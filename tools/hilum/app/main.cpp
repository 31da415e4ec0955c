// The only place that turns a status into an exit code and an error into a message.
#include <exception>
#include <iostream>
#include <new>

#include <unistd.h>

#include "app/app.h"
#include "app/flags.h"
#include "core/system/interrupt.h"
#include "core/system/memory.h"

namespace {

int report(const hilum::Status& status, const hilum::Streams& streams) {
  if (status.is_ok() || status.code() == hilum::ErrorCode::kPipeClosed) return status.exit_code();
  if (status.code() != hilum::ErrorCode::kNegativeAnswer || !status.message().empty()) {
    *streams.err << (streams.color_err ? "\033[31mhilum:\033[0m " : "hilum: ")
                 << hilum::cli::with_flags(status.to_string()) << '\n';
  }
  return status.exit_code();
}

}  // namespace

int main(int argc, char** argv) {
  hilum::install_signal_handlers();
  hilum::reuse_freed_memory();
  hilum::StandardStreams standard;
  const std::vector<std::string> args(argv + 1, argv + argc);
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) environment.emplace_back(*entry);
  hilum::Status status;
  try {
    status = hilum::cli::run(args, environment, hilum::cli::commands(), standard.get());
  } catch (const std::bad_alloc&) {
    status = {hilum::ErrorCode::kInferenceFailed, "out of memory"};
  } catch (const std::exception& error) {
    status = {hilum::ErrorCode::kInternal, error.what()};
  }
  return report(status, standard.get());
}
