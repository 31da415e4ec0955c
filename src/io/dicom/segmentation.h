// DICOM segmentations (the Segmentation object of PS3.3 A.51) of one image: each segment's mask in the size
// of the object, which is the image's. Binary ones, and fractional ones cut at half of their maximum.
// Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "hilum/status.h"

#include "io/raster/png.h"

namespace hilum {

struct DicomSegment {
  int number = 0;
  std::string label;  // SegmentLabel, else the property type's meaning
  Mask mask;          // 1 where the segment is
};

// kFileNotFound, kFileUnreadable, kDicomUnreadable; kDicomUnsupported for an object that is no segmentation,
// is compressed, or has segments in several places of a volume.
Result<std::vector<DicomSegment>> read_dicom_seg(const std::string& path);

// "Right lung" -> "right_lung"; "Trachea", "Lung, right" and the like to the names that the tools use.
std::string structure_name(const std::string& label);

}  // namespace hilum
