#include "io/dicom/segmentation.h"

#include <map>

#include "hilum/image.h"

#include "core/files/file.h"
#include "core/text/text.h"
#include "core/text/utf8.h"
#include "io/dicom/dataset.h"
#include "io/dicom/environment.h"
#include "io/raster/deflate_guard.h"

namespace hilum {
namespace {

constexpr const char* kSegmentationClass = "1.2.840.10008.5.1.4.1.1.66.4";
constexpr int kMaxSegments = 1000;

// The first item of a sequence inside `item`, or null.
DcmItem* first_of(DcmItem* item, const DcmTagKey& sequence) {
  DcmItem* found = nullptr;
  if (item == nullptr || item->findAndGetSequenceItem(sequence, found, 0).bad()) return nullptr;
  return found;
}

int number_at(DcmItem* item, const DcmTagKey& tag, int missing) {
  Uint16 value = 0;
  if (item == nullptr || item->findAndGetUint16(tag, value).bad()) return missing;
  return value;
}

std::vector<DicomSegment> segments_of(DcmDataset& set) {
  std::vector<DicomSegment> segments;
  for (int i = 0; i < kMaxSegments; ++i) {
    DcmItem* item = nullptr;
    if (set.findAndGetSequenceItem(DCM_SegmentSequence, item, i).bad() || item == nullptr) break;
    DicomSegment segment;
    segment.number = number_at(item, DCM_SegmentNumber, i + 1);
    segment.label = repair_utf8(io::text_of(*item, DCM_SegmentLabel));
    if (DcmItem* type = first_of(item, DCM_SegmentedPropertyTypeCodeSequence);
        segment.label.empty() && type != nullptr)
      segment.label = repair_utf8(io::text_of(*type, DCM_CodeMeaning));
    segments.push_back(std::move(segment));
  }
  return segments;
}

// The segment that a frame shows; 0 when nothing says so.
int segment_of_frame(DcmDataset& set, int frame) {
  DcmItem* groups = nullptr;
  if (set.findAndGetSequenceItem(DCM_PerFrameFunctionalGroupsSequence, groups, frame).good()) {
    if (DcmItem* id = first_of(groups, DCM_SegmentIdentificationSequence))
      return number_at(id, DCM_ReferencedSegmentNumber, 0);
  }
  DcmItem* id =
      first_of(first_of(&set, DCM_SharedFunctionalGroupsSequence), DCM_SegmentIdentificationSequence);
  return number_at(id, DCM_ReferencedSegmentNumber, 0);
}

Result<std::vector<DicomSegment>> read(DcmDataset& set) {
  const auto unsupported = [](const std::string& why) { return Status(ErrorCode::kDicomUnsupported, why); };
  if (io::text_of(set, DCM_SOPClassUID) != kSegmentationClass) return unsupported("not a DICOM segmentation");
  if (DcmXfer(set.getOriginalXfer()).isEncapsulated()) return unsupported("a compressed segmentation");
  const int rows = number_at(&set, DCM_Rows, 0), columns = number_at(&set, DCM_Columns, 0);
  const int bits = number_at(&set, DCM_BitsAllocated, 0);
  Sint32 frames = 1;
  set.findAndGetSint32(DCM_NumberOfFrames, frames);
  const std::size_t area = static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
  if (area == 0 || frames < 1 || (bits != 1 && bits != 8))
    return unsupported("a segmentation without 1-bit or 8-bit frames");
  std::vector<DicomSegment> segments = segments_of(set);
  if (area > kMaxImagePixels / std::max<std::size_t>(1, segments.size()) || frames > kMaxSegments)
    return Status(ErrorCode::kTooLarge, "a segmentation of too many pixels");
  const Uint8* bytes = nullptr;
  const Uint16* words = nullptr;
  unsigned long count = 0;
  std::vector<std::uint8_t> data;
  if (set.findAndGetUint8Array(DCM_PixelData, bytes, &count).good() && bytes != nullptr) {
    data.assign(bytes, bytes + count);
  } else if (set.findAndGetUint16Array(DCM_PixelData, words, &count).good() && words != nullptr) {
    for (unsigned long i = 0; i < count; ++i) {
      data.push_back(static_cast<std::uint8_t>(words[i] & 0xff));
      data.push_back(static_cast<std::uint8_t>(words[i] >> 8));
    }
  }
  const std::size_t values = area * static_cast<std::size_t>(frames);
  if (data.size() < (bits == 1 ? (values + 7) / 8 : values))
    return Status(ErrorCode::kDicomUnreadable, "the segmentation's pixel data are cut short");
  const int half = (number_at(&set, DCM_MaximumFractionalValue, 255) + 1) / 2;
  std::map<int, int> seen;
  for (int f = 0; f < frames; ++f) {
    const int number = segment_of_frame(set, f);
    for (DicomSegment& segment : segments) {
      if (segment.number != number) continue;
      if (++seen[number] > 1)
        return unsupported("a segmentation of a volume: segment " + std::to_string(number) +
                           " has several frames");
      segment.mask = {columns, rows, std::vector<std::uint8_t>(area)};
      const std::size_t start = static_cast<std::size_t>(f) * area;
      for (std::size_t i = 0; i < area; ++i) {
        const std::size_t at = start + i;
        const bool on = bits == 1 ? ((data[at / 8] >> (at % 8)) & 1) != 0 : data[at] >= half;
        segment.mask.values[i] = on ? 1 : 0;
      }
    }
  }
  std::vector<DicomSegment> shown;
  for (DicomSegment& segment : segments) {
    if (!segment.mask.values.empty()) shown.push_back(std::move(segment));
  }
  if (shown.empty()) return unsupported("a segmentation whose frames name none of its segments");
  return shown;
}

}  // namespace

Result<std::vector<DicomSegment>> read_dicom_seg(const std::string& path) {
  io::ensure_dicom_environment();
  HILUM_ASSIGN(const std::string bytes, read_file(path, kMaxImageFileBytes));
  if (io::is_deflated_dicom(bytes)) {
    const Status size = io::check_inflated_size(bytes, kMaxImageFileBytes);
    if (!size.is_ok()) return size.at(path);
  }
  DcmFileFormat file;
  const OFCondition condition =
      file.loadFile(path.c_str(), EXS_Unknown, EGL_noChange, DCM_MaxReadLength, ERM_autoDetect);
  if (condition.bad()) return Status(ErrorCode::kDicomUnreadable, path + ": " + condition.text());
  auto segments = read(*file.getDataset());
  if (!segments) return segments.status().at(path);
  return segments;
}

std::string structure_name(const std::string& label) {
  std::string name;
  for (const char c : to_lower(trim(label))) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (letter) name.push_back(c);
    if (!letter && !name.empty() && name.back() != '_') name.push_back('_');
  }
  while (!name.empty() && name.back() == '_') name.pop_back();
  static const std::map<std::string, std::string> known = {
      {"lung_right", "right_lung"},    {"lung_left", "left_lung"},      {"trachea", "airway"},
      {"airways", "airway"},           {"cardiac_silhouette", "heart"}, {"right_lung_field", "right_lung"},
      {"left_lung_field", "left_lung"}};
  const auto it = known.find(name);
  return it == known.end() ? name : it->second;
}

}  // namespace hilum
