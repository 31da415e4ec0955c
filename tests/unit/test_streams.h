// Streams of a test: what goes in, and what came out.
#pragma once

#include <sstream>
#include <string>

#include "hilum/streams.h"

namespace hilum {

struct TestStreams {
  explicit TestStreams(const std::string& text) : in(text) {
    streams.in = &in;
    streams.out = &out;
    streams.err = &err;
  }
  std::istringstream in;
  StringSink out;
  std::ostringstream err;
  Streams streams;
};

}  // namespace hilum
