/* The SentencePiece module's interface: plain C (see include/hilum/core/module.h). A processor is immutable;
 * threads may share it. Functions that can fail return 0 on success and otherwise write a reason into
 * `error`. */
#ifndef HILUM_MODULES_SENTENCEPIECE_ABI_H
#define HILUM_MODULES_SENTENCEPIECE_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HILUM_SENTENCEPIECE_ABI 1u

typedef struct HilumSentencePiece HilumSentencePiece;

typedef struct {
  char* text; /* the caller's buffer, NUL-terminated by the module */
  size_t size;
} HilumSentencePieceError;

typedef struct {
  uint32_t abi_version;
  int (*load)(const void* bytes, size_t size, HilumSentencePiece** processor, HilumSentencePieceError error);
  void (*free)(HilumSentencePiece* processor);
  int32_t (*size)(const HilumSentencePiece* processor);
  /* The piece as stored (UTF-8, U+2581 for a blank), its length in `*length`; not NUL-terminated. Owned by
   * the processor. Null for an id out of range. */
  const char* (*piece)(const HilumSentencePiece* processor, int32_t id, size_t* length);
  /* 1 for control and unknown pieces, which stand for no text. */
  int (*is_special)(const HilumSentencePiece* processor, int32_t id);
  /* For byte pieces ("<0x41>") the byte, else -1. */
  int (*byte_of)(const HilumSentencePiece* processor, int32_t id);
  /* Ids of `text`, `*count` of them; at most `capacity` are written. */
  int (*encode)(const HilumSentencePiece* processor, const char* text, size_t size, int32_t* ids,
                size_t capacity, size_t* count, HilumSentencePieceError error);
} HilumSentencePieceTable;

#ifdef __cplusplus
}
#endif

#endif
