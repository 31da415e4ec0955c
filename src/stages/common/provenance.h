// What a stage's records say of how they were made: "config", a short SHA-256 over the settings that decide
// the output and the tables that the stage declares. Two records of one version and one config were made
// alike. Thread-safe.
#pragma once

#include "hilum/stage.h"

namespace hilum {

// `details` (an object: bundle, engine, …) with "config" added. Errors of reading the tables.
Result<Json> make_provenance(const StageInfo& info, const Json& settings, Json details);

}  // namespace hilum
