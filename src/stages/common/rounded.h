// Numbers as records give them.
#pragma once

#include <cmath>

namespace hilum {

// To four decimals: enough for any of these numbers, and the same on every machine.
inline double rounded(double value) { return std::round(value * 1e4) / 1e4; }

}  // namespace hilum
