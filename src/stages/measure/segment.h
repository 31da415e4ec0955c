// From a bundle's maps over the model's image to masks and points over the original image.
#pragma once

#include "hilum/preprocess.h"

#include "anatomy/anatomy.h"
#include "runtime/models/anatomy_model.h"

namespace hilum::stages {

// Adds structures and landmarks to `film`, whose size is set; `source` names the bundle. What is there
// already stays.
void add_outputs(const runtime::AnatomyOutput& output, const runtime::Manifest& manifest,
                 const ModelInput& image, const std::string& source, anatomy::Anatomy& film);

// Adds the landmark "carina" where the mask of the airway forks, unless there is one.
void add_carina(anatomy::Anatomy& film);

}  // namespace hilum::stages
