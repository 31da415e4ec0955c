// A tokenizer over a fixed list of pieces, for tests.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/text/text.h"
#include "runtime/tokenizers/tokenizer.h"

namespace hilum::runtime {

class PieceTokenizer : public Tokenizer {
 public:
  explicit PieceTokenizer(std::vector<std::string> pieces) { pieces_ = std::move(pieces); }
  // The longest piece that fits, from the left.
  Result<Encoded> encode(std::string_view text) const override {
    Encoded encoded;
    std::string rest = " " + std::string(text);
    while (!rest.empty()) {
      int best = -1;
      for (int id = 0; id < size(); ++id) {
        const std::string& piece = pieces_[static_cast<std::size_t>(id)];
        if (!piece.empty() && starts_with(rest, piece) &&
            (best < 0 || piece.size() > pieces_[static_cast<std::size_t>(best)].size()))
          best = id;
      }
      if (best < 0) {
        ++encoded.unknown_words;
        rest.erase(0, 1);
        continue;
      }
      encoded.ids.push_back(best);
      rest.erase(0, pieces_[static_cast<std::size_t>(best)].size());
    }
    return encoded;
  }
};

}  // namespace hilum::runtime
