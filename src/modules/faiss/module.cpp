// FAISS behind a C interface (abi.h).
#include <cstring>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include <faiss/Index.h>
#include <faiss/IndexHNSW.h>
#include <faiss/IndexIVF.h>
#include <faiss/IndexPreTransform.h>
#include <faiss/VectorTransform.h>
#include <faiss/index_factory.h>
#include <faiss/index_io.h>
#include <faiss/utils/Heap.h>
#include <faiss/utils/distances.h>
#include <omp.h>

#include "modules/faiss/abi.h"

struct HilumFaissIndex {
  std::unique_ptr<faiss::Index> index;
};

namespace {

int fail(HilumFaissError error, const char* reason) {
  if (error.text != nullptr && error.size > 0) {
    std::strncpy(error.text, reason, error.size - 1);
    error.text[error.size - 1] = '\0';
    for (char* c = error.text; *c != '\0'; ++c) {
      if (*c == '\n') *c = ' ';
    }
  }
  return 1;
}

// FAISS throws; nothing may leave the module.
template <typename Work>
int guarded(HilumFaissError error, Work work) {
  try {
    work();
    return 0;
  } catch (const std::exception& e) {
    return fail(error, e.what());
  }
}

const char* version() {
  static const std::string text = std::to_string(FAISS_VERSION_MAJOR) + "." +
                                  std::to_string(FAISS_VERSION_MINOR) + "." +
                                  std::to_string(FAISS_VERSION_PATCH);
  return text.c_str();
}

void set_threads(int threads) { omp_set_num_threads(threads); }

void exact(const float* queries, int64_t count, const float* block, int64_t rows, int64_t dimension,
           int64_t k, float* scores, int64_t* best) {
  faiss::float_minheap_array_t heap = {static_cast<size_t>(count), static_cast<size_t>(k), best, scores};
  faiss::knn_inner_product(queries, block, static_cast<size_t>(dimension), static_cast<size_t>(count),
                           static_cast<size_t>(rows), &heap);
}

int create(const char* description, int64_t dimension, HilumFaissIndex** index, HilumFaissError error) {
  return guarded(error, [&] {
    auto made = std::make_unique<HilumFaissIndex>();
    made->index.reset(
        faiss::index_factory(static_cast<int>(dimension), description, faiss::METRIC_INNER_PRODUCT));
    auto* whole = dynamic_cast<faiss::IndexPreTransform*>(made->index.get());
    if (auto* ivf = dynamic_cast<faiss::IndexIVF*>(whole != nullptr ? whole->index : made->index.get());
        ivf != nullptr) {
      ivf->cp.min_points_per_centroid = 1;  // FAISS prints a warning otherwise, and recall is measured anyway
    }
    *index = made.release();
  });
}

int train(HilumFaissIndex* index, const float* vectors, int64_t rows, HilumFaissError error) {
  return guarded(error, [&] {
    auto* reduced = dynamic_cast<faiss::IndexPreTransform*>(index->index.get());
    if (reduced == nullptr) {
      index->index->train(rows, vectors);
      return;
    }
    // PCA takes the mean away, which would change the order of inner products; seen with its mirror image,
    // the sample has mean zero.
    const auto size = static_cast<size_t>(rows) * static_cast<size_t>(reduced->d);
    std::vector<float> mirrored(vectors, vectors + size);
    mirrored.reserve(2 * size);
    for (size_t i = 0; i < size; ++i) mirrored.push_back(-vectors[i]);
    reduced->chain.at(0)->train(2 * rows, mirrored.data());
    const std::unique_ptr<const float[]> transformed(reduced->chain.at(0)->apply(rows, vectors));
    reduced->index->train(rows, transformed.get());
    reduced->is_trained = true;
  });
}

int add(HilumFaissIndex* index, const float* vectors, int64_t rows, HilumFaissError error) {
  return guarded(error, [&] { index->index->add(rows, vectors); });
}

int search(const HilumFaissIndex* index, const float* queries, int64_t count, int64_t k, int effort,
           float* scores, int64_t* best, HilumFaissError error) {
  return guarded(error, [&] {
    const faiss::Index* whole = index->index.get();
    const auto* reduced = dynamic_cast<const faiss::IndexPreTransform*>(whole);
    const faiss::Index* inner = reduced != nullptr ? reduced->index : whole;
    faiss::SearchParametersIVF ivf;
    faiss::SearchParametersHNSW hnsw;
    const faiss::SearchParameters* parameters = nullptr;
    if (dynamic_cast<const faiss::IndexIVF*>(inner) != nullptr) {
      ivf.nprobe = static_cast<size_t>(effort);
      parameters = &ivf;
    } else if (dynamic_cast<const faiss::IndexHNSW*>(inner) != nullptr) {
      hnsw.efSearch = effort;
      parameters = &hnsw;
    }
    if (reduced == nullptr) {
      inner->search(count, queries, k, scores, best, parameters);
      return;
    }
    const float* transformed = reduced->apply_chain(count, queries);
    const std::unique_ptr<const float[]> owned(transformed == queries ? nullptr : transformed);
    inner->search(count, transformed, k, scores, best, parameters);
  });
}

int64_t rows(const HilumFaissIndex* index) { return index->index->ntotal; }

int write(const HilumFaissIndex* index, const char* path, HilumFaissError error) {
  return guarded(error, [&] { faiss::write_index(index->index.get(), path); });
}

int read(const char* path, HilumFaissIndex** index, HilumFaissError error) {
  return guarded(error, [&] {
    auto made = std::make_unique<HilumFaissIndex>();
    made->index.reset(faiss::read_index(path));
    *index = made.release();
  });
}

void free_index(HilumFaissIndex* index) { delete index; }

constexpr HilumFaissTable kTable = {HILUM_FAISS_ABI, version, set_threads, exact, create,    train, add,
                                    search,          rows,    write,       read,  free_index};

}  // namespace

extern "C" __attribute__((visibility("default"))) const void* hilum_module_v1(uint32_t abi_version) {
  return abi_version == HILUM_FAISS_ABI ? &kTable : nullptr;
}
