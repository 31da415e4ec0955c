// The roles that see images for reports, labels and the search for similar cases.
#pragma once

#include "runtime/roles/role.h"

namespace hilum::runtime {

Role image_encoder_role();
Role classifier_role();
Role aligner_role();

}  // namespace hilum::runtime
