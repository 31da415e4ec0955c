#include "io/dicom/read_image.h"

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <iterator>

#include <dcmtk/dcmdata/dcistrmb.h>

#include "core/text/text.h"
#include "io/dicom/dataset.h"
#include "io/dicom/environment.h"
#include "io/dicom/frame.h"
#include "io/dicom/lut.h"
#include "io/raster/deflate_guard.h"

namespace hilum::io {
namespace {

Status unsupported(const std::string& what) { return {ErrorCode::kDicomUnsupported, what}; }

bool one_of(const std::string& value, std::initializer_list<const char*> allowed) {
  return std::any_of(allowed.begin(), allowed.end(), [&](const char* a) { return value == a; });
}

// CR, DX and secondary capture storage; an unknown class is judged by the modality alone.
Status check_projection(const DicomTags& tags, std::vector<std::string>& warnings) {
  const bool class_fits =
      one_of(tags.sop_class_uid,
             {"", UID_ComputedRadiographyImageStorage, UID_DigitalXRayImageStorageForPresentation,
              UID_DigitalXRayImageStorageForProcessing, UID_SecondaryCaptureImageStorage,
              UID_MultiframeGrayscaleByteSecondaryCaptureImageStorage,
              UID_MultiframeGrayscaleWordSecondaryCaptureImageStorage,
              UID_MultiframeTrueColorSecondaryCaptureImageStorage});
  if (!class_fits || !is_projection_modality(tags.modality)) {
    return {ErrorCode::kWrongModality, "modality '" + tags.modality + "', " + tags.sop_class};
  }
  if (tags.modality.empty()) warnings.push_back("the file does not state its modality");
  const std::string body = to_upper(tags.body_part);
  if (!body.empty() && !contains(body, "CHEST") && !contains(body, "THORA") && !contains(body, "LUNG")) {
    warnings.push_back("BodyPartExamined is " + tags.body_part + ", not the chest");
  }
  return Status::ok();
}

Status check_attributes(const DicomTags& tags) {
  if (tags.rows == 0 || tags.columns == 0) return unsupported("holds no image (" + tags.sop_class + ")");
  if (tags.frames != 1) return unsupported(std::to_string(tags.frames) + " frames");
  const std::size_t pixels = static_cast<std::size_t>(tags.rows) * static_cast<std::size_t>(tags.columns);
  if (pixels > kMaxImagePixels) {
    return {ErrorCode::kTooLarge,
            std::to_string(tags.columns) + " x " + std::to_string(tags.rows) + " pixels"};
  }
  if (tags.bits_allocated != 8 && tags.bits_allocated != 16) {
    return unsupported(std::to_string(tags.bits_allocated) + " bits allocated a sample");
  }
  if (tags.bits_stored < 1 || tags.bits_stored > tags.bits_allocated ||
      tags.high_bit >= tags.bits_allocated || tags.high_bit < tags.bits_stored - 1) {
    return {ErrorCode::kDicomUnreadable, "BitsStored and HighBit do not fit BitsAllocated"};
  }
  const bool grey = tags.samples_per_pixel == 1 && one_of(tags.photometric, {"MONOCHROME1", "MONOCHROME2"});
  const bool colour = tags.samples_per_pixel == 3 && tags.bits_allocated == 8 && !tags.is_signed &&
                      one_of(tags.photometric, {"RGB", "YBR_FULL_422", "YBR_FULL", "YBR_RCT", "YBR_ICT"});
  if (!grey && !colour) {
    return unsupported("photometric interpretation '" + tags.photometric + "' with " +
                       std::to_string(tags.samples_per_pixel) + " samples a pixel");
  }
  return Status::ok();
}

// Colour is read only where all channels say the same; chroma coding may leave a difference of two levels.
Result<Samples> grey_of_colour(Samples samples) {
  const std::size_t pixels = samples.count() / 3;
  Samples grey;
  grey.width = samples.width;
  grey.height = samples.height;
  grey.allocate();
  for (std::size_t i = 0; i < pixels; ++i) {
    const std::uint8_t* rgb = samples.data + 3 * i;
    if (std::abs(rgb[0] - rgb[1]) > 2 || std::abs(rgb[1] - rgb[2]) > 2)
      return unsupported("a picture in colours");
    grey.owned[i] = rgb[1];
  }
  return grey;
}

// Iterates over stored samples and yields display values, so that a vector is filled without being zeroed
// first.
template <typename Sample>
struct Mapped {
  using iterator_category = std::random_access_iterator_tag;
  using value_type = std::uint16_t;
  using difference_type = std::ptrdiff_t;
  using pointer = const std::uint16_t*;
  using reference = std::uint16_t;

