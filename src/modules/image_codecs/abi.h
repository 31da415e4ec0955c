/* Interface of the run-time module `image_codecs`: JPEG 2000 pictures into samples. C types only.
 * Thread-safe. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define HILUM_IMAGE_CODECS_ABI 1u

/* Rows from the top, channels interleaved, no row padding; samples of 1 or 2 bytes in the machine's order. */
struct HilumSamples {
  int width;
  int height;
  int channels;
  int bytes_per_sample;
  const void* data; /* lives until release() */
  void* owner;
};

struct HilumImageCodecs {
  /* 0, or another value and a reason in `error`, which is always ended by a zero. */
  int (*decode)(const uint8_t* bytes, size_t size, struct HilumSamples* out, char* error, size_t error_size);
  void (*release)(struct HilumSamples* samples);
};
