#include "retrieval/vector_codec.h"

#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace hilum::retrieval {
namespace {

std::vector<float> round_trip(Storage storage, const std::vector<float>& vector) {
  std::vector<char> stored(stored_bytes(storage, vector.size()));
  encode_vector(storage, vector.data(), vector.size(), stored.data());
  std::vector<float> out(vector.size());
  decode_vector(storage, stored.data(), vector.size(), out.data());
  return out;
}

TEST(VectorCodec, Fp32IsExact) {
  const std::vector<float> vector = {0.1F, -3e-38F, 1e30F};
  EXPECT_EQ(round_trip(Storage::kFp32, vector), vector);
}

TEST(VectorCodec, Fp16KnownValues) {
  // Exactly representable, halfway cases to even, subnormal, saturation.
  EXPECT_EQ(round_trip(Storage::kFp16, {1.0F, -2.5F, 0.0F, 65504.0F}),
            (std::vector<float>{1.0F, -2.5F, 0.0F, 65504.0F}));
  EXPECT_EQ(round_trip(Storage::kFp16, {1.00048828125F})[0], 1.0F);          // 1 + 2^-11 ties down
  EXPECT_EQ(round_trip(Storage::kFp16, {1.00146484375F})[0], 1.001953125F);  // 1 + 3*2^-11 ties up
  EXPECT_EQ(round_trip(Storage::kFp16, {5.9604645e-8F})[0], 5.9604645e-8F);  // the smallest
  EXPECT_EQ(round_trip(Storage::kFp16, {1e9F})[0], 65504.0F);
}

TEST(VectorCodec, Int8StaysWithinHalfAStep) {
  const std::vector<float> vector = {0.9F, -0.3F, 0.123F, 0.0F};
  const std::vector<float> out = round_trip(Storage::kInt8, vector);
  for (std::size_t i = 0; i < vector.size(); ++i)
    EXPECT_LE(std::fabs(out[i] - vector[i]), 0.5F * 0.9F / 127.0F + 1e-6F);
  EXPECT_EQ(round_trip(Storage::kInt8, {0.0F, 0.0F}), (std::vector<float>{0.0F, 0.0F}));
}

TEST(VectorCodec, ProductEqualsThatOfTheDecodedVector) {
  std::mt19937 random(7);
  std::normal_distribution<float> normal;
  std::vector<float> query(77), vector(77);
  for (float& v : query) v = normal(random);
  for (float& v : vector) v = normal(random);
  for (const Storage storage : {Storage::kFp32, Storage::kFp16, Storage::kInt8}) {
    std::vector<char> stored(stored_bytes(storage, vector.size()));
    encode_vector(storage, vector.data(), vector.size(), stored.data());
    const std::vector<float> decoded = round_trip(storage, vector);
    double expected = 0;
    for (std::size_t i = 0; i < query.size(); ++i)
      expected += static_cast<double>(query[i]) * static_cast<double>(decoded[i]);
    EXPECT_NEAR(stored_product(storage, query.data(), stored.data(), query.size()), expected, 1e-4);
  }
}

}  // namespace
}  // namespace hilum::retrieval
