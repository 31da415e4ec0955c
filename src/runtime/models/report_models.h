// Models of a bundle that read report text: one that finds entities and relations (RadGraph: text encoder,
// span scorer, pair scorer), and one that labels (CheXbert). Opened once, then immutable: threads may share
// one, each calling `use_threads` first. Text goes in as UTF-8.
//
// Sources: DyGIE++ (Wadden et al. 2019) as RadGraph uses it; CheXbert (Smit et al. 2020).
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "hilum/bundle.h"
#include "hilum/status.h"

#include "runtime/models/model.h"

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

class EntityModel {
 public:
  // Words of one report: the pair scorer's work grows with the square of their number.
  static constexpr std::size_t kMaxWords = 2000;

  // kBundleInvalid when the bundle has no span scorer; else as Model::open.
  static Result<std::shared_ptr<const EntityModel>> open(const Bundle& bundle, const ModelOptions& options);
  ~EntityModel();

  // kTooLarge for more than kMaxWords words; kInferenceFailed, also for scores that are no numbers.
  Result<SpanGraph> run(const std::vector<std::string>& words) const;

  const EntitySpec& spec() const;
  const std::string& engine() const;
  void use_threads(int threads) const;

 private:
  struct Parts;
  explicit EntityModel(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

struct ReportClasses {
  std::vector<std::size_t> classes;  // the likeliest of each label, as an index into its `classes`
  bool cut = false;                  // the report had more tokens than the model reads
};

class ReportLabelModel {
 public:
  // kBundleInvalid when the bundle has no report labeler; else as Model::open.
  static Result<std::shared_ptr<const ReportLabelModel>> open(const Bundle& bundle,
                                                              const ModelOptions& options);
  ~ReportLabelModel();

  // The likeliest class of each label, as an index into its `classes`. `cut` is set when the report had more
  // tokens than the model reads. White space is collapsed first. kInferenceFailed.
  Result<std::vector<std::size_t>> run(const std::string& report, bool& cut) const;

  // The same for several reports, in batches; in their order.
  Result<std::vector<ReportClasses>> run_all(const std::vector<std::string>& reports) const;

  const ReportLabelSpec& spec() const;
  const std::string& engine() const;
  void use_threads(int threads) const;

 private:
  struct Parts;
  explicit ReportLabelModel(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace hilum::runtime
