// Reading CSV tables that were made and remade by other people's scripts: gzip or not, broken rows named and
// skipped.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hilum/datasets.h"
#include "hilum/status.h"

#include "record/csv.h"

namespace hilum::datasets {

using NoteCallback = std::function<void(const Note&)>;

// A row by column name. `need` names a column that must exist, `may` one that need not.
class Row {
 public:
  Row(const CsvReader& reader, const std::vector<std::string>& values) : reader_(&reader), values_(&values) {}
  // The value, trimmed; "" for a column there is not. "nan" as written by pandas is "".
  std::string_view at(std::optional<std::size_t> column) const;
  std::size_t number() const { return reader_->row_number(); }

 private:
  const CsvReader* reader_;
  const std::vector<std::string>* values_;
};

// Calls `columns` once with the reader, to look columns up, then `row` for each row. A false from `row` notes
// the row as broken. The end of a damaged gzip file is an error.
Status read_table(const std::string& path, const NoteCallback& note,
                  const std::function<Status(const CsvReader&)>& columns,
                  const std::function<bool(const Row&)>& row);

// 10000032, "p10000032", "s50414267" and "10000032.0" to a number.
std::optional<std::uint32_t> parse_id(std::string_view text);

std::optional<double> parse_number(std::string_view text);

// The file in `folder` whose name without .csv or .csv.gz is `stem`, or begins with `prefix` and ends with
// `stem`
// ("mimic-cxr-", "-metadata": any version); "" when there is none.
std::string find_table(const std::string& folder, std::string_view prefix, std::string_view stem);

}  // namespace hilum::datasets
