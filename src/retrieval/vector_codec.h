// Vectors as they are stored: fp32, fp16 (round to nearest even), or int8 with one scale a row.
#pragma once

#include <cstddef>

#include "hilum/index.h"

namespace hilum::retrieval {

// Bytes of one stored vector.
std::size_t stored_bytes(Storage storage, std::size_t dimension);

void encode_vector(Storage storage, const float* vector, std::size_t dimension, void* stored);
void decode_vector(Storage storage, const void* stored, std::size_t dimension, float* vector);

// Inner product of a query with a stored vector, added up in float.
float stored_product(Storage storage, const float* query, const void* stored, std::size_t dimension);

}  // namespace hilum::retrieval
