// Google's rouge_score 0.1.2 (ROUGE-1, -2, -L with its tokenizer and Porter stemming) and fast-bleu's BLEU-2.
#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "core/text/text.h"
#include "eval/stems/stemmers.h"
#include "eval/words/lcs.h"
#include "eval/words/ngrams.h"
#include "eval/words/text_metrics.h"
#include "eval/words/word_metrics.h"

namespace hilum::eval {
namespace {

// Cuts raw text into stemmed words of [a-z0-9], remembering the stem of each word it has met.
class RougeTokenizer {
 public:
  explicit RougeTokenizer(bool stem) : stem_(stem) {}

  std::vector<WordId> tokens(std::string_view text) {
    std::vector<WordId> out;
    std::string word;
    const auto flush = [&] {
      if (!word.empty()) out.push_back(id_of(word));
      word.clear();
    };
    for (const char c : lower_text(text)) {
      const bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      if (kept) {
        word.push_back(c);
      } else {
        flush();
      }
    }
    flush();
    return out;
  }
  const Vocabulary& stems() const { return stems_; }

 private:
  WordId id_of(const std::string& word) {
    const WordId id = words_.intern(word);
    if (id < stem_of_.size()) return stem_of_[id];
    stem_of_.push_back(stems_.intern(stem_ && word.size() > 3 ? porter_stem(word) : word));
    return stem_of_.back();
  }
  bool stem_;
  Vocabulary words_, stems_;
  std::vector<WordId> stem_of_;
};

RougeScore score(double common, double hypothesis, double reference) {
  RougeScore out;
  out.precision = common / std::max(hypothesis, 1.0);
  out.recall = common / std::max(reference, 1.0);
  if (out.precision + out.recall > 0) out.f = 2 * out.precision * out.recall / (out.precision + out.recall);
  return out;
}

double common_ngrams(std::vector<std::uint64_t> a, std::vector<std::uint64_t> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  std::size_t i = 0, j = 0;
  double common = 0;
  while (i < a.size() && j < b.size()) {
    if (a[i] < b[j]) {
      ++i;
    } else if (b[j] < a[i]) {
      ++j;
    } else {
      ++common, ++i, ++j;
    }
  }
  return common;
}

std::vector<std::uint64_t> ngrams(const std::vector<WordId>& words, std::size_t n) {
  std::vector<std::uint64_t> out;
  for (std::size_t i = 0; i + n <= words.size(); ++i) {
    out.push_back(n == 1 ? words[i] : static_cast<std::uint64_t>(words[i]) << 32 | words[i + 1]);
  }
  return out;
}

GoogleRouge rouge_of(const std::vector<WordId>& h, const std::vector<WordId>& r, LcsLength& lcs) {
  GoogleRouge out;
  for (const std::size_t n : {std::size_t{1}, std::size_t{2}}) {
    std::vector<std::uint64_t> hn = ngrams(h, n), rn = ngrams(r, n);
    const auto hs = static_cast<double>(hn.size()), rs = static_cast<double>(rn.size());
    (n == 1 ? out.rouge1 : out.rouge2) = score(common_ngrams(std::move(hn), std::move(rn)), hs, rs);
  }
  if (!h.empty() && !r.empty()) {
    const auto common = static_cast<double>(lcs({h.data(), h.size()}, {r.data(), r.size()}));
    out.rouge_l = score(common, static_cast<double>(h.size()), static_cast<double>(r.size()));
  }
  return out;
}

std::vector<std::string> radcliq_words(std::string_view text) {
  std::string lowered = lower_text(text);
  replace_all(lowered, ".", " .");
  std::vector<std::string> words = split(lowered, ' ');
  words.erase(std::remove(words.begin(), words.end(), std::string()), words.end());
  return words;
}

}  // namespace

GoogleRouge google_rouge(std::string_view hypothesis, std::string_view reference, bool stem) {
  RougeTokenizer tokenizer(stem);
  const std::vector<WordId> h = tokenizer.tokens(hypothesis), r = tokenizer.tokens(reference);
  LcsLength lcs(tokenizer.stems().size());
  return rouge_of(h, r, lcs);
}

void add_google_rouge(const std::vector<TextPair>& pairs, bool stem, ScoreTable& table) {
  RougeTokenizer tokenizer(stem);
  std::vector<std::vector<WordId>> texts;
  for (const TextPair& pair : pairs) {
    texts.push_back(tokenizer.tokens(pair.hypothesis));
    for (const std::string_view reference : pair.references) texts.push_back(tokenizer.tokens(reference));
  }
  LcsLength lcs(tokenizer.stems().size());
  std::array<std::vector<double>, 3> values;
  for (auto& column : values) column.resize(pairs.size());
  std::size_t at = 0;
  for (std::size_t p = 0; p < pairs.size(); ++p) {
    const std::vector<WordId>& hypothesis = texts[at++];
    for (std::size_t k = 0; k < pairs[p].references.size(); ++k) {
      const GoogleRouge rouge = rouge_of(hypothesis, texts[at++], lcs);
      values[0][p] = std::max(values[0][p], rouge.rouge1.f);
      values[1][p] = std::max(values[1][p], rouge.rouge2.f);
      values[2][p] = std::max(values[2][p], rouge.rouge_l.f);
    }
  }
  const std::array<const char*, 3> names = {"ROUGE-1-google", "ROUGE-2-google", "ROUGE-L-google"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    Metric metric;
    metric.name = names[i];
    metric.variant =
        std::string("google rouge_score 0.1.2, F1") + (stem ? ", Porter stems" : ", no stemming");
    metric.preprocessing = "its own: lower case, [a-z0-9]+";
    table.add_mean(std::move(metric), values[i]);
  }
}

double fast_bleu2(std::string_view hypothesis, std::string_view reference) {
  const std::vector<std::string> h = radcliq_words(hypothesis), r = radcliq_words(reference);
  if (h.empty()) return 0;
  Vocabulary vocabulary;
  std::vector<WordId> hw, rw;
  for (const std::string& word : h) hw.push_back(vocabulary.intern(word));
  for (const std::string& word : r) rw.push_back(vocabulary.intern(word));
  double product = 1;
  for (const std::size_t n : {std::size_t{1}, std::size_t{2}}) {
    const double total = hw.size() >= n ? static_cast<double>(hw.size() - n + 1) : 0;
    const double common = common_ngrams(ngrams(hw, n), ngrams(rw, n));
    if (n == 1 && common == 0) return 0;
    product *= (common > 0 ? common : 0.1) / std::max(total, 1.0);
  }
  const double ratio = static_cast<double>(r.size()) / static_cast<double>(h.size());
  return std::sqrt(product) * (h.size() > r.size() ? 1.0 : std::exp(1 - ratio));
}

void add_fast_bleu2(const std::vector<TextPair>& pairs, ScoreTable& table) {
  std::vector<double> values;
  for (const TextPair& pair : pairs) {
    double best = 0;
    for (const std::string_view reference : pair.references)
      best = std::max(best, fast_bleu2(pair.hypothesis, reference));
    values.push_back(best);
  }
  Metric metric;
  metric.name = "BLEU-2-fastbleu";
  metric.variant = "fast-bleu sentence BLEU-2, smoothing 0.1/denominator, mean (RadCliQ's input)";
  metric.preprocessing = "its own: lower case, \".\" to \" .\", split on blanks";
  table.add_mean(std::move(metric), values);
}

Status add_google_rouge(Context& context) {
  add_google_rouge(raw_pairs(context.set), true, context.table());
  return Status::ok();
}

Status add_fast_bleu2(Context& context) {
  add_fast_bleu2(raw_pairs(context.set), context.table());
  return Status::ok();
}

}  // namespace hilum::eval
