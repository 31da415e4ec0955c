#include "eval/words/similarity.h"

#include <algorithm>
#include <set>

#include "core/text/text.h"

namespace hilum::eval {

Result<TextSimilarity> text_similarity_from_name(std::string_view name) {
  if (name == "exact") return TextSimilarity::kExact;
  if (name == "jaccard") return TextSimilarity::kJaccard;
  if (name == "encoder") return TextSimilarity::kEncoder;
  return Status(ErrorCode::kUsage,
                "no text similarity '" + std::string(name) + "'; there is exact, jaccard, encoder");
}

std::string_view text_similarity_name(TextSimilarity kind) {
  return kind == TextSimilarity::kExact ? "exact" : kind == TextSimilarity::kJaccard ? "jaccard" : "encoder";
}

double text_similarity(const TextComparer& comparer, std::string_view a, std::string_view b) {
  const TextSimilarity kind = comparer.kind;
  if (kind == TextSimilarity::kEncoder)
    return comparer.vectors == nullptr ? 0 : comparer.vectors->cosine(std::string(a), std::string(b));
  const std::string x = to_lower(trim(a)), y = to_lower(trim(b));
  if (x == y) return 1;
  if (kind == TextSimilarity::kExact) return 0;
  const std::vector<std::string> xs = split_words(x), ys = split_words(y);
  const std::set<std::string> left(xs.begin(), xs.end()), right(ys.begin(), ys.end());
  std::size_t common = 0;
  for (const std::string& word : left) common += right.count(word);
  const std::size_t all = left.size() + right.size() - common;
  return all > 0 ? static_cast<double>(common) / static_cast<double>(all) : 0;
}

Status TextVectors::add(const std::vector<std::string>& texts) {
  std::set<std::string> fresh;
  for (const std::string& text : texts) {
    std::string key(trim(text));
    if (vectors_.count(key) == 0) fresh.insert(std::move(key));
  }
  const std::vector<std::string> list(fresh.begin(), fresh.end());
  HILUM_ASSIGN(std::vector<runtime::TextVector> vectors, model_->pooled(list));
  for (std::size_t i = 0; i < list.size(); ++i) {
    cut_ += vectors[i].cut ? 1 : 0;
    vectors_[list[i]] = std::move(vectors[i].vector);
  }
  return Status::ok();
}

double TextVectors::cosine(const std::string& a, const std::string& b) const {
  const std::string x(trim(a)), y(trim(b));
  if (x == y) return 1;
  const auto left = vectors_.find(x), right = vectors_.find(y);
  if (left == vectors_.end() || right == vectors_.end()) return 0;
  double sum = 0;
  for (std::size_t d = 0; d < left->second.size(); ++d)
    sum += static_cast<double>(left->second[d]) * static_cast<double>(right->second[d]);
  return sum;
}

Result<SimilaritySource> SimilaritySource::make(TextSimilarity kind, const TextModels& models) {
  SimilaritySource out(kind);
  if (kind != TextSimilarity::kEncoder) return out;
  if (!models.encoder) {
    return Status(ErrorCode::kUsage,
                  "setting 'similarity' encoder needs setting 'bundle' with a text_encoder that has "
                  "'text_encoding' in its manifest");
  }
  out.encoder_ = models.encoder;
  out.vectors_ = std::make_shared<TextVectors>(out.encoder_.model);
  return out;
}

Status SimilaritySource::add(const std::vector<std::string>& texts) {
  return vectors_ ? vectors_->add(texts) : Status::ok();
}

TextComparer SimilaritySource::comparer() const {
  return vectors_ ? TextComparer(*vectors_) : TextComparer(kind_);
}

std::string SimilaritySource::words() const {
  if (!vectors_) return "text similarity by rule";
  const runtime::TextEncodingSpec& spec = encoder_.model->spec();
  const std::string pooled = spec.pooling == "mean"    ? "mean of its tokens"
                             : spec.pooling == "first" ? "its first token"
                                                       : "its global vector";
  return "text similarity: cosine of " + pooled + ", " + encoder_.source.short_name() +
         cut_words(vectors_->cut(), spec.max_tokens);
}

}  // namespace hilum::eval
