#include "hilum/stage.h"

#include <nlohmann/json.hpp>

namespace hilum {

Item::Item(Json record) : record_(std::make_unique<Json>(std::move(record))) {}
Item::Item(Json record, Status failed) : Item(std::move(record)) { status = std::move(failed); }
Item::~Item() = default;
Item::Item(Item&&) noexcept = default;
Item& Item::operator=(Item&&) noexcept = default;

Json& Item::notes() {
  if (!notes_) notes_ = std::make_unique<Json>(Json::object());
  return *notes_;
}

Status Stage::admit(Item& /*item*/) { return Status::ok(); }
Status Stage::prepare(Item& /*item*/) { return Status::ok(); }
void Stage::enter_thread() {}
std::vector<std::string> Stage::warnings() const { return {}; }

void RecordStage::process(const std::vector<Item*>& items) {
  for (Item* item : items) item->status = process_one(*item);
}

}  // namespace hilum
