#include "unit/io/dicom_maker.h"

#include <fstream>
#include <mutex>
#include <sstream>
#include <stdexcept>

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <dcmtk/dcmdata/dcrleerg.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmjpeg/djencode.h>
#include <dcmtk/dcmjpeg/djrplol.h>
#include <dcmtk/dcmjpeg/djrploss.h>
#include <dcmtk/dcmjpls/djencode.h>
#include <dcmtk/dcmjpls/djrparam.h>
#include <gtest/gtest.h>

namespace hilum::io::test {
namespace {

void check(const OFCondition& condition, const char* what) {
  if (condition.bad()) throw std::runtime_error(std::string(what) + ": " + condition.text());
}

void register_encoders() {
  static std::once_flag once;
  std::call_once(once, [] {
    DJEncoderRegistration::registerCodecs();
    DJLSEncoderRegistration::registerCodecs();
    DcmRLEEncoderRegistration::registerCodecs();
  });
}

void put(DcmDataset& set, const DcmTagKey& tag, const std::string& text) {
  check(set.putAndInsertString(tag, text.c_str()), "putAndInsertString");
}

void fill(DcmDataset& set, const DicomSpec& spec) {
  put(set, DCM_SOPClassUID, spec.sop_class);
  put(set, DCM_SOPInstanceUID, "1.2.826.0.1.3680043.10.1.1");
  put(set, DCM_StudyInstanceUID, "1.2.826.0.1.3680043.10.1");
  if (!spec.modality.empty()) put(set, DCM_Modality, spec.modality);
  put(set, DCM_PhotometricInterpretation, spec.photometric);
  const std::pair<DcmTagKey, int> numbers[] = {{DCM_Rows, spec.rows},
                                               {DCM_Columns, spec.columns},
                                               {DCM_SamplesPerPixel, spec.samples_per_pixel},
                                               {DCM_BitsStored, spec.bits_stored},
                                               {DCM_BitsAllocated, spec.bits_allocated},
                                               {DCM_HighBit, spec.high_bit},
                                               {DCM_PixelRepresentation, spec.is_signed ? 1 : 0}};
  for (const auto& [tag, value] : numbers)
    check(set.putAndInsertUint16(tag, static_cast<Uint16>(value)), "number");
  if (spec.samples_per_pixel > 1) check(set.putAndInsertUint16(DCM_PlanarConfiguration, 0), "planar");
}

std::string save(DcmFileFormat& file, E_TransferSyntax syntax) {
  const std::string path = temporary_file("made.dcm", "");
  check(file.saveFile(path.c_str(), syntax), "saveFile");
  std::ifstream in(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

}  // namespace

std::vector<std::uint16_t> stored_values(const DicomSpec& spec) {
  if (!spec.pixels.empty()) return spec.pixels;
  const auto count = static_cast<std::size_t>(spec.rows * spec.columns * spec.samples_per_pixel);
  std::vector<std::uint16_t> values(count);
  const std::size_t top = (std::size_t{1} << spec.bits_stored) - 1;
  for (std::size_t i = 0; i < count; ++i) {
    values[i] = static_cast<std::uint16_t>((i * top / (count - 1)) << (spec.high_bit + 1 - spec.bits_stored));
  }
  return values;
}

std::string make_dicom(const DicomSpec& spec) {
  register_encoders();
  DcmFileFormat file;
  DcmDataset& set = *file.getDataset();
  fill(set, spec);
  const std::vector<std::uint16_t> values = stored_values(spec);
  if (spec.bits_allocated == 16) {
    check(set.putAndInsertUint16Array(DCM_PixelData, values.data(), values.size()), "pixels");
  } else {
    const std::vector<Uint8> bytes(values.begin(), values.end());
    check(set.putAndInsertUint8Array(DCM_PixelData, bytes.data(), bytes.size()), "pixels");
  }
  if (spec.customise) spec.customise(set);
  const DcmXfer syntax(spec.transfer_syntax.c_str());
  if (syntax.isEncapsulated()) {
    const DJ_RPLossy lossy(95);
    const DJ_RPLossless lossless;
    const DJLSRepresentationParameter lossless_ls(0, OFTrue);
    const DcmRepresentationParameter* parameter = nullptr;
    if (syntax.getXfer() == EXS_JPEGProcess1 || syntax.getXfer() == EXS_JPEGProcess2_4) parameter = &lossy;
    if (syntax.getXfer() == EXS_JPEGProcess14SV1) parameter = &lossless;
    if (syntax.getXfer() == EXS_JPEGLSLossless) parameter = &lossless_ls;
    check(set.chooseRepresentation(syntax.getXfer(), parameter), "chooseRepresentation");
  }
  return save(file, syntax.getXfer());
}

std::string make_encapsulated_dicom(const DicomSpec& spec, const std::string& codestream) {
  DcmFileFormat file;
  DcmDataset& set = *file.getDataset();
  fill(set, spec);
  const DcmXfer syntax(spec.transfer_syntax.c_str());
  auto* sequence = new DcmPixelSequence(DCM_PixelSequenceTag);
  sequence->insert(new DcmPixelItem(DCM_PixelItemTag));
  auto* item = new DcmPixelItem(DCM_PixelItemTag);
  const std::string padded = codestream + std::string(codestream.size() % 2, '\0');
  check(item->putUint8Array(reinterpret_cast<const Uint8*>(padded.data()), padded.size()), "fragment");
  sequence->insert(item);
  auto* pixels = new DcmPixelData(DCM_PixelData);
  pixels->putOriginalRepresentation(syntax.getXfer(), nullptr, sequence);
  check(set.insert(pixels, OFTrue), "insert");
  if (spec.customise) spec.customise(set);
  return save(file, syntax.getXfer());
}

std::string temporary_file(const std::string& name, const std::string& bytes) {
  std::string unique = ::testing::UnitTest::GetInstance()->current_test_info() == nullptr
                           ? ""
                           : ::testing::UnitTest::GetInstance()->current_test_info()->name();
  for (char& c : unique) c = c == '/' ? '_' : c;
  const std::string path = ::testing::TempDir() + "hilum_io_" + unique + "_" + name;
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << bytes;
  return path;
}

}  // namespace hilum::io::test
