#include "hilum/jsonl.h"
#include "hilum/run.h"

namespace hilum {
namespace {

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

std::unique_ptr<Writer> jsonl_writer(Sink& out) { return std::make_unique<JsonlWriter>(out); }

std::unique_ptr<Writer> tee_writer(std::vector<std::unique_ptr<Writer>> writers) {
  return std::make_unique<TeeWriter>(std::move(writers));
}

}  // namespace hilum
