// How long it takes to read an image file and to make a model's input of it.
//   bench_reading [--benchmark_… options] FILE...
#include <cstdio>
#include <string>

#include <benchmark/benchmark.h>

#include "hilum/image.h"
#include "hilum/preprocess.h"

#include "core/system/memory.h"

namespace {

// Once before the clock runs: opens the module of JPEG 2000 and DCMTK's dictionary, which a process does
// once.
void warm_up(const std::string& path) { benchmark::DoNotOptimize(hilum::load_image(path).is_ok()); }

void read_only(benchmark::State& state, const std::string& path) {
  warm_up(path);
  for (auto _ : state) {
    auto image = hilum::load_image(path);
    if (!image) return state.SkipWithError(image.status().to_string().c_str());
    benchmark::DoNotOptimize(image->pixels.pixels.data());
  }
}

void read_and_prepare(benchmark::State& state, const std::string& path) {
  warm_up(path);
  const hilum::Preprocess how = hilum::default_preprocess();
  for (auto _ : state) {
    auto image = hilum::load_image(path);
    if (!image) return state.SkipWithError(image.status().to_string().c_str());
    auto input = hilum::preprocess(image->pixels, how);
    if (!input) return state.SkipWithError(input.status().to_string().c_str());
    benchmark::DoNotOptimize(input->values.data());
  }
}

}  // namespace

int main(int argc, char** argv) {
  hilum::reuse_freed_memory();
  benchmark::Initialize(&argc, argv);
  for (int i = 1; i < argc; ++i) {
    const std::string path = argv[i];
    benchmark::RegisterBenchmark(("read/" + path).c_str(), read_only, path)->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark(("prepare/" + path).c_str(), read_and_prepare, path)
        ->Unit(benchmark::kMillisecond);
  }
  if (argc < 2) std::fprintf(stderr, "usage: bench_reading FILE...\n");
  return argc < 2 ? 2 : static_cast<int>(benchmark::RunSpecifiedBenchmarks() == 0);
}
