#include "stages/retrieve/image_vectors.h"

#include <nlohmann/json.hpp>

namespace hilum::stages {

Status prepare_first_image(Item& item, const Model& model) {
  Json only = {{"id", item.record().value("id", Json())}};
  const Json* images = find_path(item.record(), "images");
  if (images != nullptr && images->is_array() && !images->empty())
    only["images"] = Json::array({images->front()});
  HILUM_ASSIGN(PreparedStudy study, prepare_study(only, model, 0));
  auto payload = std::make_unique<VectorPayload>();
  payload->study = std::make_unique<PreparedStudy>(std::move(study));
  item.payload = std::move(payload);
  return Status::ok();
}

Status find_vectors(const std::vector<Item*>& items, const Model& model, bool rows) {
  std::vector<const StudyInput*> inputs;
  for (const Item* item : items) inputs.push_back(&item->payload_as<VectorPayload>().study->input);
  HILUM_ASSIGN(auto vectors, model.vectors(inputs, rows));
  for (std::size_t i = 0; i < items.size(); ++i) {
    auto& payload = items[i]->payload_as<VectorPayload>();
    payload.vector = std::move(vectors[i]);
    payload.study.reset();
  }
  return Status::ok();
}

}  // namespace hilum::stages
