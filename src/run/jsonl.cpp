#include "hilum/jsonl.h"

#include <nlohmann/json.hpp>

#include "hilum/record.h"
#include "hilum/run.h"

namespace hilum {
namespace {

class JsonlSource : public Source {
 public:
  JsonlSource(std::istream& in, std::string name) : reader_(in), name_(std::move(name)) {}

  std::optional<Item> next() override {
    auto line = reader_.next();
    if (!line) {
      const std::string id = "line-" + std::to_string(reader_.line_number());
      return Item(Json{{"schema", kSchema}, {"id", id}}, line.status());
    }
    if (!line->has_value()) return std::nullopt;
    return Item(std::move(**line));
  }
  std::string describe() const override { return "records (JSON Lines) of " + name_; }

 private:
  JsonlReader reader_;
  std::string name_;
};

class JsonlWriter : public Writer {
 public:
  explicit JsonlWriter(Sink& out) : out_(out) {}
  Status write(const Item& item) override { return write_jsonl(out_, item.record()); }
  Status flush() override { return out_.flush(); }

 private:
  Sink& out_;
};

class TeeWriter : public Writer {
 public:
  explicit TeeWriter(std::vector<std::unique_ptr<Writer>> writers) : writers_(std::move(writers)) {}
  Status write(const Item& item) override {
    for (const auto& writer : writers_) HILUM_RETURN_IF_ERROR(writer->write(item));
    return Status::ok();
  }
  Status flush() override {
    for (const auto& writer : writers_) HILUM_RETURN_IF_ERROR(writer->flush());
    return Status::ok();
  }
  Status close() override {
    for (const auto& writer : writers_) HILUM_RETURN_IF_ERROR(writer->close());
    return Status::ok();
  }

 private:
  std::vector<std::unique_ptr<Writer>> writers_;
};

}  // namespace

std::unique_ptr<Source> jsonl_source(std::istream& in, std::string name) {
  return std::make_unique<JsonlSource>(in, std::move(name));
}

std::unique_ptr<Writer> jsonl_writer(Sink& out) { return std::make_unique<JsonlWriter>(out); }

std::unique_ptr<Writer> tee_writer(std::vector<std::unique_ptr<Writer>> writers) {
  return std::make_unique<TeeWriter>(std::move(writers));
}

}  // namespace hilum
