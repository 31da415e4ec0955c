// Entities and relations in a report, by a bundle's text encoder, span scorer and pair scorer (RadGraph).
// Opened once, then immutable: threads may share one, each calling `use_threads` first. Text goes in as
// UTF-8.
//
// Source: DyGIE++ (Wadden et al. 2019) as RadGraph uses it.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hilum/bundle.h"
#include "hilum/status.h"

#include "runtime/models/model.h"
#include "runtime/models/text_rows.h"
#include "runtime/roles/entities.h"

namespace hilum::runtime {

// A span of words, both ends included.
struct WordSpan {
  std::size_t first = 0, last = 0;
};

struct SpanEntity {
  WordSpan span;
  std::size_t label = 0;   // index into EntitySpec::labels
  double score = 0;        // the label's; "no entity" has 0
  double probability = 0;  // softmax over all labels and "no entity"
};

struct SpanRelation {
  WordSpan from, to;         // spans the pair scorer saw; not always entities
  std::size_t relation = 0;  // index into EntitySpec::relations
  double score = 0, probability = 0;
};

struct SpanGraph {
  std::vector<SpanEntity> entities;     // by first word, then by last
  std::vector<SpanRelation> relations;  // by `from`, then by `to`
};

class EntityModel : public TextRoles {
 public:
  // Words of one report: the pair scorer's work grows with the square of their number.
  static constexpr std::size_t kMaxWords = 2000;

  // kBundleInvalid when the bundle has no span scorer; else as Model::open.
  static Result<std::shared_ptr<const EntityModel>> open(const Bundle& bundle, const ModelOptions& options);

  // kTooLarge for more than kMaxWords words; kInferenceFailed, also for scores that are no numbers.
  Result<SpanGraph> run(const std::vector<std::string>& words) const;

  const EntitySpec& spec() const { return *manifest().part<EntitySpec>(); }

 private:
  EntityModel() = default;
  Result<std::vector<float>> word_vectors(const std::vector<std::string>& words, std::size_t& width) const;
  std::vector<WordSpan> spans_of(std::size_t words) const;
  std::vector<std::int64_t> best_spans(const std::vector<float>& scores, std::size_t words) const;

  std::optional<TorchScript> spans_, pairs_;
};

}  // namespace hilum::runtime
