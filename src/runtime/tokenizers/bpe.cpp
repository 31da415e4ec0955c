// Byte-level byte-pair encoding, as GPT-2's: the text is split by the pattern
//   's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
// each byte of a part becomes a printable character, and pairs are merged in the order of the merge list.
#include <algorithm>
#include <array>
#include <limits>

#include <nlohmann/json.hpp>

#include "core/text/text.h"
#include "runtime/tokenizers/tokenizer.h"
#include "runtime/tokenizers/unicode.h"
#include "runtime/tokenizers/vocabulary.h"

namespace hilum::runtime {
namespace {

// GPT-2's printable stand-ins: bytes that print stay, the others become U+0100 and up, in order.
struct ByteAlphabet {
  std::array<std::string, 256> symbol;
  std::unordered_map<char32_t, unsigned char> byte;
  ByteAlphabet() {
    char32_t next = 256;
    for (unsigned int b = 0; b < 256; ++b) {
      const bool prints = (b >= 0x21 && b <= 0x7E) || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
      const char32_t c = prints ? b : next++;
      append_utf8(symbol[b], c);
      byte[c] = static_cast<unsigned char>(b);
    }
  }
};

const ByteAlphabet& alphabet() {
  static const ByteAlphabet instance;
  return instance;
}

enum class Kind { kLetter, kNumber, kOther, kSpace };

Kind kind_of(char32_t c) {
  return is_space(c)    ? Kind::kSpace
         : is_letter(c) ? Kind::kLetter
         : is_number(c) ? Kind::kNumber
                        : Kind::kOther;
}

std::size_t contraction_at(std::string_view rest) {
  for (const std::string_view ending : {"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"}) {
    if (starts_with(rest, ending)) return ending.size();
  }
  return 0;
}

// Length of the part that begins at `at` (not at the end of the text).
std::size_t part_length(std::string_view text, std::size_t at) {
  if (const std::size_t length = contraction_at(text.substr(at)); length > 0) return length;
  std::size_t behind = at;
  char32_t c = next_code_point(text, behind);
  if (kind_of(c) == Kind::kSpace) {
    if (c == ' ' && behind < text.size()) {
      std::size_t ignored = behind;
      if (kind_of(next_code_point(text, ignored)) != Kind::kSpace) {
        c = next_code_point(text, behind);  // one blank goes with the run behind it
      }
    }
    if (kind_of(c) == Kind::kSpace) {
      // White space: all of it at the end of the text, else all but the last character, which belongs to what
      // follows.
      std::size_t last = at;
      behind = at;
      while (behind < text.size()) {
        std::size_t after = behind;
        if (kind_of(next_code_point(text, after)) != Kind::kSpace) break;
        last = behind;
        behind = after;
      }
      return behind < text.size() && last > at ? last - at : behind - at;
    }
  }
  const Kind kind = kind_of(c);
  while (behind < text.size()) {
    std::size_t after = behind;
    if (kind_of(next_code_point(text, after)) != kind) break;
    behind = after;
  }
  return behind - at;
}

class BpeTokenizer : public VocabularyTokenizer {
 public:
  BpeTokenizer(Vocabulary vocabulary, std::unordered_map<std::string, int> ranks, const TokenizerSpec& spec,
               bool add_blank)
      : VocabularyTokenizer(std::move(vocabulary), spec.unk, {spec.pad, spec.bos, spec.eos, spec.impression}),
        ranks_(std::move(ranks)),
        lower_(spec.lower),
        add_blank_(add_blank) {
    for (std::size_t id = 0; id < vocabulary_.words.size(); ++id) {
      const std::string& word = vocabulary_.words[id];
      const bool added =
          std::find(vocabulary_.added.begin(), vocabulary_.added.end(), word) != vocabulary_.added.end();
      pieces_.push_back(is_silent(id) ? "" : added ? word : bytes_of(word));
    }
  }

  Result<Encoded> encode(std::string_view given) const override {
    return VocabularyTokenizer::encode(lower_ ? to_lower_utf8(given) : std::string(given));
  }

