// The Session over a bundle's decoder.
#pragma once

#include <memory>

#include "runtime/decoding/session.h"
#include "runtime/engine/torch_values.h"

namespace hilum::runtime {

// Runs prefill for `memory` [B,S,D] and `mask` [B,S]. The decoder must outlive the session.
Result<std::unique_ptr<Session>> make_torch_session(const TorchScript& decoder, const Value& memory,
                                                    const Value& mask, std::size_t studies);

}  // namespace hilum::runtime
