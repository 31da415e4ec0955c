// Where `hilum generate` gets its records from: standard input, files of records, images, or a folder of
// images.
#pragma once

#include "hilum/core/streams.h"
#include "hilum/pipeline/batch_loop.h"

#include "generate_options.h"

namespace hilum::cli {

// kUsage, kFileNotFound, kNoInput.
Result<RecordSource> generate_source(const GenerateCliOptions& options, Streams& streams);

}  // namespace hilum::cli
