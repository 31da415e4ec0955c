// A DICOM file as a grey image; private to the layer.
#pragma once

#include <string>
#include <string_view>

#include "hilum/image.h"

namespace hilum::io {

// Errors do not name the file.
Result<LoadedImage> load_dicom(std::string_view bytes, const LoadOptions& options);

// The same straight from the file: large pixel data is then read once, to where it is needed.
Result<LoadedImage> load_dicom_file(const std::string& path, const LoadOptions& options);

}  // namespace hilum::io
