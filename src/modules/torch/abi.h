/* The LibTorch module's interface: plain C, so that host and module can be built by different compilers
 * against different C++ libraries. Everything is a HilumTorchValue: a tensor, a list of tensors, a dictionary
 * of tensors or an integer. Values are immutable, owned by the caller and freed with `free_value`; values may
 * be shared by threads.
 *
 * Functions that can fail return 0 on success; otherwise they write a one-line reason (no stack trace) into
 * `error`. No exception leaves the module. */
#ifndef HILUM_MODULES_TORCH_ABI_H
#define HILUM_MODULES_TORCH_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HILUM_TORCH_ABI 1u
#define HILUM_TORCH_MAX_DIMS 8

typedef struct HilumTorchValue HilumTorchValue;
typedef struct HilumTorchModel HilumTorchModel;

typedef struct {
  char* text; /* the caller's buffer, NUL-terminated by the module */
  size_t size;
} HilumTorchError;

typedef enum { HILUM_TORCH_F32 = 0, HILUM_TORCH_I64 = 1, HILUM_TORCH_BOOL = 2 } HilumTorchType;

/* What `copy` applies first; the log-softmax runs over the last dimension. */
typedef enum {
  HILUM_TORCH_IDENTITY = 0,
  HILUM_TORCH_LOG_SOFTMAX = 1,
  HILUM_TORCH_SIGMOID = 2
} HilumTorchFunction;

typedef struct {
  HilumTorchType type;
  int32_t dims;
  int64_t shape[HILUM_TORCH_MAX_DIMS];
} HilumTorchShape;

typedef struct {
  uint32_t abi_version;

  /* "1.13.1" */
  const char* (*version)(void);
  /* How many accelerators `device` "cuda" could use. */
  int (*cuda_devices)(void);
  /* Threads of one operator, for the calling thread and those it starts. */
  void (*set_threads)(int threads);

  /* Opens TorchScript from memory on `device` ("cpu" or "cuda"), for inference, convolutions in
   * channels_last. */
  int (*load)(const void* bytes, size_t size, const char* device, HilumTorchModel** model,
              HilumTorchError error);
  void (*free_model)(HilumTorchModel* model);
  int (*has_method)(const HilumTorchModel* model, const char* method);
  /* Calls a method. A tuple comes back as its elements; `*count` of them (at most `capacity`). */
  int (*call)(const HilumTorchModel* model, const char* method, const HilumTorchValue* const* arguments,
              size_t argument_count, HilumTorchValue** results, size_t capacity, size_t* count,
              HilumTorchError error);

  /* A tensor on the device of `model`; the data (row-major; bool is one byte) is copied. A 4-dimensional
   * float tensor is laid out channels_last. */
  int (*tensor)(const HilumTorchModel* model, const HilumTorchShape* shape, const void* data,
                HilumTorchValue** value, HilumTorchError error);
  int (*integer)(int64_t number, HilumTorchValue** value, HilumTorchError error);
  int (*dictionary)(const char* const* names, const HilumTorchValue* const* tensors, size_t count,
                    HilumTorchValue** value, HilumTorchError error);
  void (*free_value)(HilumTorchValue* value);

  /* Rows of dimension 0, of one tensor or of every tensor of a list. */
  int (*select_rows)(const HilumTorchValue* value, const int64_t* rows, size_t count,
                     HilumTorchValue** selected, HilumTorchError error);
  /* The same numbers in another shape. */
  int (*reshape)(const HilumTorchValue* value, const int64_t* shape, size_t dims, HilumTorchValue** reshaped,
                 HilumTorchError error);

  /* Shape of a tensor. */
  int (*shape)(const HilumTorchValue* value, HilumTorchShape* shape, HilumTorchError error);
  /* A tensor's numbers as float, row-major, after `function`; `count` must be its number of elements. */
  int (*copy)(const HilumTorchValue* value, HilumTorchFunction function, float* out, size_t count,
              HilumTorchError error);
} HilumTorchTable;

#ifdef __cplusplus
}
#endif

#endif
