// The closed list of everything that can go wrong, and the one table that messages, exit codes, help topics
// and the `error.code` of records are made from. To add a code: one enumerator here, one row in
// error_table.cpp.
#pragma once

#include <string_view>
#include <vector>

namespace hilum {

enum class ErrorCode {
  kOk,
  kPipeClosed,
  kNegativeAnswer,
  kUsage,
  kConfig,
  kSomeFailed,
  kNoInput,
  kFileNotFound,
  kFileUnreadable,
  kFileInvalid,
  kTooLarge,
  kJsonInvalid,
  kRecordInvalid,
  kUtf8Invalid,
  kCsvInvalid,
  kDatasetInvalid,
  kFormatUnknown,
  kDicomUnreadable,
  kDicomUnsupported,
  kWrongModality,
  kImageUnreadable,
  kIndexInvalid,
  kOutputFailed,
  kBundleMissing,
  kBundleInvalid,
  kBundleAltered,
  kBundleTooNew,
  kModuleMissing,
  kInferenceFailed,
  kInternal,
  kInterrupted,
  kTerminated,
};

// A row of the table. A setting is named as in messages (status.h). `exit` is the exit code of a run that
// ends on this error alone; a run in which only some records failed ends with the exit code of kSomeFailed
// whatever the reasons were.
struct ErrorInfo {
  ErrorCode code;
  std::string_view name;  // stable, lower case: `error.code` in records
  int exit;
  std::string_view meaning;
  std::string_view remedy;  // what the user can do, unless a status has its own; may be empty
};

const ErrorInfo& error_info(ErrorCode code);

// Every row, in the order of the enum.
const std::vector<ErrorInfo>& error_table();

// One line per exit code, as `hilum help exit-codes` and the README print it.
struct ExitCode {
  int code;
  std::string_view meaning;
};
const std::vector<ExitCode>& exit_codes();

}  // namespace hilum
