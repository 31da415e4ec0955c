// BERT's tokenizer (Devlin et al. 2019), as the `tokenizers` package computes it.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/text/text.h"
#include "runtime/tokenizers/tokenizer.h"
#include "runtime/tokenizers/unicode.h"
#include "runtime/tokenizers/vocabulary.h"

namespace hilum::runtime {
namespace {

struct Rules {
  bool lower = false;
  bool strip_marks = false;
  bool clean = true;  // drop control characters
  bool split_ideographs = true;
  std::string prefix = "##";       // of pieces that continue a word
  std::size_t longest_word = 100;  // characters; a longer word is unknown
};

bool is_ideograph(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x20000 && c <= 0x2A6DF) ||
         (c >= 0x2A700 && c <= 0x2B73F) || (c >= 0x2B740 && c <= 0x2B81F) || (c >= 0x2B920 && c <= 0x2CEAF) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x2F800 && c <= 0x2FA1F);
}

class WordPieceTokenizer : public VocabularyTokenizer {
 public:
  WordPieceTokenizer(Vocabulary vocabulary, Rules rules, int unk, const TokenizerSpec& spec)
      : VocabularyTokenizer(std::move(vocabulary), unk, {unk, spec.pad, spec.bos, spec.eos}),
        rules_(std::move(rules)) {
    for (std::size_t id = 0; id < vocabulary_.words.size(); ++id) {
      const std::string& word = vocabulary_.words[id];
      longest_piece_ = std::max(longest_piece_, word.size());
      pieces_.push_back(is_silent(id) || word.empty()      ? std::string()
                        : starts_with(word, rules_.prefix) ? word.substr(rules_.prefix.size())
                                                           : " " + word);
    }
  }

 private:
  std::string normalised(std::string_view text) const {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
      const char32_t c = next_code_point(text, at);
      if (rules_.clean && (c == 0 || c == 0xFFFD || is_control(c))) continue;
      if (rules_.split_ideographs && is_ideograph(c)) {
        out += ' ';
        append_utf8(out, c);
        out += ' ';
      } else {
        append_utf8(out, c);
      }
    }
    if (rules_.strip_marks) out = strip_marks_utf8(out);
    return rules_.lower ? to_lower_utf8(out) : out;
  }

  void encode_plain(std::string_view plain, Encoded& encoded) const override {
    const std::string text = normalised(plain);
    std::size_t begin = 0;
    const auto finish = [&](std::size_t end) {
      if (end > begin) encode_word(std::string_view(text).substr(begin, end - begin), encoded);
    };
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t start = at;
      const char32_t c = next_code_point(text, at);
      const bool mark = is_punctuation(c);
      if (!mark && !is_space(c)) continue;
      finish(start);
      begin = mark ? start : at;
      if (mark) finish(at);
      begin = at;
    }
    finish(text.size());
  }

  void encode_word(std::string_view word, Encoded& encoded) const {
    const std::size_t before = encoded.ids.size();
    const auto is_start = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
    bool known =
        static_cast<std::size_t>(std::count_if(word.begin(), word.end(), is_start)) <= rules_.longest_word;
    for (std::size_t at = 0; known && at < word.size();) {
      std::string piece = at == 0 ? std::string() : rules_.prefix;
      const std::size_t front = piece.size();
      piece.append(word.substr(at, longest_piece_));
      auto found = vocabulary_.ids.end();
      for (; piece.size() > front; piece.pop_back()) {
        found = vocabulary_.ids.find(piece);
        if (found != vocabulary_.ids.end()) break;
      }
      known = found != vocabulary_.ids.end();
      if (!known) break;
      encoded.ids.push_back(found->second);
      at += piece.size() - front;
    }
    if (known) return;
    encoded.ids.resize(before);
    encoded.ids.push_back(unk_);
    ++encoded.unknown_words;
  }

  Rules rules_;
  std::size_t longest_piece_ = 0;
};

Status set_bool(const Json& object, const char* key, bool& out) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return Status::ok();
  if (!found->is_boolean())
    return {ErrorCode::kBundleInvalid,
            std::string("tokenizer: normalizer.") + key + " is neither true nor false"};
  out = found->get<bool>();
  return Status::ok();
}

// What a tokenizer.json says about itself.
Status read_rules(const Json& root, Rules& rules, std::string& unk_word) {
  const Json* type = find_path(root, "model.type");
  if (type != nullptr && *type != "WordPiece")
    return {ErrorCode::kBundleInvalid, "tokenizer: model.type is not 'WordPiece'"};
  HILUM_ASSIGN(const std::string prefix, text_at(root, "model.continuing_subword_prefix"));
  if (!prefix.empty()) rules.prefix = prefix;
  HILUM_ASSIGN(const std::string unk, text_at(root, "model.unk_token"));
  if (!unk.empty()) unk_word = unk;
  const Json* longest = find_path(root, "model.max_input_chars_per_word");
  if (longest != nullptr && longest->is_number_unsigned()) rules.longest_word = longest->get<std::size_t>();
  const Json* normalizer = find_path(root, "normalizer");
  if (normalizer == nullptr || !normalizer->is_object()) return Status::ok();
  HILUM_RETURN_IF_ERROR(set_bool(*normalizer, "lowercase", rules.lower));
  rules.strip_marks = rules.lower;
  HILUM_RETURN_IF_ERROR(set_bool(*normalizer, "strip_accents", rules.strip_marks));
  HILUM_RETURN_IF_ERROR(set_bool(*normalizer, "clean_text", rules.clean));
  return set_bool(*normalizer, "handle_chinese_chars", rules.split_ideographs);
}

}  // namespace

Result<std::shared_ptr<const Tokenizer>> make_wordpiece(std::string_view text, const TokenizerSpec& spec) {
  Rules rules;
  rules.lower = rules.strip_marks = spec.lower;
  std::string unk_word = "[UNK]";
  Vocabulary vocabulary;
  if (ends_with(spec.file, ".json")) {
    auto root = parse_json(text);
    if (!root) return Status(ErrorCode::kBundleInvalid, "tokenizer: " + root.status().message());
    HILUM_ASSIGN(vocabulary, read_vocabulary(*root));
    HILUM_RETURN_IF_ERROR(read_rules(*root, rules, unk_word));
  } else {
    HILUM_ASSIGN(vocabulary, read_vocabulary_lines(text));
  }
  int unk = spec.unk;
  if (const auto found = vocabulary.ids.find(unk_word); unk < 0 && found != vocabulary.ids.end())
    unk = found->second;
  if (unk < 0) return Status(ErrorCode::kBundleInvalid, "tokenizer: no '" + unk_word + "' in the vocabulary");
  return std::shared_ptr<const Tokenizer>(
      std::make_shared<WordPieceTokenizer>(std::move(vocabulary), std::move(rules), unk, spec));
}

}  // namespace hilum::runtime
