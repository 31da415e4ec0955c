#include "record/csv.h"

#include <fstream>

#include <nlohmann/json.hpp>

#include "hilum/record.h"
#include "hilum/run.h"

#include "core/text/utf8.h"

namespace hilum {
namespace {

class CsvSource : public Source {
 public:
  CsvSource(CsvReader reader, std::string name, std::unique_ptr<std::istream> file)
      : file_(std::move(file)), reader_(std::move(reader)), name_(std::move(name)) {
    has_ids_ = reader_.find_column("id").has_value();
  }

  std::optional<Item> next() override {
    auto row = reader_.next();
    if (row && !row->has_value()) return std::nullopt;
    const std::string id = "row-" + std::to_string(reader_.row_number());
    auto record = row ? record_of(**row, id) : Result<Json>(row.status());
    if (!record) return Item(Json{{"schema", kSchema}, {"id", id}}, record.status());
    return Item(record.take());
  }
  std::string describe() const override { return "the rows (CSV) of " + name_; }

 private:
  Result<Json> record_of(std::vector<std::string>& row, const std::string& id) const {
    Json record = Json::object();
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string& column = reader_.columns()[i];
      if (const std::size_t at = find_invalid_utf8(row[i]); at != std::string_view::npos) {
        return Status(ErrorCode::kUtf8Invalid,
                      id + ", column '" + column + "': invalid UTF-8 at byte " + std::to_string(at));
      }
      record[column] = std::move(row[i]);
    }
    if (!has_ids_) record["id"] = id;
    return record;
  }

  std::unique_ptr<std::istream> file_;  // null: the caller's stream
  CsvReader reader_;
  std::string name_;
  bool has_ids_ = false;
};

Result<std::unique_ptr<Source>> make(std::istream& in, std::unique_ptr<std::istream> file,
                                     const std::string& required, const std::string& name) {
  HILUM_ASSIGN(CsvReader reader, CsvReader::open(in, name));
  if (!required.empty()) {
    const auto column = reader.column(required);
    if (!column) return column.status();
  }
  return std::unique_ptr<Source>(std::make_unique<CsvSource>(std::move(reader), name, std::move(file)));
}

}  // namespace

Result<std::unique_ptr<Source>> csv_source(std::istream& in, const std::string& required,
                                           const std::string& name) {
  return make(in, nullptr, required, name);
}

Result<std::unique_ptr<Source>> open_csv_source(const std::string& path, const std::string& required) {
  auto file = std::make_unique<std::ifstream>(path, std::ios::binary);
  if (!*file) return Status(ErrorCode::kFileNotFound, path + ": cannot be opened");
  std::istream& in = *file;
  return make(in, std::move(file), required, path);
}

}  // namespace hilum
