// Makes small DICOM files for tests with DCMTK, in any coding that DCMTK can write.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

class DcmDataset;

namespace hilum::io::test {

struct DicomSpec {
  int rows = 24, columns = 40;
  int samples_per_pixel = 1;
  int bits_allocated = 16, bits_stored = 12, high_bit = 11;
  bool is_signed = false;
  std::string photometric = "MONOCHROME2";
  std::string modality = "DX";
  std::string sop_class = "1.2.840.10008.5.1.4.1.1.1.1";  // DX for presentation
  std::string transfer_syntax = "1.2.840.10008.1.2.1";
  std::vector<std::uint16_t> pixels;           // stored words (or bytes); empty: a ramp over all bits stored
  std::function<void(DcmDataset&)> customise;  // last, before the pixels are coded
};

// The stored values that `spec` will hold.
std::vector<std::uint16_t> stored_values(const DicomSpec& spec);

// The bytes of the file.
std::string make_dicom(const DicomSpec& spec);

// A DICOM file around a ready codestream (JPEG 2000, which DCMTK cannot write).
std::string make_encapsulated_dicom(const DicomSpec& spec, const std::string& codestream);

// A file below the test's temporary folder with these bytes.
std::string temporary_file(const std::string& name, const std::string& bytes);

}  // namespace hilum::io::test
