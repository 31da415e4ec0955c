// CSV with a header line (RFC 4180: quotes, doubled quotes, line breaks inside quotes; LF or CRLF; a BOM is
// skipped). Streams row by row. Not thread-safe.
#pragma once

#include <cstddef>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hilum/status.h"

namespace hilum {

class CsvReader {
 public:
  // `name` is used in messages. Reads the header; kCsvInvalid if there is none.
  static Result<CsvReader> open(std::istream& in, std::string name);

  const std::vector<std::string>& columns() const { return columns_; }
  // Index of a column, or kCsvInvalid naming the columns there are.
  Result<std::size_t> column(std::string_view name) const;
  std::optional<std::size_t> find_column(std::string_view name) const;
  std::string columns_for_message() const;  // the first twenty, cut, without control characters

  // The next row, one value a column; an empty optional at the end. A row of another length or an open quote
  // is kCsvInvalid for that row.
  Result<std::optional<std::vector<std::string>>> next();
  std::size_t row_number() const { return row_number_; }  // of the row last returned, from 1 after the header

 private:
  CsvReader(std::istream& in, std::string name) : in_(&in), name_(std::move(name)) {}
  Result<bool> read_fields(std::vector<std::string>& fields);
  std::istream* in_;
  std::string name_;
  std::vector<std::string> columns_;
  std::unordered_map<std::string, std::size_t> index_;
  std::size_t row_number_ = 0;
};

}  // namespace hilum
