#include "record/csv.h"

#include <algorithm>

#include "core/text/text.h"
#include "core/text/utf8.h"

namespace hilum {
namespace {

constexpr std::size_t kMaxFieldBytes = 16u << 20;
constexpr int kEnd = std::char_traits<char>::eof();

}  // namespace

Result<CsvReader> CsvReader::open(std::istream& in, std::string name) {
  CsvReader reader(in, std::move(name));
  HILUM_ASSIGN(const bool any, reader.read_fields(reader.columns_));
  if (!any) return Status(ErrorCode::kCsvInvalid, reader.name_ + ": empty, no header line");
  if (starts_with(reader.columns_[0], "\xEF\xBB\xBF")) reader.columns_[0].erase(0, 3);
  for (std::size_t i = 0; i < reader.columns_.size(); ++i) reader.index_.emplace(reader.columns_[i], i);
  return reader;
}

std::optional<std::size_t> CsvReader::find_column(std::string_view name) const {
  const auto it = index_.find(std::string(name));
  if (it == index_.end()) return std::nullopt;
  return it->second;
}

Result<std::size_t> CsvReader::column(std::string_view name) const {
  if (const auto found = find_column(name)) return *found;
  return Status(ErrorCode::kCsvInvalid,
                name_ + ": no column '" + std::string(name) + "'; there are " + columns_for_message());
}

std::string CsvReader::columns_for_message() const {
  constexpr std::size_t kShown = 20, kBytes = 60;
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < std::min(columns_.size(), kShown); ++i) {
    std::string name = repair_utf8(std::string_view(columns_[i]).substr(0, kBytes));
    for (char& c : name) {
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
    }
    shown.push_back(columns_[i].size() > kBytes ? name + "…" : std::move(name));
  }
  if (columns_.size() > kShown) shown.push_back(std::to_string(columns_.size() - kShown) + " more");
  return join(shown, ", ");
}

Result<std::optional<std::vector<std::string>>> CsvReader::next() {
  std::vector<std::string> fields;
  do {
    HILUM_ASSIGN(const bool any, read_fields(fields));
    if (!any) return std::optional<std::vector<std::string>>();
  } while (fields.size() == 1 && fields[0].empty() && columns_.size() > 1);  // a blank line
  ++row_number_;
  if (fields.size() != columns_.size()) {
    return Status(ErrorCode::kCsvInvalid, name_ + ": row " + std::to_string(row_number_) + " has " +
                                              std::to_string(fields.size()) + " values for " +
                                              std::to_string(columns_.size()) + " columns");
  }
  return std::optional<std::vector<std::string>>(std::move(fields));
}

// One row, which may span lines inside quotes. False at the end of input.
Result<bool> CsvReader::read_fields(std::vector<std::string>& fields) {
  fields.clear();
  std::streambuf* buffer = in_->rdbuf();
  int c = buffer->sgetc();
  if (c == kEnd) return false;
  std::string field;
  bool quoted = false;
  bool was_quoted = false;
  for (;;) {
    c = buffer->sbumpc();
    if (field.size() > kMaxFieldBytes) return Status(ErrorCode::kTooLarge, name_ + ": a value is too long");
    if (quoted) {
      if (c == kEnd) return Status(ErrorCode::kCsvInvalid, name_ + ": ends inside quotes");
      if (c != '"') {
        field.push_back(static_cast<char>(c));
      } else if (buffer->sgetc() == '"') {
        buffer->sbumpc();
        field.push_back('"');
      } else {
        quoted = false;
      }
      continue;
    }
    if (c == '"' && field.empty() && !was_quoted) {
      quoted = was_quoted = true;
    } else if (c == ',' || c == '\n' || c == kEnd) {
      if (c != ',' && !field.empty() && field.back() == '\r' && !was_quoted) field.pop_back();
      fields.push_back(std::move(field));
      field.clear();
      was_quoted = false;
      if (c != ',') return true;
    } else if (!(c == '\r' && was_quoted)) {
      field.push_back(static_cast<char>(c));
    }
  }
}

}  // namespace hilum
