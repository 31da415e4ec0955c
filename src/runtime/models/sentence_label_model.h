// Labels of single sentences, by a bundle's sentence labeler (SRR-BERT). Opened once, then immutable: threads
// may share one, each calling `use_threads` first. Sentences go in as UTF-8, white space is collapsed, what
// is behind the manifest's `max_tokens` is cut.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "hilum/bundle.h"
#include "hilum/status.h"

#include "runtime/models/model.h"
#include "runtime/models/text_rows.h"
#include "runtime/roles/sentence_labels.h"

namespace hilum::runtime {

struct SentenceLabels {
  std::vector<std::size_t> labels;  // indices into SentenceLabelSpec::labels, ascending
  bool cut = false;
};

class SentenceLabelModel : public TextRoles {
 public:
  // kBundleInvalid when the bundle has no sentence labeler; else as Model::open.
  static Result<std::shared_ptr<const SentenceLabelModel>> open(const Bundle& bundle,
                                                                const ModelOptions& options);

  Result<std::vector<SentenceLabels>> run(const std::vector<std::string>& sentences) const;

  const SentenceLabelSpec& spec() const { return *manifest().part<SentenceLabelSpec>(); }

 private:
  SentenceLabelModel() = default;
};

}  // namespace hilum::runtime
