// How the papers of one family prepared texts and read labels: what metrics ask of a preset (presets.h has
// the list).
#pragma once

#include <cstddef>
#include <string>

namespace hilum::eval {

enum class Preprocess;     // words/preprocess.h
enum class FindingPolicy;  // clinical/chexpert.h
enum class GraphCase;      // clinical/radgraph.h

struct Preset {
  std::string name;
  Preprocess preprocessing;
  std::size_t cut_hypothesis, cut_reference;  // words kept; 0: all
  FindingPolicy labels;
  GraphCase graph_case;
  std::string note;
};

}  // namespace hilum::eval
