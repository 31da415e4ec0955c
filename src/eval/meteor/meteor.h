// METEOR 1.5 for English (Denkowski and Lavie 2014), options "-l en -norm": exact, stem and WordNet synonym
// matches, and paraphrases where a table is given. Scores are named METEOR-1.5 or METEOR-1.5-noparaphrase,
// since NLTK's METEOR differs by up to .25 on the same texts. WordNet 3.0 is read from Debian's wordnet-base.
// Not thread-safe: words met are remembered.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hilum/metrics.h"
#include "hilum/status.h"

#include "eval/input/context.h"
#include "eval/words/text_metrics.h"

namespace hilum::eval {

// In the order METEOR prints them: lengths (hypothesis, reference), function words, four counts for each of
// four matchers (content hypothesis, content reference, function hypothesis, function reference), chunks,
// matched words.
inline constexpr std::size_t kMeteorWidth = 23;
using MeteorStatistics = std::array<double, kMeteorWidth>;

// The score of statistics, of one pair or summed.
double meteor_from_sums(const double* sums);

class Meteor {
 public:
  // `wordnet` is the folder with index.noun and so on; kFileNotFound names the package to install.
  static Result<Meteor> create(const std::string& wordnet = "/usr/share/wordnet");
  Meteor(Meteor&&) noexcept;
  ~Meteor();

  // Reads METEOR's own table (data/paraphrase-en.gz, packed or not); only pairs made of the words of these
  // texts are kept, so other texts are not to be scored afterwards. kFileNotFound, kFileInvalid or
  // kFileUnreadable.
  Status load_paraphrases(const std::string& path, const std::vector<TextPair>& pairs);
  std::string paraphrases() const;  // file name, number of pairs and hash of the table; "" without

  // Of the reference that scores best.
  MeteorStatistics statistics(std::string_view hypothesis, const std::vector<std::string_view>& references);

 private:
  struct State;
  explicit Meteor(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Adds METEOR over texts already prepared.
void add_meteor(Meteor& meteor, const std::vector<TextPair>& pairs, std::string_view preparation,
                ScoreTable& table);
Status add_meteor(Context& context);

}  // namespace hilum::eval
