/* The FAISS module's interface: plain C. An index holds reduced vectors and answers with rows and inner
 * products; handles belong to the caller. Functions return 0 on success, else they write a one-line reason
 * into `error`. Searching one index from several threads is safe, changing it is not. */
#ifndef HILUM_MODULES_FAISS_ABI_H
#define HILUM_MODULES_FAISS_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HILUM_FAISS_ABI 1u

typedef struct HilumFaissIndex HilumFaissIndex;

typedef struct {
  char* text; /* the caller's buffer, NUL-terminated by the module */
  size_t size;
} HilumFaissError;

typedef struct {
  uint32_t abi_version;

  /* "1.7.3" */
  const char* (*version)(void);
  void (*set_threads)(int threads);

  /* The `k` best rows of `block` (rows x dimension) for each query, best first; missing ones are row -1. */
  void (*exact)(const float* queries, int64_t count, const float* block, int64_t rows, int64_t dimension,
                int64_t k, float* scores, int64_t* best);

  /* `description` as FAISS's index_factory reads it, for inner products. */
  int (*create)(const char* description, int64_t dimension, HilumFaissIndex** index, HilumFaissError error);
  int (*train)(HilumFaissIndex* index, const float* vectors, int64_t rows, HilumFaissError error);
  int (*add)(HilumFaissIndex* index, const float* vectors, int64_t rows, HilumFaissError error);
  /* `effort`: lists probed (IVF) or candidates kept (HNSW). */
  int (*search)(const HilumFaissIndex* index, const float* queries, int64_t count, int64_t k, int effort,
                float* scores, int64_t* best, HilumFaissError error);
  int64_t (*rows)(const HilumFaissIndex* index);
  int (*write)(const HilumFaissIndex* index, const char* path, HilumFaissError error);
  int (*read)(const char* path, HilumFaissIndex** index, HilumFaissError error);
  void (*free_index)(HilumFaissIndex* index);
} HilumFaissTable;

#ifdef __cplusplus
}
#endif

#endif
