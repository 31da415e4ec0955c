#include "run/slots.h"

#include <nlohmann/json.hpp>

#include "hilum/record.h"

#include "run/contained.h"

namespace hilum {

namespace {

// An object grows as a vector does, and copies all that it holds, with what a stage added, to do so. Here it
// still holds little.
void make_room(Json& record) {
  constexpr std::size_t kKeysOfAStage = 8;
  if (auto* object = record.get_ptr<Json::object_t*>()) object->reserve(object->size() + kKeysOfAStage);
}

}  // namespace

Status Slots::take(std::optional<Slot>& slot) {
  slot.reset();
  return contained([&]() -> Status {
    std::optional<Item> item = source_.next();
    if (!item) return source_.status();
    slot.emplace(std::move(*item));
    make_room(slot->item.record());
    slot->passed_on = slot->item.status.is_ok() && has_error(slot->item.record());
    if (options_.resume != nullptr) {
      const Json* id = find_path(slot->item.record(), "id");
      if (id != nullptr && id->is_string())
        slot->finished = options_.resume->finished(id->get_ref<const std::string&>());
    }
    if (!slot->item.status.is_ok() || slot->passed_on) return Status::ok();
    slot->item.status = contained([&] { return stage_.admit(slot->item); });
    slot->runs = slot->item.status.is_ok();
    return Status::ok();
  });
}

void Slots::prepare(Slot& slot) {
  if (slot.runs) slot.item.status = contained([&] { return stage_.prepare(slot.item); });
}

Status Slots::enter() {
  return contained([&] {
    stage_.enter_thread();
    return Status::ok();
  });
}

void Slots::process(std::vector<Slot*>& slots, const Status& entered) {
  std::vector<Item*> items;
  for (Slot* slot : slots) {
    if (!slot->runs || !slot->item.status.is_ok()) continue;
    slot->item.status = entered;
    if (entered.is_ok()) items.push_back(&slot->item);
  }
  if (items.empty()) return;
  const Status thrown = contained([&] {
    stage_.process(items);
    return Status::ok();
  });
  for (Item* item : items) {
    if (!thrown.is_ok()) item->status = thrown;
    if (item->status.is_ok()) item->status = contained([&] { return sign(*item); });
  }
}

Status Slots::begin() {
  return contained([&] {
    Json signed_record = Json::object();
    add_provenance(signed_record, stage_.info().name, stage_.provenance());
    entry_ = std::make_unique<Json>(std::move(signed_record["provenance"][0]));
    return Status::ok();
  });
}

// Adds the stage's entry of `provenance`.
Status Slots::sign(Item& item) const {
  Json& list = item.record()["provenance"];
  if (!list.is_array()) list = Json::array();
  list.push_back(*entry_);
  if (item.noted() != nullptr) list.back().update(*item.noted());
  return Status::ok();
}

Status Slots::write(Slot& slot) {
  ++counts_.seen;
  if (slot.finished) {
    if (!slot.finished->failed) {
      ++counts_.skipped;
    } else {
      ++counts_.failed;
      ++counts_.reasons[slot.finished->reason];
    }
    return Status::ok();
  }
  return contained([&]() -> Status {
    if (slot.passed_on) {
      ++counts_.passed_on;
    } else if (slot.item.status.is_ok()) {
      ++counts_.done;
    } else {
      // A stage may have left no record at all.
      if (!slot.item.record().is_object()) slot.item.record() = Json{{"schema", kSchema}};
      set_error(slot.item.record(), slot.item.status, stage_.info().name);
      counts_.add_failure(slot.item.status);
    }
    HILUM_RETURN_IF_ERROR(writer_.write(slot.item));
    progress_.update(counts_.seen, counts_.failed);
    return Status::ok();
  });
}

Status Slots::flush() {
  return contained([&] { return writer_.flush(); });
}

Status Slots::close() {
  return contained([&] { return writer_.close(); });
}

}  // namespace hilum
