#include "core/log.h"

#include <memory>
#include <mutex>

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace hilum {
namespace {

constexpr const char* kLevelNames[] = {"debug", "info", "warn", "error", "off"};

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarn:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
    case LogLevel::kOff:
      break;
  }
  return spdlog::level::off;
}

std::shared_ptr<spdlog::logger> make_logger(std::shared_ptr<spdlog::sinks::sink> sink, LogLevel level) {
  auto logger = std::make_shared<spdlog::logger>("hilum", std::move(sink));
  logger->set_pattern("hilum: %^%l%$: %v");
  logger->set_level(to_spdlog(level));
  logger->flush_on(spdlog::level::debug);
  return logger;
}

std::mutex g_mutex;
std::shared_ptr<spdlog::logger> g_logger;

std::shared_ptr<spdlog::logger> current_logger() {
  const std::lock_guard<std::mutex> lock(g_mutex);
  if (!g_logger) g_logger = make_logger(std::make_shared<spdlog::sinks::stderr_sink_mt>(), LogLevel::kWarn);
  return g_logger;
}

}  // namespace

Result<LogLevel> log_level_from_name(std::string_view name) {
  for (int i = 0; i < 5; ++i) {
    if (name == kLevelNames[i]) return static_cast<LogLevel>(i);
  }
  return Status(ErrorCode::kUsage,
                "log level '" + std::string(name) + "' is none of debug, info, warn, error, off");
}

Status configure_log(LogLevel level, const std::string& file, bool color) {
  std::shared_ptr<spdlog::sinks::sink> sink;
  try {
    if (!file.empty()) {
      sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(file);
    } else if (color) {
      sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>(spdlog::color_mode::always);
    } else {
      sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    }
  } catch (const spdlog::spdlog_ex& e) {
    return {ErrorCode::kOutputFailed, std::string("log file: ") + e.what()};
  }
  auto logger = make_logger(std::move(sink), level);
  if (!file.empty()) logger->set_pattern("%Y-%m-%dT%H:%M:%S %l %v");
  const std::lock_guard<std::mutex> lock(g_mutex);
  g_logger = std::move(logger);
  return Status::ok();
}

void log(LogLevel level, std::string_view message) {
  current_logger()->log(to_spdlog(level), spdlog::string_view_t(message.data(), message.size()));
}

}  // namespace hilum
