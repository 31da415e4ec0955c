// What the options of `generate` and a bundle's defaults make together.
#pragma once

#include "hilum/generate.h"
#include "hilum/json.h"
#include "hilum/status.h"

namespace hilum::stages {

// The bundle's decoding with what the options say on top. kUsage when they do not go together, or not with
// the bundle.
Result<runtime::DecodeOptions> decode_options(const GenerateOptions& options,
                                              const runtime::Manifest& manifest);

// Everything in the options that can change the output, for the hash in provenance.
Json settings_json(const GenerateOptions& options, const runtime::DecodeOptions& decode);

}  // namespace hilum::stages
