#include "eval/meteor/wordnet.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/files/file.h"
#include "core/text/text.h"

namespace hilum::eval {
namespace {

constexpr std::size_t kMaxBytes = 64u << 20;

template <typename F>
void for_each_line(std::string_view text, F&& line) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    line(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
}

Result<std::string> read_part(const std::string& folder, const std::string& name) {
  auto text = read_file(folder + "/" + name, kMaxBytes);
  if (text.is_ok()) return text;
  return Status(text.status().code(),
                text.status().message() + "; METEOR's synonyms need Debian's package wordnet-base");
}

}  // namespace

Result<WordNet> WordNet::load(const std::string& folder) {
  WordNet out;
  for (const char* part : {"noun", "verb", "adj", "adv"}) {
    HILUM_ASSIGN(const std::string index, read_part(folder, std::string("index.") + part));
    for_each_line(index, [&out](std::string_view line) {
      if (line.empty() || line.front() == ' ') return;  // the licence
      const std::string_view lemma = line.substr(0, line.find(' '));
      if (contains(lemma, "_")) return;  // of several words: never equal to one word
      std::vector<std::uint32_t>& sets = out.synsets_[std::string(lemma)];
      // Offsets are the line's last fields, the only ones of eight digits.
      for (std::size_t at = line.find(' '); at != std::string_view::npos; at = line.find(' ', at + 1)) {
        const std::string_view field = line.substr(at + 1, line.find(' ', at + 1) - at - 1);
        std::uint32_t offset = 0;
        if (field.size() == 8 &&
            std::from_chars(field.data(), field.data() + 8, offset).ptr == field.data() + 8)
          sets.push_back(offset);
      }
    });
    HILUM_ASSIGN(const std::string exceptions, read_part(folder, std::string(part) + ".exc"));
    for_each_line(exceptions, [&out](std::string_view line) {
      const std::vector<std::string> words = split_words(line);
      for (std::size_t i = 1; i < words.size(); ++i) out.irregular_[words[0]].push_back(words[i]);
    });
  }
  return out;
}

std::string WordNet::base_form(const std::string& word) const {
  struct Ending {
    std::string_view suffix, replacement;
  };
  static constexpr std::array<Ending, 20> kEndings = {
      {{"s", ""},    {"ses", "s"}, {"xes", "x"}, {"zes", "z"}, {"ches", "ch"}, {"shes", "sh"}, {"men", "man"},
       {"ies", "y"}, {"s", ""},    {"ies", "y"}, {"es", "e"},  {"es", ""},     {"ed", "e"},    {"ed", ""},
       {"ing", "e"}, {"ing", ""},  {"er", ""},   {"est", ""},  {"er", "e"},    {"est", "e"}}};
  if (ends_with(word, "ss") || word.size() <= 2) return word;
  for (const Ending& ending : kEndings) {
    if (!ends_with(word, ending.suffix)) continue;
    std::string base = word.substr(0, word.size() - ending.suffix.size()) + std::string(ending.replacement);
    if (synsets_.count(base) > 0) return base;
  }
  return "";
}

std::vector<std::uint32_t> WordNet::synsets(const std::string& word) const {
  std::vector<std::uint32_t> out;
  const auto add = [&](const std::string& form) {
    const auto found = synsets_.find(form);
    if (found != synsets_.end()) out.insert(out.end(), found->second.begin(), found->second.end());
  };
  add(word);
  const auto irregular = irregular_.find(word);
  if (irregular != irregular_.end()) {
    for (const std::string& base : irregular->second) add(base);
  } else {
    add(base_form(word));
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace hilum::eval
