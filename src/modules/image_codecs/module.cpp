// JPEG 2000 through OpenCV's imgcodecs (OpenJPEG). A module because linking imgcodecs costs every start 80
// ms.
#include <cstdio>
#include <exception>
#include <memory>

#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>

#include "modules/image_codecs/abi.h"

namespace {

int decode(const uint8_t* bytes, size_t size, HilumSamples* out, char* error, size_t error_size) {
  const auto fail = [&](const char* reason) {
    std::snprintf(error, error_size, "%s", reason);
    return 1;
  };
  try {
    // imdecode takes a matrix that it only reads.
    const cv::Mat input(1, static_cast<int>(size), CV_8UC1, const_cast<uint8_t*>(bytes));
    auto image = std::make_unique<cv::Mat>(cv::imdecode(input, cv::IMREAD_UNCHANGED));
    if (image->empty()) return fail("the codestream cannot be decoded");
    if (image->depth() != CV_8U && image->depth() != CV_16U)
      return fail("samples of a kind that is not read");
    if (!image->isContinuous()) *image = image->clone();
    out->width = image->cols;
    out->height = image->rows;
    out->channels = image->channels();
    out->bytes_per_sample = static_cast<int>(image->elemSize1());
    out->data = image->data;
    out->owner = image.release();
    return 0;
  } catch (const std::exception& e) {
    return fail(e.what());
  }
}

void release(HilumSamples* samples) {
  delete static_cast<cv::Mat*>(samples->owner);
  *samples = HilumSamples{};
}

}  // namespace

extern "C" __attribute__((visibility("default"))) const void* hilum_module_v1(uint32_t abi_version) {
  if (abi_version != HILUM_IMAGE_CODECS_ABI) return nullptr;
  // Greyscale codestreams carry no colour space, and OpenCV would warn of each on standard error.
  cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
  cv::setNumThreads(1);  // callers bring their own threads
  static const HilumImageCodecs table = {decode, release};
  return &table;
}
