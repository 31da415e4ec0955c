#include "io/dicom/lut.h"

#include <cmath>

namespace hilum::io {
namespace {

// The values of an element that may be US or SS.
std::vector<int> shorts_of(DcmItem& item, const DcmTagKey& tag) {
  DcmElement* element = nullptr;
  if (item.findAndGetElement(tag, element).bad() || element == nullptr) return {};
  const unsigned long count = element->getLength() / 2;
  std::vector<int> values;
  Sint16* with_sign = nullptr;
  Uint16* without = nullptr;
  if (element->ident() == EVR_SS && element->getSint16Array(with_sign).good() && with_sign != nullptr) {
    values.assign(with_sign, with_sign + count);
  } else if (element->getUint16Array(without).good() && without != nullptr) {
    values.assign(without, without + count);
  }
  return values;
}

int as_signed(int value) { return value > 32767 ? value - 65536 : value; }

// The first item of `sequence`, or nothing when there is none. `inputs_signed`: what goes in can be negative.
Result<std::optional<FileLut>> lut_of(DcmItem& set, const DcmTagKey& sequence, const char* name,
                                      bool inputs_signed) {
  DcmItem* item = nullptr;
  if (set.findAndGetSequenceItem(sequence, item, 0).bad() || item == nullptr) return std::optional<FileLut>();
  const auto damaged = [&](const char* what) {
    return Status(ErrorCode::kDicomUnreadable, std::string(name) + ": " + what);
  };
  const std::vector<int> descriptor = shorts_of(*item, DCM_LUTDescriptor);
  const std::vector<int> data = shorts_of(*item, DCM_LUTData);
  if (descriptor.size() != 3) return damaged("the descriptor does not have three values");
  FileLut lut;
  const auto entries = static_cast<std::size_t>(descriptor[0] & 0xffff);
  const std::size_t count = entries == 0 ? 65536 : entries;
  lut.first = inputs_signed ? as_signed(descriptor[1]) : descriptor[1];
  lut.bits = descriptor[2];
  if (lut.bits < 1 || lut.bits > 16) return damaged("entries of an impossible number of bits");
  if (data.size() >= count) {
    for (std::size_t i = 0; i < count; ++i) lut.values.push_back(static_cast<std::uint16_t>(data[i]));
  } else if (lut.bits <= 8 && data.size() == (count + 1) / 2) {
    // 8-bit entries, two in a word, the first in the lower byte.
    for (std::size_t i = 0; i < count; ++i) {
      lut.values.push_back(static_cast<std::uint16_t>((data[i / 2] >> (8 * (i % 2))) & 0xff));
    }
  } else {
    return damaged("fewer entries than the descriptor says");
  }
  return std::optional<FileLut>(std::move(lut));
}

std::optional<double> number_of(DcmItem& set, const DcmTagKey& tag) {
  Float64 value = 0;
  if (set.findAndGetFloat64(tag, value).bad() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<Window> window_of(DcmItem& set, std::vector<std::string>& warnings) {
  const auto center = number_of(set, DCM_WindowCenter);
  const auto width = number_of(set, DCM_WindowWidth);
  if (!center || !width) return std::nullopt;
  Window window{*center, *width, WindowFunction::kLinear};
  const std::string function = text_of(set, DCM_VOILUTFunction);
  if (function == "LINEAR_EXACT") {
    window.function = WindowFunction::kLinearExact;
  } else if (function == "SIGMOID") {
    window.function = WindowFunction::kSigmoid;
  } else if (!function.empty() && function != "LINEAR") {
    warnings.push_back("a VOILUTFunction that is not known is taken as LINEAR");
  }
  if (*width < 1.0 && window.function == WindowFunction::kLinear) {
    warnings.push_back("a LINEAR window narrower than 1 is ignored");
    return std::nullopt;
  }
  if (*width <= 0.0) {
    warnings.push_back("a window without width is ignored");
    return std::nullopt;
  }
  return window;
}

// PixelPaddingValue and PixelPaddingRangeLimit, in the sign of the pixels.
std::optional<std::pair<int, int>> padding_of(DcmItem& set, bool is_signed) {
  const std::vector<int> value = shorts_of(set, DCM_PixelPaddingValue);
  if (value.empty()) return std::nullopt;
  const std::vector<int> limit = shorts_of(set, DCM_PixelPaddingRangeLimit);
  const int a = is_signed ? as_signed(value[0]) : value[0] & 0xffff;
  const int raw = limit.empty() ? value[0] : limit[0];
  const int b = is_signed ? as_signed(raw) : raw & 0xffff;
  return std::make_pair(std::min(a, b), std::max(a, b));
}

}  // namespace

Result<GreyRules> grey_rules_of(DcmItem& set, const DicomTags& tags, std::vector<std::string>& warnings) {
  GreyRules rules;
  rules.bits_stored = tags.bits_stored;
  rules.is_signed = tags.is_signed;
  HILUM_ASSIGN(rules.modality_lut,
               lut_of(set, DCM_ModalityLUTSequence, "ModalityLUTSequence", tags.is_signed));
  const auto slope = number_of(set, DCM_RescaleSlope);
  const auto intercept = number_of(set, DCM_RescaleIntercept);
  if (!rules.modality_lut && slope && intercept) {
    rules.rescale = {*slope, *intercept};
    if (*slope == 0.0) {
      warnings.push_back("a RescaleSlope of 0 is ignored");
      rules.rescale.reset();
    }
  }
  const bool negative_inputs =
      !rules.modality_lut && (tags.is_signed || (rules.rescale && rules.rescale->second < 0));
  HILUM_ASSIGN(rules.voi_lut, lut_of(set, DCM_VOILUTSequence, "VOILUTSequence", negative_inputs));
  if (!rules.voi_lut) rules.window = window_of(set, warnings);
  rules.padding = padding_of(set, tags.is_signed);
  rules.invert = tags.photometric == "MONOCHROME1";
  return rules;
}

}  // namespace hilum::io
