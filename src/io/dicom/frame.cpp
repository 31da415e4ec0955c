#include "io/dicom/frame.h"

#include <cstring>

#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>

namespace hilum::io {
namespace {

Status unreadable(const std::string& what) { return {ErrorCode::kDicomUnreadable, what}; }

Samples shaped(const DicomTags& tags) {
  Samples samples;
  samples.width = tags.columns;
  samples.height = tags.rows;
  samples.channels = tags.samples_per_pixel;
  samples.bytes_per_sample = tags.bits_allocated / 8;
  return samples;
}

Result<Samples> native_frame(DcmPixelData& pixels, DcmDataset& set, const DicomTags& tags) {
  Samples samples = shaped(tags);
  OFCondition condition;
  if (samples.bytes_per_sample == 2) {
    Uint16* words = nullptr;
    condition = pixels.getUint16Array(words);
    samples.data = reinterpret_cast<const std::uint8_t*>(words);
  } else {
    Uint8* bytes = nullptr;
    condition = pixels.getUint8Array(bytes);
    samples.data = bytes;
  }
  if (condition.bad() || samples.data == nullptr) return unreadable("the pixel data cannot be read");
  if (pixels.getLength() < samples.bytes()) {
    return unreadable("the pixel data is cut short: " + std::to_string(pixels.getLength()) + " bytes of " +
                      std::to_string(samples.bytes()));
  }
  Uint16 planar = 0;
  set.findAndGetUint16(DCM_PlanarConfiguration, planar);
  if (samples.channels == 3 && planar == 1) {
    const std::uint8_t* planes = samples.data;
    const auto size = static_cast<std::size_t>(samples.bytes_per_sample);
    const std::size_t pixel_count = samples.count() / 3;
    samples.allocate();
    for (std::size_t i = 0; i < samples.count(); ++i) {
      const std::size_t plane_index = (i % 3) * pixel_count + i / 3;
      std::memcpy(samples.owned.get() + i * size, planes + plane_index * size, size);
    }
  }
  return samples;
}

// The fragments of the only frame, one after the other; what comes first in the sequence is the offset table.
struct Codestream {
  std::string joined;
  std::string_view bytes;  // of `joined`, or of the one fragment there is
};

Status read_codestream(DcmPixelSequence& fragments, Codestream& stream) {
  for (unsigned long i = 1; i < fragments.card(); ++i) {
    DcmPixelItem* item = nullptr;
    Uint8* data = nullptr;
    if (fragments.getItem(item, i).bad() || item == nullptr || item->getUint8Array(data).bad()) {
      return unreadable("a fragment of the pixel data cannot be read");
    }
    if (data == nullptr) continue;
    const std::string_view fragment(reinterpret_cast<const char*>(data), item->getLength());
    if (fragments.card() == 2) {
      stream.bytes = fragment;
    } else {
      stream.joined.append(fragment);
    }
  }
  if (!stream.joined.empty()) stream.bytes = stream.joined;
  return stream.bytes.empty() ? unreadable("the pixel data is empty") : Status::ok();
}

// Through the decoders that come with DCMTK: JPEG extended and lossless, JPEG-LS.
Result<Samples> dcmtk_frame(DcmPixelData& pixels, DcmDataset& set, const DicomTags& tags) {
  Samples samples = shaped(tags);
  Uint32 size = 0;
  if (pixels.getUncompressedFrameSize(&set, size).bad() || size < samples.bytes()) {
    return unreadable("the size of the frame does not fit its attributes");
  }
  const Uint32 capacity = size + size % 2;
  samples.owned.reset(new std::uint8_t[capacity]);
  samples.data = samples.owned.get();
  Uint32 fragment = 0;
  OFString colour_model;
  const OFCondition condition =
      pixels.getUncompressedFrame(&set, 0, fragment, samples.owned.get(), capacity, colour_model);
  if (condition == EC_CannotChangeRepresentation || condition == EC_UnsupportedEncoding) {
    return Status(ErrorCode::kDicomUnsupported, "no decoder for " + tags.transfer_syntax);
  }
  if (condition.bad())
    return unreadable(std::string("the pixel data cannot be decoded: ") + condition.text());
  return samples;
}

Result<Samples> jpeg_frame(std::string_view codestream, const DicomTags& tags) {
  const auto colour = tags.photometric == "RGB" ? JpegColour::kRgb : JpegColour::kAsTheFileSays;
  auto decoded =
      tags.samples_per_pixel == 1 ? decode_grey_jpeg_precisely(codestream) : decode_jpeg(codestream, colour);
  if (!decoded) return unreadable(decoded.status().message());
  return decoded;
}

Result<Samples> encapsulated_frame(DcmPixelData& pixels, DcmDataset& set, const DicomTags& tags) {
  E_TransferSyntax coding = EXS_Unknown;
  const DcmRepresentationParameter* parameter = nullptr;
  pixels.getOriginalRepresentationKey(coding, parameter);
  DcmPixelSequence* fragments = nullptr;
  if (pixels.getEncapsulatedRepresentation(coding, parameter, fragments).bad() || fragments == nullptr) {
    return unreadable("the pixel data holds no fragments");
  }
  switch (coding) {
    case EXS_JPEGProcess1:
    case EXS_JPEG2000LosslessOnly:
    case EXS_JPEG2000:
    case EXS_RLELossless:
      break;
    default:
      return dcmtk_frame(pixels, set, tags);
  }
  Codestream stream;
  HILUM_RETURN_IF_ERROR(read_codestream(*fragments, stream));
  if (coding == EXS_JPEGProcess1) return jpeg_frame(stream.bytes, tags);
  if (coding == EXS_RLELossless) {
    return decode_rle(stream.bytes, tags.columns, tags.rows, tags.samples_per_pixel, tags.bits_allocated / 8);
  }
  return decode_jpeg2000(stream.bytes, tags.columns, tags.rows);
}

}  // namespace

Result<Samples> decode_frame(DcmFileFormat& file, const DicomTags& tags) {
  DcmDataset& set = *file.getDataset();
  DcmElement* element = nullptr;
  set.findAndGetElement(DCM_PixelData, element);
  auto* pixels = dynamic_cast<DcmPixelData*>(element);
  if (pixels == nullptr) return unreadable("no pixel data");
  const bool encapsulated = DcmXfer(set.getOriginalXfer()).isEncapsulated();
  auto samples = encapsulated ? encapsulated_frame(*pixels, set, tags) : native_frame(*pixels, set, tags);
  if (!samples) return samples;
  if (samples->width != tags.columns || samples->height != tags.rows ||
      samples->channels != tags.samples_per_pixel) {
    return unreadable("the coded picture does not have the size that Rows and Columns say");
  }
  return samples;
}

}  // namespace hilum::io
