// How a run was made, as its lines say.
#pragma once

#include "hilum/evaluate.h"

#include "eval/input/preset.h"

namespace hilum::eval {

// The stamp of a run; without a preset where no text is prepared.
Stamp make_stamp(const BootstrapOptions& bootstrap, bool by_patient);
Stamp make_stamp(const Preset& preset, const BootstrapOptions& bootstrap, bool by_patient);

}  // namespace hilum::eval
