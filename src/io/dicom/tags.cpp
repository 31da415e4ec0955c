#include <algorithm>
#include <cmath>

#include <dcmtk/dcmdata/dcspchrs.h>

#include "hilum/image.h"

#include "core/files/file.h"
#include "core/text/text.h"
#include "core/text/utf8.h"
#include "io/dicom/dataset.h"
#include "io/dicom/environment.h"
#include "io/raster/deflate_guard.h"

namespace hilum {
namespace io {
namespace {

// Text elements whose bytes depend on SpecificCharacterSet.
class TextReader {
 public:
  TextReader(DcmItem& item, std::vector<std::string>& warnings) : item_(item), warnings_(warnings) {
    declared_ = text_of(item, DCM_SpecificCharacterSet);
    usable_ = !declared_.empty() && converter_.selectCharacterSet(item).good();
  }

  std::string read(const DcmTagKey& tag, const char* name) {
    const std::string raw = text_of(item_, tag);
    const bool ascii =
        std::all_of(raw.begin(), raw.end(), [](char c) { return (c & 0x80) == 0 && c != '\x1b'; });
    if (ascii) return raw;
    OFString converted;
    if (usable_ && converter_.convertString(OFString(raw.data(), raw.size()), converted).good()) {
      std::string text(converted.data(), converted.size());
      if (find_invalid_utf8(text) == std::string::npos) return text;
    }
    if (declared_.empty() && find_invalid_utf8(raw) == std::string::npos) {
      warnings_.push_back(std::string(name) + ": no SpecificCharacterSet is given, taken as UTF-8");
      return raw;
    }
    if (declared_.empty()) {
      warnings_.push_back(std::string(name) + ": no SpecificCharacterSet is given, taken as ISO 8859-1");
      return latin1_to_utf8(raw);
    }
    warnings_.push_back(std::string(name) + ": not valid in the character set '" + repair_utf8(declared_) +
                        "', bytes replaced");
    return repair_utf8(raw);
  }

