// Diagnostics on standard error. The library logs sparingly and never patient text above kDebug.
// Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "hilum/status.h"

namespace hilum {

enum class LogLevel { kDebug, kInfo, kWarn, kError, kOff };

// "debug", "info", "warn", "error", "off"; kUsage for anything else.
Result<LogLevel> log_level_from_name(std::string_view name);

// Sends messages of `level` and above to standard error (`color`: level names in colour) or, if `file` is not
// empty, appends them to that file. Until this is called, warnings and errors go to standard error.
Status configure_log(LogLevel level, const std::string& file, bool color);

void log(LogLevel level, std::string_view message);

inline void log_info(std::string_view m) { log(LogLevel::kInfo, m); }
inline void log_warn(std::string_view m) { log(LogLevel::kWarn, m); }

}  // namespace hilum
