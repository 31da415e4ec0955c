#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "hilum/preprocess.h"

#include "core/text/text.h"

namespace hilum {
namespace {

Status invalid(const std::string& what) { return {ErrorCode::kBundleInvalid, "preprocess: " + what}; }

Status check_keys(const Json& object, const std::string& where, const std::vector<std::string>& known) {
  if (!object.is_object()) return invalid(where + " is not an object");
  for (const auto& item : object.items()) {
    if (std::find(known.begin(), known.end(), item.key()) == known.end()) {
      return invalid(where + " has an unknown key '" + item.key() + "'");
    }
  }
  return Status::ok();
}

Result<int> integer(const Json& value, const std::string& where, int lowest, int highest) {
  if (!value.is_number_integer()) return invalid(where + " is not a whole number");
  const bool fits = value.is_number_unsigned()
                        ? value.get<std::uint64_t>() <= static_cast<std::uint64_t>(highest)
                        : value.get<std::int64_t>() <= highest;
  if (!fits || value.get<std::int64_t>() < lowest) {
    return invalid(where + " is not between " + std::to_string(lowest) + " and " + std::to_string(highest));
  }
  return value.get<int>();
}

Result<std::string> word(const Json& object, const char* key, const char* missing,
                         const std::vector<std::string>& known) {
  if (!object.contains(key)) return std::string(missing);
  const Json& value = object[key];
  if (!value.is_string() || std::find(known.begin(), known.end(), value.get<std::string>()) == known.end()) {
    return invalid("'" + std::string(key) + "' is none of " + join(known, ", "));
  }
  return value.get<std::string>();
}

struct Size {
  int height = 0, width = 0;
};

// [height, width], or one number for both.
Result<Size> size_of(const Json& step) {
  constexpr int kLargest = 8192;
  if (!step.contains("size")) return invalid("a step has no 'size'");
  const Json& size = step["size"];
  if (!size.is_array()) {
    HILUM_ASSIGN(const int side, integer(size, "size", 1, kLargest));
    return Size{side, side};
  }
  if (size.empty() || size.size() > 2) return invalid("'size' is not [height, width]");
  HILUM_ASSIGN(const int height, integer(size[0], "size", 1, kLargest));
  HILUM_ASSIGN(const int width, integer(size.back(), "size", 1, kLargest));
  return Size{height, width};
}

Result<PreprocessStep> resize_from(const Json& step) {
  HILUM_RETURN_IF_ERROR(check_keys(step, "resize", {"op", "mode", "size", "filter", "antialias"}));
  HILUM_ASSIGN(const std::string mode, word(step, "mode", "stretch", {"stretch", "shorter", "longer"}));
  HILUM_ASSIGN(const std::string filter, word(step, "filter", "bilinear", {"bilinear", "bicubic"}));
  HILUM_ASSIGN(const Size size, size_of(step));
  if (step.contains("antialias") && !step["antialias"].is_boolean())
    return invalid("'antialias' is not true or false");
  ResizeStep resize;
  resize.mode = mode == "stretch"   ? ResizeMode::kStretch
                : mode == "shorter" ? ResizeMode::kShorter
                                    : ResizeMode::kLonger;
  resize.filter = filter == "bilinear" ? ResizeFilter::kBilinear : ResizeFilter::kBicubic;
  resize.height = size.height;
  resize.width = size.width;
  resize.antialias = step.value("antialias", true);
  return PreprocessStep(resize);
}

Result<PreprocessStep> step_from(const Json& step) {
  if (!step.is_object()) return invalid("a step is not an object");
  HILUM_ASSIGN(const std::string op, word(step, "op", "", {"resize", "center_crop", "pad_square"}));
  if (op == "resize") return resize_from(step);
  if (op == "center_crop") {
    HILUM_RETURN_IF_ERROR(check_keys(step, op, {"op", "size"}));
    HILUM_ASSIGN(const Size size, size_of(step));
    return PreprocessStep(CenterCropStep{size.width, size.height});
  }
  if (op == "pad_square") {
    HILUM_RETURN_IF_ERROR(check_keys(step, op, {"op", "fill"}));
    PadSquareStep pad;
    if (step.contains("fill")) {
      HILUM_ASSIGN(pad.fill, integer(step["fill"], "fill", 0, 255));
    }
    return PreprocessStep(pad);
  }
  return invalid("a step has no 'op'");
}

Result<std::vector<double>> per_channel(const Json& object, const char* key, int channels, double missing) {
  const auto count = static_cast<std::size_t>(channels);
  if (!object.contains(key)) return std::vector<double>(count, missing);
  const Json& value = object[key];
  std::vector<double> numbers;
  for (const Json& item : value.is_array() ? value : Json::array({value})) {
    if (!item.is_number() || !std::isfinite(item.get<double>()))
      return invalid("'" + std::string(key) + "' is not numbers");
    numbers.push_back(item.get<double>());
  }
  if (numbers.size() == 1) numbers.assign(count, numbers[0]);
  if (numbers.size() != count) return invalid("'" + std::string(key) + "' does not have one value a channel");
  return numbers;
}

}  // namespace

Result<Preprocess> preprocess_from_json(const Json& object) {
  HILUM_RETURN_IF_ERROR(
      check_keys(object, "the object", {"photometric", "channels", "steps", "scale", "mean", "std"}));
  Preprocess how;
  HILUM_ASSIGN(const std::string photometric,
               word(object, "photometric", "MONOCHROME2", {"MONOCHROME1", "MONOCHROME2"}));
  how.invert = photometric == "MONOCHROME1";
  if (object.contains("channels")) {
    HILUM_ASSIGN(how.channels, integer(object["channels"], "channels", 1, 4));
  }
  if (object.contains("steps")) {
    if (!object["steps"].is_array()) return invalid("'steps' is not a list");
    for (const Json& step : object["steps"]) {
      HILUM_ASSIGN(PreprocessStep parsed, step_from(step));
      how.steps.push_back(parsed);
    }
  }
  if (object.contains("scale")) {
    const Json& scale = object["scale"];
    if (!scale.is_number() || !(scale.get<double>() > 0) || !std::isfinite(scale.get<double>())) {
      return invalid("'scale' is not a positive number");
    }
    how.scale = scale.get<double>();
  }
  HILUM_ASSIGN(how.mean, per_channel(object, "mean", how.channels, 0.0));
  HILUM_ASSIGN(how.std, per_channel(object, "std", how.channels, 1.0));
  if (std::find(how.std.begin(), how.std.end(), 0.0) != how.std.end()) return invalid("'std' has a zero");
  return how;
}

}  // namespace hilum
