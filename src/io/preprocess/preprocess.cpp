#include "hilum/preprocess.h"

#include <algorithm>
#include <cmath>

#include "io/preprocess/resample.h"

namespace hilum {
namespace {

constexpr int kMaxModelSide = 8192;

// x_before = x_after * scale + offset, put in front of what is known so far.
void then(Placement& placement, double scale_x, double offset_x, double scale_y, double offset_y) {
  placement.offset_x += placement.scale_x * offset_x;
  placement.scale_x *= scale_x;
  placement.offset_y += placement.scale_y * offset_y;
  placement.scale_y *= scale_y;
}

struct Size {
  int width = 0, height = 0;
};

// What a resize makes of an image of this size.
Result<Size> target_of(const ResizeStep& step, int width, int height) {
  Size to{step.width, step.height};
  if (step.mode != ResizeMode::kStretch) {
    const bool width_leads = (width <= height) == (step.mode == ResizeMode::kShorter);
    const std::int64_t side = step.height;
    // The other side is truncated, as torchvision's Resize does.
    to.width = width_leads ? step.height : std::max(static_cast<int>(side * width / height), 1);
    to.height = width_leads ? std::max(static_cast<int>(side * height / width), 1) : step.height;
  }
  if (to.width > kMaxModelSide || to.height > kMaxModelSide) {
    return Status(ErrorCode::kTooLarge, "resizing gives " + std::to_string(to.width) + " x " +
                                            std::to_string(to.height) + " pixels");
  }
  return to;
}

Status resize_rows_of(const io::RowReader& read_row, Size from, const ResizeStep& step, Gray8& image,
                      Placement& placement) {
  HILUM_ASSIGN(const Size to, target_of(step, from.width, from.height));
  const double scale_x = static_cast<double>(from.width) / to.width;
  const double scale_y = static_cast<double>(from.height) / to.height;
  then(placement, scale_x, 0.5 * scale_x - 0.5, scale_y, 0.5 * scale_y - 0.5);
  image = io::resample(from.width, from.height, read_row, to.width, to.height, step.filter, step.antialias);
  return Status::ok();
}

Status apply(const ResizeStep& step, Gray8& image, Placement& placement) {
  const Gray8 before = std::move(image);
  const auto read_row = [&](int y, std::int16_t* row) {
    const auto begin = before.pixels.begin() + static_cast<std::ptrdiff_t>(y) * before.width;
    std::copy(begin, begin + before.width, row);
  };
  return resize_rows_of(read_row, {before.width, before.height}, step, image, placement);
}

Status apply(const CenterCropStep& step, Gray8& image, Placement& placement) {
  if (step.width > image.width || step.height > image.height) {
    return {ErrorCode::kBundleInvalid,
            "center_crop of " + std::to_string(step.width) + " x " + std::to_string(step.height) + " from " +
                std::to_string(image.width) + " x " + std::to_string(image.height)};
  }
  // Halves go to the even neighbour, as in Python's round, which torchvision uses.
  const auto left = static_cast<int>(std::lrint((image.width - step.width) / 2.0));
  const auto top = static_cast<int>(std::lrint((image.height - step.height) / 2.0));
  Gray8 out{step.width, step.height, {}};
  out.pixels.reserve(static_cast<std::size_t>(step.width) * static_cast<std::size_t>(step.height));
  for (int y = 0; y < step.height; ++y) {
    const auto row = image.pixels.begin() + static_cast<std::ptrdiff_t>(top + y) * image.width + left;
    out.pixels.insert(out.pixels.end(), row, row + step.width);
  }
  image = std::move(out);
  then(placement, 1.0, left, 1.0, top);
  return Status::ok();
}

Status apply(const PadSquareStep& step, Gray8& image, Placement& placement) {
  const int side = std::max(image.width, image.height);
  const int left = (side - image.width) / 2;
  const int top = (side - image.height) / 2;
  const auto area = static_cast<std::size_t>(side) * static_cast<std::size_t>(side);
  if (area > kMaxImagePixels)
    return {ErrorCode::kTooLarge, "pad_square gives " + std::to_string(side) + " pixels a side"};
  Gray8 out{side, side, std::vector<std::uint8_t>(area, static_cast<std::uint8_t>(step.fill))};
  for (int y = 0; y < image.height; ++y) {
    const auto row = image.pixels.begin() + static_cast<std::ptrdiff_t>(y) * image.width;
    std::copy(row, row + image.width,
              out.pixels.begin() + static_cast<std::ptrdiff_t>(top + y) * side + left);
  }
  image = std::move(out);
  then(placement, 1.0, -left, 1.0, -top);
  return Status::ok();
}

}  // namespace

Preprocess default_preprocess() {
  Preprocess how;
  how.steps = {ResizeStep{}};
  how.mean.assign(3, 0.5);
  how.std.assign(3, 0.5);
  return how;
}

Result<ModelInput> preprocess(const GrayImage& image, const Preprocess& how) {
  const std::size_t expected = static_cast<std::size_t>(std::max(image.width, 0)) *
                               static_cast<std::size_t>(std::max(image.height, 0));
  if (expected == 0 || image.pixels.size() != expected)
    return Status(ErrorCode::kImageUnreadable, "the image is empty");
  const auto channels = static_cast<std::size_t>(how.channels);
  if (how.channels < 1 || how.mean.size() != channels || how.std.size() != channels) {
    return Status(ErrorCode::kBundleInvalid, "preprocess: mean and std need one value a channel");
  }
  ModelInput input;
  const int flip = how.invert ? 255 : 0;  // 255 - level is level ^ 255
  const auto read_row = [&](int y, std::int16_t* row) {
    const std::uint16_t* from =
        image.pixels.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width);
    for (int x = 0; x < image.width; ++x) row[x] = static_cast<std::int16_t>(io::to_level(from[x]) ^ flip);
  };
  auto step = how.steps.begin();
  if (step != how.steps.end() && std::holds_alternative<ResizeStep>(*step)) {
    // The usual first step works on rows as they are converted: no 8-bit copy of the whole film is made.
    HILUM_RETURN_IF_ERROR(resize_rows_of(read_row, {image.width, image.height}, std::get<ResizeStep>(*step++),
                                         input.seen, input.placement));
  } else {
    input.seen = {image.width, image.height, to_8_bit(image)};
    for (std::uint8_t& value : input.seen.pixels) value = static_cast<std::uint8_t>(value ^ flip);
  }
  for (; step != how.steps.end(); ++step) {
    HILUM_RETURN_IF_ERROR(
        std::visit([&](const auto& s) { return apply(s, input.seen, input.placement); }, *step));
  }
  input.channels = how.channels;
  input.width = input.seen.width;
  input.height = input.seen.height;
  const std::size_t pixels = input.seen.pixels.size();
  input.values.resize(channels * pixels);
  for (std::size_t c = 0; c < channels; ++c) {
    // Single precision throughout, as PyTorch's transforms compute it.
    std::array<float, 256> table{};
    for (std::size_t v = 0; v < table.size(); ++v) {
      table[v] = (static_cast<float>(v) / static_cast<float>(how.scale) - static_cast<float>(how.mean[c])) /
                 static_cast<float>(how.std[c]);
    }
    float* out = input.values.data() + c * pixels;
    for (std::size_t i = 0; i < pixels; ++i) out[i] = table[input.seen.pixels[i]];
  }
  return input;
}

}  // namespace hilum
