// What other people's code throws, as a status. For the one loop that calls stages, sources and writers.
#pragma once

#include <exception>
#include <new>

#include "hilum/status.h"

namespace hilum {

// Runs `body`, which returns a status; what it throws becomes kInferenceFailed (memory) or kInternal.
template <typename Body>
Status contained(const Body& body) {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return {ErrorCode::kInferenceFailed, "out of memory"};
  } catch (const std::exception& e) {
    return {ErrorCode::kInternal, e.what()};
  } catch (...) {
    return {ErrorCode::kInternal, "an exception of an unknown kind"};
  }
}

}  // namespace hilum
