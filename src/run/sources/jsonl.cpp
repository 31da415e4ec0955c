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

}  // namespace

std::unique_ptr<Source> jsonl_source(std::istream& in, std::string name) {
  return std::make_unique<JsonlSource>(in, std::move(name));
}

}  // namespace hilum
