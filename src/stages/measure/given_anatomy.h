// Masks and landmarks that come with an image: mask pictures, DICOM segmentations, point files, and what the
// record holds. All in pixels of the image. Values; thread-safe.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "stages/measure/measurer.h"

namespace hilum::stages {

// A picture of masks (1 right lung, 2 left lung, 3 heart, 4 airway) or a DICOM segmentation. What the picture
// leaves out is not given. kUsage for other values, else the errors of reading it.
Status add_mask_file(const std::string& path, GivenAnatomy& given);

// One structure's mask: every pixel that is not 0.
Status add_mask_of(const std::string& name, const std::string& path, GivenAnatomy& given);

// Points by image: the file's name without its folder and last extension, or its path. CSV with the columns
// image, name, x and y, or JSON {"image": {"carina": [x, y]}}. kRecordInvalid or kCsvInvalid names the row or
// key.
using PointsByImage = std::map<std::string, std::vector<anatomy::Landmark>>;
Result<PointsByImage> read_points(const std::string& path);
void add_points(const PointsByImage& points, const std::string& image, GivenAnatomy& given);

// What a record's `anatomy` gives: `mask` (a file as above), `structures[]` with `name` and `mask`,
// `landmarks[]` with `name`, `x`, `y` and source "given". kRecordInvalid names the field.
Status add_record_anatomy(const Json& record, GivenAnatomy& given);

// "a/b.dcm" -> "b".
std::string image_stem(const std::string& path);

}  // namespace hilum::stages
