#include "runtime/tokenizers/vocabulary.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/text/text.h"

namespace hilum::runtime {
namespace {

constexpr int kMaxTokenId = 4'000'000;

Status add_word(Vocabulary& vocabulary, const std::string& word, const Json& id) {
  if (!id.is_number_integer() || id.get<double>() < 0 || id.get<double>() > kMaxTokenId) {
    return {ErrorCode::kBundleInvalid,
            "tokenizer: the id of '" + word + "' is no number from 0 to " + std::to_string(kMaxTokenId)};
  }
  const int number = id.get<int>();
  const auto index = static_cast<std::size_t>(number);
  if (index >= vocabulary.words.size()) {
    vocabulary.words.resize(index + 1);
    vocabulary.special.resize(index + 1);
  }
  if (!vocabulary.words[index].empty() && vocabulary.words[index] != word) {
    return {ErrorCode::kBundleInvalid,
            "tokenizer: '" + word + "' and '" + vocabulary.words[index] + "' have the same id"};
  }
  vocabulary.words[index] = word;
  vocabulary.ids[word] = number;
  return Status::ok();
}

}  // namespace

Result<Vocabulary> read_vocabulary(const Json& root) {
  const Json* words = find_path(root, "model.vocab");
  if (words == nullptr) words = &root;
  if (!words->is_object() || words->empty()) {
    return Status(ErrorCode::kBundleInvalid, "tokenizer: no vocabulary {\"word\": id}");
  }
  Vocabulary vocabulary;
  for (const auto& [word, id] : words->items()) HILUM_RETURN_IF_ERROR(add_word(vocabulary, word, id));
  const Json* added = find_path(root, "added_tokens");
  if (added == nullptr || !added->is_array()) return vocabulary;
  for (const Json& token : *added) {
    HILUM_ASSIGN(const std::string content, text_at(token, "content"));
    const Json* id = find_path(token, "id");
    if (content.empty() || id == nullptr)
      return Status(ErrorCode::kBundleInvalid, "tokenizer: an added token without content or id");
    HILUM_RETURN_IF_ERROR(add_word(vocabulary, content, *id));
    const Json* special = find_path(token, "special");
    vocabulary.special[static_cast<std::size_t>(vocabulary.ids[content])] =
        special != nullptr && special->is_boolean() && special->get<bool>();
    vocabulary.added.push_back(content);
  }
  return vocabulary;
}

Result<Vocabulary> read_vocabulary_lines(std::string_view text) {
  Vocabulary vocabulary;
  std::vector<std::string> lines = split(text, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  for (std::size_t id = 0; id < lines.size(); ++id) {
    std::string& word = lines[id];
    if (!word.empty() && word.back() == '\r') word.pop_back();
    if (word.empty() || !vocabulary.ids.emplace(word, static_cast<int>(id)).second) {
      return Status(ErrorCode::kBundleInvalid, "tokenizer: line " + std::to_string(id + 1) +
                                                   (word.empty() ? " is empty" : " is there twice"));
    }
  }
  vocabulary.words = std::move(lines);
  vocabulary.special.resize(vocabulary.words.size());
  for (const char* name : {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}) {
    const auto found = vocabulary.ids.find(name);
    if (found == vocabulary.ids.end()) continue;
    vocabulary.special[static_cast<std::size_t>(found->second)] = true;
    vocabulary.added.emplace_back(name);
  }
  return vocabulary;
}

// At each place the added token that begins first, the longest where two begin ("[SEP]").
Result<Encoded> VocabularyTokenizer::encode(std::string_view text) const {
  Encoded encoded;
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t stop = text.size();
    const std::string* next = nullptr;
    for (const std::string& added : vocabulary_.added) {
      const std::size_t found = text.find(added, at);
      if (found < stop ||
          (found == stop && next != nullptr && found < text.size() && added.size() > next->size())) {
        stop = found;
        next = &added;
      }
    }
    encode_plain(text.substr(at, stop - at), encoded);
    at = stop;
    if (next != nullptr) {
      encoded.ids.push_back(vocabulary_.ids.at(*next));
      at += next->size();
    }
  }
  return encoded;
}

bool VocabularyTokenizer::is_silent(std::size_t id) const {
  return vocabulary_.special[id] ||
         std::find(silent_.begin(), silent_.end(), static_cast<int>(id)) != silent_.end();
}

void VocabularyTokenizer::add_word(const std::string& word, Encoded& encoded) const {
  const auto found = vocabulary_.ids.find(word);
  if (found != vocabulary_.ids.end()) {
    encoded.ids.push_back(found->second);
    return;
  }
  ++encoded.unknown_words;
  if (unk_ >= 0) encoded.ids.push_back(unk_);
}

}  // namespace hilum::runtime
