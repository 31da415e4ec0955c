#include <algorithm>

#include <nlohmann/json.hpp>

#include "runtime/tokenizers/tokenizer.h"
#include "runtime/tokenizers/unicode.h"
#include "runtime/tokenizers/vocabulary.h"

namespace hilum::runtime {
namespace {

// The next word: a run of word characters or a run of other characters that are no white space. "" at the
// end.
std::string_view next_word(std::string_view text, std::size_t& at) {
  std::size_t begin = at;
  while (at < text.size()) {
    begin = at;
    if (!is_space(next_code_point(text, at))) break;
    begin = at;
  }
  if (begin >= text.size()) return {};
  at = begin;
  const bool word = is_word(next_code_point(text, at));
  while (at < text.size()) {
    std::size_t behind = at;
    const char32_t c = next_code_point(text, behind);
    if (is_space(c) || is_word(c) != word) break;
    at = behind;
  }
  return text.substr(begin, at - begin);
}

class WordLevelTokenizer : public VocabularyTokenizer {
 public:
  WordLevelTokenizer(Vocabulary vocabulary, const TokenizerSpec& spec, bool lower)
      : VocabularyTokenizer(std::move(vocabulary), spec.unk, {spec.pad, spec.bos, spec.eos, spec.unk}),
        lower_(lower || spec.lower) {
    for (std::size_t id = 0; id < vocabulary_.words.size(); ++id) {
      const std::string& word = vocabulary_.words[id];
      pieces_.push_back(is_silent(id) || word.empty() ? "" : " " + word);
    }
  }

  // Added tokens are not looked for in a text.
  Result<Encoded> encode(std::string_view text) const override {
    Encoded encoded;
    encode_plain(text, encoded);
    return encoded;
  }

 private:
  void encode_plain(std::string_view text, Encoded& encoded) const override {
    const std::string lowered = lower_ ? to_lower_utf8(text) : std::string(text);
    std::size_t at = 0;
    for (std::string_view word = next_word(lowered, at); !word.empty(); word = next_word(lowered, at)) {
      add_word(std::string(word), encoded);
    }
  }

  bool lower_;
};

}  // namespace

Result<std::shared_ptr<const Tokenizer>> make_wordlevel(std::string_view json, const TokenizerSpec& spec) {
  auto root = parse_json(json);
  if (!root) return Status(ErrorCode::kBundleInvalid, "tokenizer: " + root.status().message());
  HILUM_ASSIGN(Vocabulary vocabulary, read_vocabulary(*root));
  const Json* normalizer = find_path(*root, "normalizer.type");
  const bool lower = normalizer != nullptr && *normalizer == "Lowercase";
  return std::shared_ptr<const Tokenizer>(
      std::make_shared<WordLevelTokenizer>(std::move(vocabulary), spec, lower));
}

}  // namespace hilum::runtime
