#include "datasets/table.h"

#include <charconv>

#include "core/system/interrupt.h"
#include "core/text/text.h"
#include "datasets/input_file.h"
#include "datasets/paths.h"

namespace hilum::datasets {

std::string_view Row::at(std::optional<std::size_t> column) const {
  if (!column) return {};
  const std::string_view value = trim((*values_)[*column]);
  return value == "nan" || value == "NaN" ? std::string_view() : value;
}

Status read_table(const std::string& path, const NoteCallback& note,
                  const std::function<Status(const CsvReader&)>& columns,
                  const std::function<bool(const Row&)>& row) {
  HILUM_ASSIGN(const auto file, InputFile::open(path));
  auto reader = CsvReader::open(file->stream(), path);
  if (!reader) return file->status().is_ok() ? reader.status() : file->status();
  HILUM_RETURN_IF_ERROR(columns(*reader));
  const auto broken = [&](const std::string& detail) {
    if (note) note({Reason::kRowBroken, path + ": row " + std::to_string(reader->row_number()), detail});
  };
  for (std::size_t rows = 0;; ++rows) {
    if (rows % 4096 == 0) HILUM_RETURN_IF_ERROR(stop_status());
    auto values = reader->next();
    if (!values) {
      broken(values.status().message());
      continue;
    }
    if (!values->has_value()) break;
    if (!row(Row(*reader, **values))) broken("a value is not what its column should hold");
  }
  return file->status();
}

std::optional<std::uint32_t> parse_id(std::string_view text) {
  text = trim(text);
  if (!text.empty() && (text[0] == 'p' || text[0] == 's')) text.remove_prefix(1);
  if (ends_with(text, ".0")) text.remove_suffix(2);
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> parse_number(std::string_view text) {
  text = trim(text);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (!(value - value == 0)) return std::nullopt;  // infinite or NaN
  return value;
}

std::string find_table(const std::string& folder, std::string_view prefix, std::string_view stem) {
  std::string newest;  // of several versions; .csv before .csv.gz of the same
  for (const std::string& name : list_folder(folder)) {
    std::string_view bare = name;
    if (ends_with(bare, ".gz")) bare.remove_suffix(3);
    if (!ends_with(bare, ".csv")) continue;
    bare.remove_suffix(4);
    const bool fits = prefix.empty() ? bare == stem : starts_with(bare, prefix) && ends_with(bare, stem);
    if (fits && name != newest + ".gz") newest = name;
  }
  return newest.empty() ? "" : join_path(folder, newest);
}

}  // namespace hilum::datasets
