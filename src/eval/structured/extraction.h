// How well structured entities were extracted: right, wrong and missed triplets (subject, relation, object),
// as lunguage-score 1.0.0 counts them ("compatible") or by equality ("strict"). The compatible count compares
// text by difflib's ratio with a threshold, so a wrong side can pass; its SR recall is always 1. Pure
// functions.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "hilum/json.h"
#include "hilum/status.h"

namespace hilum::eval {

struct Triplet {
  std::string subject, relation, object;
  int sentence = -1;  // -1: not given
};

// [subject, relation, object, sentence, entity, object entity] in an array of arrays.
Result<std::vector<Triplet>> triplets_from_json(const Json& json);

struct TripletCounts {
  std::size_t all = 0, right = 0, wrong = 0, missed = 0;
  double precision() const;
  double recall() const;  // right / all
  double f1() const;
};

struct ExtractionScore {
  std::map<std::string, TripletCounts> relations;
  double macro_precision = 0, macro_recall = 0, macro_f1 = 0;
  double precision = 0, recall = 0, f1 = 0;  // over the sums: "overall"
};

enum class ExtractionPart { kSubjects, kTriplets };  // SR and SRO
struct ExtractionOptions {
  ExtractionPart part = ExtractionPart::kTriplets;
  bool strict = false;
  bool sentences = true;  // false: the "no_sent_idx" variant
};

// Averages and sums of counts by relation; `options` says how they were counted.
ExtractionScore extraction_score(const std::map<std::string, TripletCounts>& relations,
                                 const ExtractionOptions& options);

// Counts one section after the other; `score` sums them up.
class ExtractionCounter {
 public:
  explicit ExtractionCounter(ExtractionOptions options) : options_(options) {}
  void add(const std::vector<Triplet>& reference, const std::vector<Triplet>& candidate);
  ExtractionScore score() const { return extraction_score(relations_, options_); }

 private:
  ExtractionOptions options_;
  std::map<std::string, TripletCounts> relations_;
};

// round(100 * ratio) of Python's difflib.SequenceMatcher, 100 for equal texts: fuzzywuzzy's ratio without its
// C helper.
int difflib_ratio(std::string_view a, std::string_view b);

}  // namespace hilum::eval
