// The one frame of a DICOM image as samples; private to the layer.
#pragma once

#include "io/dicom/dataset.h"
#include "io/raster/samples.h"

namespace hilum::io {

// `tags` are those of `file` and have passed the checks of dicom_image.cpp (sizes, bits, one frame). The
// samples may point into `file`. kDicomUnreadable, kDicomUnsupported, kModuleMissing.
Result<Samples> decode_frame(DcmFileFormat& file, const DicomTags& tags);

}  // namespace hilum::io
