// What a file is, as `hilum inspect` prints it. Pure.
#pragma once

#include <string>

#include "hilum/image.h"
#include "hilum/json.h"

namespace hilum {

// path, format, coding, width, height, bits, tags (DICOM only; empty ones left out), steps, spacing,
// warnings.
Json image_to_json(const ImageFile& file);

// The same for people: several lines, ended by a line feed.
std::string image_to_text(const ImageFile& file);

}  // namespace hilum