  const Sample* at;
  const std::uint16_t* table;
  unsigned shift, mask;

  std::uint16_t operator*() const { return table[(static_cast<unsigned>(*at) >> shift) & mask]; }
  Mapped& operator++() {
    ++at;
    return *this;
  }
  friend bool operator==(const Mapped& a, const Mapped& b) { return a.at == b.at; }
  friend bool operator!=(const Mapped& a, const Mapped& b) { return a.at != b.at; }
  friend std::ptrdiff_t operator-(const Mapped& a, const Mapped& b) { return a.at - b.at; }
};

template <typename Sample>
std::vector<std::uint16_t> map_through(const Samples& samples, int shift,
                                       const std::vector<std::uint16_t>& table) {
  const auto* in = reinterpret_cast<const Sample*>(samples.data);
  const Mapped<Sample> begin{in, table.data(), static_cast<unsigned>(shift),
                             static_cast<unsigned>(table.size() - 1)};
  Mapped<Sample> end = begin;
  end.at += samples.count();
  return std::vector<std::uint16_t>(begin, end);
}

// Marks the stored patterns that occur: all of them, or the smallest and largest value only.
template <typename Sample>
std::vector<std::uint8_t> present_values(const Samples& samples, int shift, const GreyRules& rules) {
  std::vector<std::uint8_t> present(std::size_t{1} << rules.bits_stored, 0);
  const auto* in = reinterpret_cast<const Sample*>(samples.data);
  const auto mask = static_cast<Sample>(present.size() - 1);
  const std::size_t count = samples.count();
  if (needed_values(rules) == Needs::kEveryValue) {
    for (std::size_t i = 0; i < count; ++i) present[static_cast<std::size_t>(in[i] >> shift) & mask] = 1;
    return present;
  }
  // With its sign bit turned over, a signed pattern compares like an unsigned one.
  const auto sign = static_cast<Sample>(rules.is_signed ? 1 << (rules.bits_stored - 1) : 0);
  Sample low = mask;
  Sample high = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto value = static_cast<Sample>(((in[i] >> shift) & mask) ^ sign);
    low = std::min(low, value);
    high = std::max(high, value);
  }
  present[static_cast<Sample>(low ^ sign)] = 1;
  present[static_cast<Sample>(high ^ sign)] = 1;
  return present;
}

GrayImage to_grey(const Samples& samples, const GreyRules& rules, int shift, ImageFile& file) {
  const bool words = samples.bytes_per_sample == 2;
  std::vector<std::uint8_t> present;
  if (needed_values(rules) != Needs::kNothing) {
    present = words ? present_values<std::uint16_t>(samples, shift, rules)
                    : present_values<std::uint8_t>(samples, shift, rules);
  }
  const std::vector<std::uint16_t> table = make_grey_table(rules, present, file.steps, file.warnings);
  GrayImage image;
  image.width = samples.width;
  image.height = samples.height;
  image.pixels = words ? map_through<std::uint16_t>(samples, shift, table)
                       : map_through<std::uint8_t>(samples, shift, table);
  return image;
}

Result<LoadedImage> load(DcmFileFormat& dicom, const LoadOptions& options) {
  LoadedImage loaded;
  ImageFile& file = loaded.file;
  file.format = ImageFormat::kDicom;
  file.tags = tags_of(dicom);
  const DicomTags& tags = *file.tags;
  file.coding = tags.transfer_syntax;
  file.width = tags.columns;
  file.height = tags.rows;
  file.bits = tags.bits_stored;
  file.warnings = tags.warnings;
  if (options.purpose == Purpose::kGenerate) HILUM_RETURN_IF_ERROR(check_projection(tags, file.warnings));
  HILUM_RETURN_IF_ERROR(check_attributes(tags));
  file.spacing = choose_spacing(tags.spacing, file.warnings);
  if (tags.presentation_intent == "FOR PROCESSING") {
    file.warnings.push_back(
        "raw data FOR PROCESSING: it was not prepared for viewing, and models were not trained on it");
  }

  HILUM_ASSIGN(Samples samples, decode_frame(dicom, tags));
  file.steps.push_back({"decode", tags.transfer_syntax + ", " + std::to_string(tags.bits_stored) +
                                      " bits stored in " + std::to_string(tags.bits_allocated) +
                                      (tags.is_signed ? ", signed" : "")});
  GreyRules rules;
  if (samples.channels == 3) {
    HILUM_ASSIGN(samples, grey_of_colour(std::move(samples)));
    file.steps.push_back({"grey", tags.photometric + " with equal channels"});
    rules.bits_stored = 8;
    loaded.pixels = to_grey(samples, rules, 0, file);
    return loaded;
  }
  HILUM_ASSIGN(rules, grey_rules_of(*dicom.getDataset(), tags, file.warnings));
  const int available = 8 * samples.bytes_per_sample;
  if (rules.bits_stored > available) {
    return Status(ErrorCode::kDicomUnreadable, "the coded picture has fewer bits than BitsStored says");
  }
  // Only uncompressed and RLE data keep the place that HighBit gives; other decoders put the stored bits at
  // the bottom.
  const E_TransferSyntax coding = dicom.getDataset()->getOriginalXfer();
  const bool in_place = coding == EXS_RLELossless || !DcmXfer(coding).isEncapsulated();
  const int shift = in_place ? tags.high_bit + 1 - rules.bits_stored : 0;
  loaded.pixels = to_grey(samples, rules, shift, file);
  return loaded;
}

// `read` fills the file; DCMTK's own and the standard library's exceptions end here.
template <typename Read>
Result<LoadedImage> load_with(const LoadOptions& options, Read&& read) {
  ensure_dicom_environment();
  try {
    DcmFileFormat dicom;
    const OFCondition condition = read(dicom);
    if (condition.bad()) return Status(ErrorCode::kDicomUnreadable, condition.text());
    return load(dicom, options);
  } catch (const std::exception& e) {
    return Status(ErrorCode::kDicomUnreadable, e.what());
  }
}

}  // namespace

Result<LoadedImage> load_dicom(std::string_view bytes, const LoadOptions& options) {
  if (is_deflated_dicom(bytes)) HILUM_RETURN_IF_ERROR(check_inflated_size(bytes, kMaxImageFileBytes));
  return load_with(options, [&](DcmFileFormat& dicom) {
    DcmInputBufferStream stream;
    stream.setBuffer(bytes.data(), static_cast<offile_off_t>(bytes.size()));
    stream.setEos();
    dicom.transferInit();
    const OFCondition condition = dicom.read(stream, EXS_Unknown, EGL_noChange, DCM_MaxReadLength);
    dicom.transferEnd();
    return condition;
  });
}

Result<LoadedImage> load_dicom_file(const std::string& path, const LoadOptions& options) {
  return load_with(options, [&](DcmFileFormat& dicom) {
    return dicom.loadFile(path.c_str(), EXS_Unknown, EGL_noChange, DCM_MaxReadLength, ERM_autoDetect);
  });
}

}  // namespace hilum::io
