#include "runtime/models/sentence_label_model.h"

#include <cmath>

namespace hilum::runtime {

Result<std::shared_ptr<const SentenceLabelModel>> SentenceLabelModel::open(const Bundle& bundle,
                                                                           const ModelOptions& options) {
  std::shared_ptr<SentenceLabelModel> model(new SentenceLabelModel());
  HILUM_RETURN_IF_ERROR(
      model->TextRoles::open(bundle, "sentence_labeler", "label sentences", options.device));
  return std::shared_ptr<const SentenceLabelModel>(std::move(model));
}

Result<std::vector<SentenceLabels>> SentenceLabelModel::run(const std::vector<std::string>& sentences) const {
  HILUM_ASSIGN(const TextScores said, text_scores(texts_, sentences, spec().max_tokens, spec().labels.size(),
                                                  "sentence_labeler: the scores"));
  std::vector<SentenceLabels> out(sentences.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i].cut = said.cut[i];
    for (std::size_t l = 0; l < spec().labels.size(); ++l) {
      const auto score = static_cast<double>(said.scores[i][l]);
      if (1.0 / (1.0 + std::exp(-score)) > spec().threshold) out[i].labels.push_back(l);
    }
  }
  return out;
}

}  // namespace hilum::runtime
