#include "io/raster/deflate_guard.h"

#include <gtest/gtest.h>

#include "unit/io/dicom_maker.h"

namespace hilum::io {
namespace {

TEST(DeflateGuard, CountsWhatUnfolds) {
  test::DicomSpec spec;
  EXPECT_FALSE(is_deflated_dicom(test::make_dicom(spec)));
  spec.transfer_syntax = "1.2.840.10008.1.2.1.99";
  spec.rows = spec.columns = 100;
  spec.pixels.assign(10000, 7);
  const std::string bytes = test::make_dicom(spec);
  EXPECT_TRUE(is_deflated_dicom(bytes));
  EXPECT_LT(bytes.size(), 2000u);
  EXPECT_TRUE(check_inflated_size(bytes, 30000).is_ok());
  EXPECT_EQ(check_inflated_size(bytes, 20000).code(), ErrorCode::kTooLarge);
  EXPECT_EQ(check_inflated_size(bytes.substr(0, 140), 30000).code(), ErrorCode::kDicomUnreadable);
  EXPECT_EQ(check_inflated_size(bytes.substr(0, 160), 30000).code(), ErrorCode::kDicomUnreadable);
}

}  // namespace
}  // namespace hilum::io
