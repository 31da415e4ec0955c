// Status and Result<T>: how every function that can fail says so. No exception crosses a layer; third-party
// exceptions are caught where they arise. Values; a Status may be copied and read from any thread.
#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "hilum/error_code.h"

namespace hilum {

class [[nodiscard]] Status {
 public:
  Status() = default;
  // `message` says what happened and to which file or record, without the code's own meaning or remedy. An
  // option is called by its name in the library, as `setting 'max_tokens'`; the program shows its flag there.
  Status(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}

  // The same error with advice that fits it better than the table's.
  Status with_remedy(std::string remedy) const;

  static Status ok() { return {}; }

  bool is_ok() const { return code_ == ErrorCode::kOk; }
  ErrorCode code() const { return code_; }
  const std::string& message() const { return message_; }
  std::string_view remedy() const { return remedy_.empty() ? error_info(code_).remedy : remedy_; }
  int exit_code() const { return error_info(code_).exit; }

  // The same error with a place in front: "file.dcm: no pixel data".
  Status at(const std::string& where) const;

  // Message and remedy on one line, for people.
  std::string to_string() const;

 private:
  ErrorCode code_ = ErrorCode::kOk;
  std::string message_;
  std::string remedy_;  // "": the table's
};

// A value or the reason there is none. To ask for the value of an error is a bug of the caller.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}  // NOLINT: implicit on purpose
  Result(Status status) : status_(std::move(status)) { assert(!status_.is_ok()); }  // NOLINT

  bool is_ok() const { return value_.has_value(); }
  explicit operator bool() const { return is_ok(); }
  const Status& status() const { return status_; }

  T& value() {
    assert(is_ok());
    return *value_;
  }
  const T& value() const {
    assert(is_ok());
    return *value_;
  }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  // Moves the value out.
  T take() { return std::move(value()); }

 private:
  std::optional<T> value_;
  Status status_;
};

}  // namespace hilum

// Leaves the function with the error, if there is one.
#define HILUM_RETURN_IF_ERROR(expr)                   \
  do {                                                \
    ::hilum::Status hilum_status_ = (expr);           \
    if (!hilum_status_.is_ok()) return hilum_status_; \
  } while (false)

#define HILUM_CONCAT_INNER(a, b) a##b
#define HILUM_CONCAT(a, b) HILUM_CONCAT_INNER(a, b)
#define HILUM_ASSIGN_INNER(tmp, decl, expr) \
  auto tmp = (expr);                        \
  if (!tmp.is_ok()) return tmp.status();    \
  decl = tmp.take()

// HILUM_ASSIGN(auto image, read_image(path)): binds the value or leaves the function with the error.
#define HILUM_ASSIGN(decl, expr) HILUM_ASSIGN_INNER(HILUM_CONCAT(hilum_result_, __LINE__), decl, expr)
