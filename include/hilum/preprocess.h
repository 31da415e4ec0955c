// From a grey image to what a model sees: the `preprocess` object of a bundle's manifest (docs/bundles.md).
// The resize equals Pillow's 8-bit one, because the models people bring were trained with it. Values;
// thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "hilum/image.h"
#include "hilum/json.h"
#include "hilum/status.h"

namespace hilum {

enum class ResizeFilter { kBilinear, kBicubic };
enum class ResizeMode {
  kStretch,  // to the size exactly
  kShorter,  // shorter side to size[0], aspect kept
  kLonger,   // longer side to size[0], aspect kept
};

struct ResizeStep {
  ResizeMode mode = ResizeMode::kStretch;
  int width = 224, height = 224;  // `size` in the manifest is [height, width]
  ResizeFilter filter = ResizeFilter::kBilinear;
  bool antialias = true;
};
struct CenterCropStep {
  int width = 224, height = 224;
};
struct PadSquareStep {
  int fill = 0;  // grey level of the border
};
using PreprocessStep = std::variant<ResizeStep, CenterCropStep, PadSquareStep>;

struct Preprocess {
  bool invert = false;  // photometric MONOCHROME1: the model wants white for air
  int channels = 3;
  std::vector<PreprocessStep> steps;
  double scale = 255.0;
  std::vector<double> mean, std;  // one value a channel
};

// 224x224, stretched, bilinear, three channels, (x / 255 - 0.5) / 0.5.
Preprocess default_preprocess();

// kBundleInvalid names the field. Unknown keys are refused: a step that is not understood must not be
// skipped.
Result<Preprocess> preprocess_from_json(const Json& object);

// 8-bit grey, row by row, 0 black.
struct Gray8 {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> pixels;
};

// Pillow's Image.resize on one 8-bit channel, bit for bit. With `antialias` off the filter keeps its own
// width when the image shrinks (as OpenCV's and PyTorch's plain interpolation do).
Gray8 resize(const Gray8& image, int width, int height, ResizeFilter filter, bool antialias = true);

// Where a point of the model's image lies in the original: x_original = x * scale_x + offset_x, in pixel
// centres (0 is the centre of the first pixel).
struct Placement {
  double scale_x = 1.0, scale_y = 1.0;
  double offset_x = 0.0, offset_y = 0.0;
};

struct ModelInput {
  int channels = 0, height = 0, width = 0;
  std::vector<float> values;  // C, H, W
  Gray8 seen;                 // the 8-bit image they were made from
  Placement placement;
};

// kImageUnreadable when the image is empty; kBundleInvalid when a step cannot be done (a crop larger than the
// image).
Result<ModelInput> preprocess(const GrayImage& image, const Preprocess& how);

}  // namespace hilum
