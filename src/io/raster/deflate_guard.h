// A deflated DICOM file of a few kilobytes can unfold to gigabytes; private to the layer.
#pragma once

#include <cstddef>
#include <string_view>

#include "hilum/status.h"

namespace hilum::io {

// True when the file's meta header, seen in its first bytes, names the deflated transfer syntax.
bool is_deflated_dicom(std::string_view start);

// Unfolds the data set without keeping it: kTooLarge above `limit` bytes, kDicomUnreadable when the meta
// header is not where it should be. Damage in the deflated data is left to the reader.
Status check_inflated_size(std::string_view bytes, std::size_t limit);

}  // namespace hilum::io
