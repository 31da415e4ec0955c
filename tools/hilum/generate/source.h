// Where `hilum generate` gets its records from: standard input, files of records, images, or folders and data
// sets, which are read as `hilum studies` reads them.
#pragma once

#include <memory>

#include "hilum/run.h"
#include "hilum/streams.h"

#include "generate/options.h"
#include "stages/studies/counts.h"

namespace hilum::cli {

struct GenerateSource {
  std::unique_ptr<Source> records;
  const stages::StudyCounts* studies = nullptr;  // of folders and data sets; the source's, else null
};

// kUsage, kFileNotFound and the errors of datasets::open_studies. The source must not outlive `streams`.
Result<GenerateSource> generate_source(const GenerateCommand& command, Streams& streams);

}  // namespace hilum::cli
