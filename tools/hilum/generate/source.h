// Where `hilum generate` gets its records from: standard input, files of records, images, or folders
// and data sets, which are read as `hilum studies` reads them.
#pragma once

#include "hilum/streams.h"

#include "generate/options.h"
#include "run/batch_loop.h"

namespace hilum::cli {

// kUsage, kFileNotFound and the errors of datasets::open_studies. Unless `quiet`, what a folder held and what
// was left out of it is counted on streams.err at the end. The source must not outlive `streams`.
Result<RecordSource> generate_source(const GenerateCliOptions& options, Streams& streams, bool quiet);

}  // namespace hilum::cli
