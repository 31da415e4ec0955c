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

class WordLevelTokenizer : public Tokenizer {
 public:
  WordLevelTokenizer(Vocabulary vocabulary, const TokenizerSpec& spec, bool lower)
      : vocabulary_(std::move(vocabulary)), unk_(spec.unk), lower_(lower || spec.lower) {
    for (std::size_t id = 0; id < vocabulary_.words.size(); ++id) {
      const int number = static_cast<int>(id);
      const bool silent = vocabulary_.special[id] || number == spec.pad || number == spec.bos ||
                          number == spec.eos || number == spec.unk || vocabulary_.words[id].empty();
      pieces_.push_back(silent ? "" : " " + vocabulary_.words[id]);
    }
  }

  Result<Encoded> encode(std::string_view text) const override {
    Encoded encoded;
    const std::string lowered = lower_ ? to_lower_utf8(text) : std::string(text);
    std::size_t at = 0;
    for (std::string_view word = next_word(lowered, at); !word.empty(); word = next_word(lowered, at)) {
      const auto found = vocabulary_.ids.find(std::string(word));
      if (found != vocabulary_.ids.end()) {
        encoded.ids.push_back(found->second);
        continue;
      }
      ++encoded.unknown_words;
      if (unk_ >= 0) encoded.ids.push_back(unk_);
    }
    return encoded;
  }

 private:
  Vocabulary vocabulary_;
  int unk_;
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