 private:
  static std::string bytes_of(const std::string& word) {
    std::string bytes;
    for (std::size_t at = 0; at < word.size();) {
      const auto found = alphabet().byte.find(next_code_point(word, at));
      if (found != alphabet().byte.end()) bytes.push_back(static_cast<char>(found->second));
    }
    return bytes;
  }

  void encode_plain(std::string_view plain, Encoded& encoded) const override {
    std::string padded;
    if (add_blank_ && !plain.empty() && plain.front() != ' ') {
      padded = " " + std::string(plain);
      plain = padded;
    }
    for (std::size_t at = 0; at < plain.size();) {
      const std::size_t length = part_length(plain, at);
      encode_part(plain.substr(at, length), encoded);
      at += length;
    }
  }

  void encode_part(std::string_view part, Encoded& encoded) const {
    std::vector<std::string> symbols;
    for (const char c : part) symbols.push_back(alphabet().symbol[static_cast<unsigned char>(c)]);
    for (;;) {
      int best = std::numeric_limits<int>::max();
      std::size_t where = 0;
      for (std::size_t i = 0; i + 1 < symbols.size(); ++i) {
        const auto found = ranks_.find(symbols[i] + " " + symbols[i + 1]);
        if (found != ranks_.end() && found->second < best) {
          best = found->second;
          where = i;
        }
      }
      if (best == std::numeric_limits<int>::max()) break;
      // Every occurrence of the pair, from the left, as GPT-2 does.
      const std::string left = symbols[where];
      const std::string right = symbols[where + 1];
      std::vector<std::string> merged;
      for (std::size_t i = 0; i < symbols.size(); ++i) {
        if (i + 1 < symbols.size() && symbols[i] == left && symbols[i + 1] == right) {
          merged.push_back(left + right);
          ++i;
        } else {
          merged.push_back(std::move(symbols[i]));
        }
      }
      symbols = std::move(merged);
    }
    for (const std::string& symbol : symbols) add_word(symbol, encoded);
  }

  std::unordered_map<std::string, int> ranks_;
  bool lower_;
  bool add_blank_;
};

Result<std::unordered_map<std::string, int>> read_merges(const Json& root, std::string_view text) {
  std::unordered_map<std::string, int> ranks;
  const auto add = [&](const std::string& pair) { ranks.emplace(pair, static_cast<int>(ranks.size())); };
  if (!text.empty()) {
    for (const std::string& line : split(text, '\n')) {
      const std::string_view pair = trim(line);
      if (!pair.empty() && !starts_with(pair, "#version")) add(std::string(pair));
    }
    return ranks;
  }
  const Json* merges = find_path(root, "model.merges");
  if (merges == nullptr || !merges->is_array())
    return Status(ErrorCode::kBundleInvalid, "tokenizer: no list of merges");
  for (const Json& item : *merges) {
    if (item.is_string()) {
      add(item.get<std::string>());
    } else if (item.is_array() && item.size() == 2 && item[0].is_string() && item[1].is_string()) {
      add(item[0].get<std::string>() + " " + item[1].get<std::string>());
    } else {
      return Status(ErrorCode::kBundleInvalid, "tokenizer: a merge that is no pair");
    }
  }
  return ranks;
}

}  // namespace

Result<std::shared_ptr<const Tokenizer>> make_bpe(std::string_view json, std::string_view merges,
                                                  const TokenizerSpec& spec) {
  auto root = parse_json(json);
  if (!root) return Status(ErrorCode::kBundleInvalid, "tokenizer: " + root.status().message());
  HILUM_ASSIGN(Vocabulary vocabulary, read_vocabulary(*root));
  HILUM_ASSIGN(auto ranks, read_merges(*root, merges));
  const Json* blank = find_path(*root, "pre_tokenizer.add_prefix_space");
  const bool add_blank = blank != nullptr && blank->is_boolean() && blank->get<bool>();
  return std::shared_ptr<const Tokenizer>(
      std::make_shared<BpeTokenizer>(std::move(vocabulary), std::move(ranks), spec, add_blank));
}

}  // namespace hilum::runtime
