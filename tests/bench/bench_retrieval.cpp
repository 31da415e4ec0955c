// Recall and speed of approximate search against exact search over vectors of the kind encoders give:
// intrinsic dimension 32, a fixed random map of a 1,000-centre Gaussian mixture plus 5 % noise, unit length,
// fixed seed.
//
//   bench_retrieval FOLDER [ROWS] [KIND] [STORAGE]      default 270000 ivf fp16; FOLDER must not exist
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include <sys/resource.h>

#include "hilum/index.h"

#include "core/system/cpu.h"
#include "retrieval/open_exact.h"

namespace {

using namespace hilum;             // NOLINT: a small program
using namespace hilum::retrieval;  // NOLINT

constexpr std::size_t kDimension = 2048;
constexpr std::size_t kIntrinsic = 32;
constexpr std::size_t kCentres = 1000;
constexpr std::size_t kQueries = 1000;
constexpr std::size_t kTop = 20;

class Mixture {
 public:
  explicit Mixture(unsigned seed) : random_(seed) {
    map_.resize(kIntrinsic * kDimension);
    centres_.resize(kCentres * kIntrinsic);
    for (float& v : map_) v = normal_(random_) / std::sqrt(static_cast<float>(kIntrinsic));
    for (float& v : centres_) v = 2.0F * normal_(random_);
  }

  void draw(float* out) {
    const std::size_t centre = std::uniform_int_distribution<std::size_t>(0, kCentres - 1)(random_);
    std::fill(out, out + kDimension, 0.0F);
    float signal = 0;
    for (std::size_t i = 0; i < kIntrinsic; ++i) {
      const float z = centres_[centre * kIntrinsic + i] + normal_(random_);
      for (std::size_t j = 0; j < kDimension; ++j) out[j] += z * map_[i * kDimension + j];
    }
    for (std::size_t j = 0; j < kDimension; ++j) signal += out[j] * out[j];
    const float noise = 0.05F * std::sqrt(signal / static_cast<float>(kDimension));
    float norm = 0;
    for (std::size_t j = 0; j < kDimension; ++j) {
      out[j] += noise * normal_(random_);
      norm += out[j] * out[j];
    }
    for (std::size_t j = 0; j < kDimension; ++j) out[j] /= std::sqrt(norm);
  }

 private:
  std::mt19937 random_;
  std::normal_distribution<float> normal_;
  std::vector<float> map_, centres_;
};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double peak_mb() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

Status build(const std::string& folder, const IndexSpec& spec, std::size_t rows, Mixture& mixture) {
  HILUM_ASSIGN(const auto builder, IndexBuilder::create(folder, spec));
  std::vector<float> vector(kDimension);
  for (std::size_t i = 0; i < rows; ++i) {
    mixture.draw(vector.data());
    HILUM_RETURN_IF_ERROR(builder->add(vector.data(), {std::to_string(i), "", "", {}, ""}));
  }
  return builder->finish();
}

// Runs the queries; seconds taken.
Result<double> timed(const SimilarIndex& index, const std::vector<SearchQuery>& queries,
                     std::vector<std::vector<Hit>>& hits) {
  const auto start = std::chrono::steady_clock::now();
  HILUM_ASSIGN(hits, index.search(queries, {kTop, -1e30F, usable_cpus()}));
  return seconds_since(start);
}

Status run(const std::string& folder, std::size_t rows, const std::string& kind, const std::string& storage) {
  IndexSpec spec;
  HILUM_ASSIGN(spec.kind, index_kind_from_name(kind));
  HILUM_ASSIGN(spec.storage, storage_from_name(storage));
  spec.dimension = kDimension;
  spec.model = "bench";
  spec.vector = "global";
  Mixture mixture(1);
  auto start = std::chrono::steady_clock::now();
  HILUM_RETURN_IF_ERROR(build(folder, spec, rows, mixture));
  HILUM_ASSIGN(const auto index, SimilarIndex::open(folder, true));
  const double stored = static_cast<double>(index->bytes()) / 1048576.0;
  std::printf(
      "%s, %s, %zu x %zu: built in %.0f s, %.0f MiB on disk, peak memory %.0f MiB (%.2f of the stored "
      "size)\n",
      kind.c_str(), storage.c_str(), rows, kDimension, seconds_since(start), stored, peak_mb(),
      peak_mb() / stored);

  std::vector<float> block(kQueries * kDimension);
  std::vector<SearchQuery> queries;
  for (std::size_t q = 0; q < kQueries; ++q) {
    mixture.draw(block.data() + q * kDimension);
    queries.push_back({block.data() + q * kDimension, "", "", ""});
  }
  std::vector<std::vector<Hit>> exact, fast;
  HILUM_ASSIGN(const auto flat, open_exact(folder));
  HILUM_ASSIGN(double exact_seconds, timed(*flat, queries, exact));
  HILUM_ASSIGN(double fast_seconds, timed(*index, queries, fast));  // warms up
  for (int turn = 0; turn < 3; ++turn) {
    HILUM_ASSIGN(const double again, timed(*index, queries, fast));
    fast_seconds = std::min(fast_seconds, again);
  }
  std::size_t found = 0;
  for (std::size_t q = 0; q < kQueries; ++q) {
    for (const Hit& hit : fast[q]) {
      found += static_cast<std::size_t>(
          std::count_if(exact[q].begin(), exact[q].end(), [&](const Hit& e) { return e.row == hit.row; }));
    }
  }
  const double recall = static_cast<double>(found) / static_cast<double>(kQueries * kTop);
  std::printf("exact %.0f queries/s, %s %.0f queries/s (%.1f times), top-%zu recall %.4f\n",
              kQueries / exact_seconds, kind.c_str(), kQueries / fast_seconds, exact_seconds / fast_seconds,
              kTop, recall);
  return Status::ok();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::puts("usage: bench_retrieval FOLDER [ROWS] [KIND] [STORAGE]");
    return 2;
  }
  const Status status = run(argv[1], argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 270000,
                            argc > 3 ? argv[3] : "ivf", argc > 4 ? argv[4] : "fp16");
  if (!status.is_ok()) std::puts(status.to_string().c_str());
  return status.exit_code();
}
