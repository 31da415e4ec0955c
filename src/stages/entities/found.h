// What the entities stage finds in a record, for its writers, and what its sources bring.
#pragma once

#include <optional>

#include "hilum/stage.h"

#include "nlp/entities/entities.h"
#include "nlp/lunguage/lunguage.h"

namespace hilum::stages {

struct EntitiesFound : Payload {
  nlp::ExtractedReport report;  // of a graph that was read: the graph alone
  std::optional<nlp::LunguageReport> structured;
};

}  // namespace hilum::stages
