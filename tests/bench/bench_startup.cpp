// Start-up time and peak memory of the text commands over a bare process (/bin/true): median of 9, in turn.
//
//   bench_startup HILUM [--check]
//
// --check exits 1 when a command takes 30 ms or 30 MB more than the bare process. Run it on an idle machine.
// Written in C++ because a child's peak memory starts at its parent's, and an interpreter's would hide ours.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

constexpr int kRuns = 9;
constexpr double kMostMs = 30;
constexpr double kMostMb = 30;
constexpr const char* kReport = "FINDINGS: Heart size is normal. No pleural effusion or pneumothorax.\n";

struct Usage {
  double ms = 0;
  double mb = 0;
  int status = 0;
};

Usage run(const std::vector<std::string>& command, const std::string& input) {
  int ends[2];
  if (::pipe(ends) != 0) return {0, 0, 1};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[0], 0);
  posix_spawn_file_actions_addclose(&actions, ends[1]);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const auto start = std::chrono::steady_clock::now();
  pid_t child = 0;
  if (::posix_spawn(&child, arguments[0], &actions, nullptr, arguments.data(), environ) != 0)
    return {0, 0, 1};
  ::close(ends[0]);
  const ssize_t written = ::write(ends[1], input.data(), input.size());
  ::close(ends[1]);
  rusage usage = {};
  int status = 0;
  ::wait4(child, &status, 0, &usage);
  posix_spawn_file_actions_destroy(&actions);
  const double ms =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  return {ms, static_cast<double>(usage.ru_maxrss) / 1024.0, written < 0 ? 1 : status};
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::puts("usage: bench_startup HILUM [--check]");
    return 2;
  }
  ::signal(SIGPIPE, SIG_IGN);
  const std::string hilum = argv[1];
  const std::vector<std::vector<std::string>> commands = {{"--help"},
                                                          {"help", "exit-codes"},
                                                          {"sections"},
                                                          {"label"},
                                                          {"entities"},
                                                          {"structure"},
                                                          {"diff", "--help"},
                                                          {"factcheck"},
                                                          {"studies", "--help"},
                                                          {"evaluate", "--help"},
                                                          {"generate", "--help"}};
  bool good = true;
  std::printf("%-18s %14s %14s\n", "command", "over bare, ms", "over bare, MB");
  for (const auto& words : commands) {
    std::vector<std::string> command = {hilum};
    command.insert(command.end(), words.begin(), words.end());
    std::vector<double> ms, mb, bare_ms, bare_mb;
    for (int i = 0; i < kRuns; ++i) {
      const Usage ours = run(command, kReport);
      const Usage bare = run({"/bin/true"}, "");
      if (ours.status != 0) {
        std::printf("hilum %s: failed\n", words.front().c_str());
        return 1;
      }
      ms.push_back(ours.ms);
      mb.push_back(ours.mb);
      bare_ms.push_back(bare.ms);
      bare_mb.push_back(bare.mb);
    }
    const double more_ms = median(ms) - median(bare_ms);
    const double more_mb = median(mb) - median(bare_mb);
    good = good && more_ms <= kMostMs && more_mb <= kMostMb;
    std::string name = words.front();
    for (std::size_t i = 1; i < words.size(); ++i) name += " " + words[i];
    std::printf("%-18s %14.1f %14.1f\n", name.c_str(), more_ms, more_mb);
  }
  return argc > 2 && std::strcmp(argv[2], "--check") == 0 && !good ? 1 : 0;
}