 private:
  DcmItem& item_;
  std::vector<std::string>& warnings_;
  DcmSpecificCharacterSet converter_;
  std::string declared_;
  bool usable_ = false;
};

int uint16_of(DcmItem& item, const DcmTagKey& tag, int missing) {
  Uint16 value = 0;
  return item.findAndGetUint16(tag, value).good() ? value : missing;
}

std::optional<double> number_of(DcmItem& item, const DcmTagKey& tag, unsigned long position = 0) {
  Float64 value = 0;
  if (item.findAndGetFloat64(tag, value, position).bad() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::vector<double> pair_of(DcmItem& item, const DcmTagKey& tag) {
  std::vector<double> values;
  for (unsigned long i = 0; i < 2; ++i) {
    if (const auto value = number_of(item, tag, i)) values.push_back(*value);
  }
  return values;
}

std::string uid_name(const std::string& uid) {
  const char* name = dcmFindNameOfUID(uid.c_str());
  return name == nullptr ? uid : name;
}

SpacingTags spacing_of(DcmItem& item) {
  SpacingTags tags;
  tags.pixel_spacing = pair_of(item, DCM_PixelSpacing);
  tags.imager_pixel_spacing = pair_of(item, DCM_ImagerPixelSpacing);
  tags.nominal_scanned_pixel_spacing = pair_of(item, DCM_NominalScannedPixelSpacing);
  tags.calibration_type = repair_utf8(text_of(item, DCM_PixelSpacingCalibrationType));
  tags.magnification = number_of(item, DCM_EstimatedRadiographicMagnificationFactor);
  tags.source_to_detector_mm = number_of(item, DCM_DistanceSourceToDetector);
  tags.source_to_patient_mm = number_of(item, DCM_DistanceSourceToPatient);
  return tags;
}

}  // namespace

std::string text_of(DcmItem& item, const DcmTagKey& tag) {
  OFString value;
  if (item.findAndGetOFStringArray(tag, value).bad()) return "";
  std::string text(value.data(), value.size());
  text.erase(std::remove(text.begin(), text.end(), '\0'), text.end());
  return std::string(trim(text));
}

DicomTags tags_of(DcmFileFormat& file) {
  DcmDataset& set = *file.getDataset();
  DicomTags tags;
  TextReader text(set, tags.warnings);
  const auto plain = [&](const DcmTagKey& tag) { return repair_utf8(text_of(set, tag)); };

  tags.sop_class_uid = plain(DCM_SOPClassUID);
  tags.sop_class = uid_name(tags.sop_class_uid);
  tags.modality = plain(DCM_Modality);
  const DcmXfer coding(set.getOriginalXfer());
  tags.transfer_syntax_uid = coding.getXferID();
  tags.transfer_syntax = coding.getXferName();
  tags.study_instance_uid = plain(DCM_StudyInstanceUID);
  tags.series_instance_uid = plain(DCM_SeriesInstanceUID);
  tags.sop_instance_uid = plain(DCM_SOPInstanceUID);
  tags.patient_id = text.read(DCM_PatientID, "PatientID");
  tags.patient_age = plain(DCM_PatientAge);
  tags.patient_sex = plain(DCM_PatientSex);
  tags.accession_number = text.read(DCM_AccessionNumber, "AccessionNumber");
  tags.study_date = plain(DCM_StudyDate);
  tags.study_time = plain(DCM_StudyTime);
  tags.study_description = text.read(DCM_StudyDescription, "StudyDescription");
  tags.series_description = text.read(DCM_SeriesDescription, "SeriesDescription");
  tags.manufacturer = text.read(DCM_Manufacturer, "Manufacturer");
  tags.model_name = text.read(DCM_ManufacturerModelName, "ManufacturerModelName");
  tags.view_position = plain(DCM_ViewPosition);
  tags.patient_orientation = plain(DCM_PatientOrientation);
  tags.laterality = plain(DCM_ImageLaterality);
  if (tags.laterality.empty()) tags.laterality = plain(DCM_Laterality);
  tags.body_part = plain(DCM_BodyPartExamined);
  tags.presentation_intent = plain(DCM_PresentationIntentType);
  tags.burned_in_annotation = plain(DCM_BurnedInAnnotation);

  tags.rows = uint16_of(set, DCM_Rows, 0);
  tags.columns = uint16_of(set, DCM_Columns, 0);
  Sint32 frames = 1;
  if (set.findAndGetSint32(DCM_NumberOfFrames, frames).good()) tags.frames = frames;
  tags.samples_per_pixel = uint16_of(set, DCM_SamplesPerPixel, 1);
  tags.bits_allocated = uint16_of(set, DCM_BitsAllocated, 0);
  tags.bits_stored = uint16_of(set, DCM_BitsStored, tags.bits_allocated);
  tags.high_bit = uint16_of(set, DCM_HighBit, tags.bits_stored - 1);
  tags.is_signed = uint16_of(set, DCM_PixelRepresentation, 0) == 1;
  tags.photometric = plain(DCM_PhotometricInterpretation);
  tags.spacing = spacing_of(set);
  return tags;
}

}  // namespace io

Result<DicomTags> read_dicom_tags(const std::string& path) {
  io::ensure_dicom_environment();
  HILUM_ASSIGN(const std::string start, read_file_start(path, 1024));
  if (!looks_like_dicom(start)) return Status(ErrorCode::kFormatUnknown, path + ": not a DICOM file");
  if (io::is_deflated_dicom(start)) {
    HILUM_ASSIGN(const std::string bytes, read_file(path, kMaxImageFileBytes));
    const Status size = io::check_inflated_size(bytes, kMaxImageFileBytes);
    if (!size.is_ok()) return size.at(path);
  }
  DcmFileFormat file;
  const OFCondition condition = file.loadFileUntilTag(path.c_str(), EXS_Unknown, EGL_noChange,
                                                      DCM_MaxReadLength, ERM_autoDetect, DCM_PixelData);
  if (condition.bad()) return Status(ErrorCode::kDicomUnreadable, path + ": " + condition.text());
  return io::tags_of(file);
}

}  // namespace hilum
