#include "run/sources/records.h"

#include <fstream>

#include <nlohmann/json.hpp>

#include "hilum/jsonl.h"
#include "hilum/record.h"

#include "core/text/text.h"

namespace hilum {
namespace {

class ListSource : public Source {
 public:
  ListSource(std::vector<Json> records, std::string name)
      : records_(std::move(records)), name_(std::move(name)) {}

  std::optional<Item> next() override {
    if (next_ == records_.size()) return std::nullopt;
    return Item(std::move(records_[next_++]));
  }
  std::string describe() const override { return name_; }

 private:
  std::vector<Json> records_;
  std::string name_;
  std::size_t next_ = 0;
};

class RecordFiles : public Source {
 public:
  explicit RecordFiles(std::vector<std::string> paths) : paths_(std::move(paths)) {}

  std::optional<Item> next() override {
    for (;;) {
      if (reader_ == nullptr) {
        if (at_ == paths_.size()) return std::nullopt;
        file_ = std::make_unique<std::ifstream>(paths_[at_], std::ios::binary);
        if (!*file_) return failed({ErrorCode::kFileUnreadable, paths_[at_++] + ": cannot be opened"});
        reader_ = std::make_unique<JsonlReader>(*file_);
      }
      auto record = reader_->next();
      if (!record) return failed(record.status().at(paths_[at_]));
      if (record->has_value()) {
        ++seen_;
        return Item(std::move(**record));
      }
      reader_.reset();
      ++at_;
    }
  }
  std::string describe() const override { return "records (JSON Lines) of " + join(paths_, ", "); }

 private:
  Item failed(const Status& status) {
    return Item(Json{{"schema", kSchema}, {"id", "line-" + std::to_string(++seen_)}}, status);
  }

  std::vector<std::string> paths_;
  std::size_t at_ = 0;    // of the file that is read, or will be
  std::size_t seen_ = 0;  // records of all files
  std::unique_ptr<std::ifstream> file_;
  std::unique_ptr<JsonlReader> reader_;  // of `file_`
};

}  // namespace

std::unique_ptr<Source> list_source(std::vector<Json> records, std::string name) {
  return std::make_unique<ListSource>(std::move(records), std::move(name));
}

std::unique_ptr<Source> record_files_source(std::vector<std::string> paths) {
  return std::make_unique<RecordFiles>(std::move(paths));
}

}  // namespace hilum
