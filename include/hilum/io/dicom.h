// What a DICOM file says about itself, without its pixels. Text is UTF-8 (converted from the file's character
// set) and trimmed; what the file lacks is empty or 0. Thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hilum/core/status.h"
#include "hilum/io/spacing.h"

namespace hilum {

struct DicomTags {
  std::string sop_class_uid;
  std::string sop_class;  // its name, "ComputedRadiographyImageStorage"; the UID when unknown
  std::string modality;   // "CR", "DX", …
  std::string transfer_syntax_uid;
  std::string transfer_syntax;  // its name

  std::string study_instance_uid, series_instance_uid, sop_instance_uid;
  std::string patient_id, patient_age, patient_sex;
  std::string accession_number;
  std::string study_date;  // YYYYMMDD
  std::string study_time;  // HHMMSS.FFFFFF, may be shortened from the right
  std::string study_description, series_description, manufacturer, model_name;
  std::string view_position;        // PA, AP, LL, …; empty when the file does not say
  std::string patient_orientation;  // "L\F"
  std::string laterality;           // ImageLaterality, else Laterality
  std::string body_part;            // BodyPartExamined
  std::string presentation_intent;  // FOR PRESENTATION or FOR PROCESSING
  std::string burned_in_annotation;

  int rows = 0, columns = 0;
  int frames = 1;
  int samples_per_pixel = 1;
  int bits_allocated = 0, bits_stored = 0, high_bit = 0;
  bool is_signed = false;
  std::string photometric;  // MONOCHROME1, MONOCHROME2, RGB, …

  SpacingTags spacing;
  std::vector<std::string> warnings;  // for example text in a character set that is not known
};

// Reads the header only: large files cost little. kFileNotFound, kFileUnreadable; kFormatUnknown when the
// file is not DICOM; kDicomUnreadable when it is damaged.
Result<DicomTags> read_dicom_tags(const std::string& path);

// Whether a Modality is one that projection X-rays come with: CR, DX, RG, DR, OT, SC, or none stated.
bool is_projection_modality(std::string_view modality);

// True when the bytes begin as a DICOM file does: "DICM" after 128 bytes, or, in files of old without that
// preamble, an element of group 0002 or 0008.
bool looks_like_dicom(std::string_view bytes);

}  // namespace hilum
