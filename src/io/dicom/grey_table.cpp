#include "io/dicom/grey_table.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace hilum::io {
namespace {

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", value);
  return text;
}

int signed_value(std::size_t pattern, int bits, bool is_signed) {
  const auto value = static_cast<int>(pattern);
  return is_signed && value >= (1 << (bits - 1)) ? value - (1 << bits) : value;
}

double look_up(const FileLut& lut, double value) {
  const double index =
      std::clamp(std::floor(value - lut.first), 0.0, static_cast<double>(lut.values.size() - 1));
  return lut.values[static_cast<std::size_t>(index)];
}

double largest(const FileLut& lut) {
  const double by_depth = static_cast<double>((1u << lut.bits) - 1u);
  return std::max<double>(by_depth, *std::max_element(lut.values.begin(), lut.values.end()));
}

// Values between `low` and `high` after the VOI step, which become black and white.
struct Range {
  double low = 0.0;
  double high = 0.0;
};

// What a window puts out: the range of the values that can go in.
Range window_output(const GreyRules& rules) {
  if (rules.modality_lut) return {0.0, static_cast<double>((1u << rules.modality_lut->bits) - 1u)};
  const double top = std::ldexp(1.0, rules.is_signed ? rules.bits_stored - 1 : rules.bits_stored) - 1.0;
  const double bottom = rules.is_signed ? -std::ldexp(1.0, rules.bits_stored - 1) : 0.0;
  if (!rules.rescale) return {bottom, top};
  return {bottom * rules.rescale->first + rules.rescale->second,
          top * rules.rescale->first + rules.rescale->second};
}

double apply_window(double value, const Window& window, const Range& out) {
  const double span = out.high - out.low;
  if (window.function == WindowFunction::kSigmoid) {
    return span / (1.0 + std::exp(-4.0 * (value - window.center) / window.width)) + out.low;
  }
  const bool linear = window.function == WindowFunction::kLinear;
  const double center = linear ? window.center - 0.5 : window.center;
  const double width = linear ? window.width - 1.0 : window.width;
  if (value <= center - width / 2.0) return out.low;
  if (value > center + width / 2.0) return out.high;
  return ((value - center) / width + 0.5) * span + out.low;
}

bool is_padding(const GreyRules& rules, int value) {
  return rules.padding && value >= rules.padding->first && value <= rules.padding->second;
}

const char* name_of(WindowFunction function) {
  switch (function) {
    case WindowFunction::kLinear:
      return "LINEAR";
    case WindowFunction::kLinearExact:
      return "LINEAR_EXACT";
    case WindowFunction::kSigmoid:
      return "SIGMOID";
  }
  return "LINEAR";
}

std::string lut_text(const FileLut& lut) {
  return std::to_string(lut.values.size()) + " entries from " + std::to_string(lut.first) + ", " +
         std::to_string(lut.bits) + " bits";
}

// Minimum and maximum of the values that occur, padding left out unless nothing else occurs.
Range present_range(const GreyRules& rules, const std::vector<double>& values,
                    const std::vector<std::uint8_t>& present) {
  for (const bool skip_padding : {true, false}) {
    Range range{INFINITY, -INFINITY};
    for (std::size_t pattern = 0; pattern < present.size(); ++pattern) {
      if (present[pattern] == 0) continue;
      if (skip_padding && is_padding(rules, signed_value(pattern, rules.bits_stored, rules.is_signed)))
        continue;
      range.low = std::min(range.low, values[pattern]);
      range.high = std::max(range.high, values[pattern]);
    }
    if (range.low <= range.high) return range;
  }
  return {};
}

}  // namespace

Needs needed_values(const GreyRules& rules) {
  if (rules.voi_lut || rules.window) return Needs::kNothing;
  return rules.modality_lut || rules.padding ? Needs::kEveryValue : Needs::kExtremes;
}

std::vector<std::uint16_t> make_grey_table(const GreyRules& rules, const std::vector<std::uint8_t>& present,
                                           std::vector<PixelStep>& steps,
                                           std::vector<std::string>& warnings) {
  const std::size_t size = std::size_t{1} << rules.bits_stored;
  std::vector<double> values(size);
  for (std::size_t pattern = 0; pattern < size; ++pattern) {
    values[pattern] = signed_value(pattern, rules.bits_stored, rules.is_signed);
  }

  if (rules.modality_lut) {
    for (double& value : values) value = look_up(*rules.modality_lut, value);
    steps.push_back({"modality_lut", lut_text(*rules.modality_lut)});
  } else if (rules.rescale) {
    for (double& value : values) value = value * rules.rescale->first + rules.rescale->second;
    steps.push_back(
        {"rescale", "x * " + number(rules.rescale->first) + " + " + number(rules.rescale->second)});
  }

  Range range;
  if (rules.voi_lut) {
    for (double& value : values) value = look_up(*rules.voi_lut, value);
    range = {0.0, largest(*rules.voi_lut)};
    steps.push_back({"voi_lut", lut_text(*rules.voi_lut)});
  } else if (rules.window) {
    range = window_output(rules);
    for (double& value : values) value = apply_window(value, *rules.window, range);
    steps.push_back({"window", std::string(name_of(rules.window->function)) + ", center " +
                                   number(rules.window->center) + ", width " + number(rules.window->width)});
  } else {
    range = present_range(rules, values, present);
    steps.push_back({"full_range", "no window: " + number(range.low) + " to " + number(range.high)});
    if (range.low == range.high) warnings.push_back("all pixels have the same value");
  }

  std::vector<std::uint16_t> table(size, 0);
  const double span = range.high - range.low;
  for (std::size_t pattern = 0; pattern < size && span != 0.0; ++pattern) {
    const double scaled = std::clamp((values[pattern] - range.low) / span * 65535.0, 0.0, 65535.0);
    table[pattern] = static_cast<std::uint16_t>(std::lrint(scaled));
  }
  if (rules.invert) {
    for (std::uint16_t& value : table) value = static_cast<std::uint16_t>(65535 - value);
    steps.push_back({"invert", "MONOCHROME1: low values are white"});
  }
  if (rules.padding) {
    for (std::size_t pattern = 0; pattern < size; ++pattern) {
      if (is_padding(rules, signed_value(pattern, rules.bits_stored, rules.is_signed))) table[pattern] = 0;
    }
    steps.push_back({"padding", std::to_string(rules.padding->first) + " to " +
                                    std::to_string(rules.padding->second) +
                                    " is no image and becomes black"});
  }
  return table;
}

}  // namespace hilum::io
