#include "runtime/decoding/report.h"

#include <algorithm>
#include <map>

#include "core/text/text.h"
#include "core/text/utf8.h"

namespace hilum::runtime {
namespace {

struct Section {
  std::string name;
  std::string text;
  std::vector<std::size_t> token_of_byte;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

// Whether a sentence ends with the mark at `at`.
bool ends_sentence(const std::string& text, std::size_t at) {
  if (text[at] != '.' && text[at] != '!' && text[at] != '?') return false;
  if (at + 1 < text.size() && !is_blank(text[at + 1])) return false;
  const auto before = text.find_last_not_of(" \n\t\r", at == 0 ? 0 : at - 1);
  const auto behind = text.find_first_not_of(" \n\t\r", at + 1);
  // "1 . 2 cm", as word-level tokenizers write it. "level 11. 2 nodules" is rarer.
  return !(at > 0 && is_blank(text[at - 1]) && before != std::string::npos && behind != std::string::npos &&
           is_digit(text[before]) && is_digit(text[behind]));
}

void add_attention(std::vector<float>& sum, const std::vector<float>& map) {
  sum.resize(map.size(), 0.0F);
  for (std::size_t i = 0; i < map.size(); ++i) sum[i] += map[i];
}

void add_sentences(const Section& section, const Hypothesis& hypothesis, std::vector<Sentence>& sentences) {
  const std::string& text = section.text;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = begin;
    while (end < text.size() && !ends_sentence(text, end)) ++end;
    end = std::min(end + 1, text.size());
    Sentence sentence;
    sentence.section = section.name;
    sentence.text = repair_utf8(trim(std::string_view(text).substr(begin, end - begin)));
    // A token belongs to the sentence in which its first byte that is no blank stands.
    std::size_t counted = hypothesis.tokens.size();
    std::size_t count = 0;
    for (std::size_t at = begin; at < end; ++at) {
      const std::size_t token = section.token_of_byte[at];
      if (is_blank(text[at]) || token == counted) continue;
      counted = token;
      if (at > 0 && section.token_of_byte[at - 1] == token && !is_blank(text[at - 1]))
        continue;  // began before
      ++count;
      sentence.logprob += static_cast<double>(hypothesis.logprobs[token]);
      if (token < hypothesis.attention.size())
        add_attention(sentence.attention, *hypothesis.attention[token]);
    }
    for (float& value : sentence.attention) value /= static_cast<float>(std::max<std::size_t>(1, count));
    if (!sentence.text.empty()) sentences.push_back(std::move(sentence));
    begin = end;
  }
}

void raise_first_letter(std::string& piece) {
  for (char& c : piece) {
    if (is_blank(c)) continue;
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return;
  }
}

std::string normal_form(const std::string& text) {
  std::string plain = to_lower(collapse_spaces(text));
  replace_all(plain, " .", ".");
  return plain;
}

double word_f1(const std::string& a, const std::string& b) {
  std::map<std::string, long> counts;
  const auto words_a = split_words(to_lower(a));
  const auto words_b = split_words(to_lower(b));
  if (words_a.empty() && words_b.empty()) return 1.0;
  for (const std::string& word : words_a) ++counts[word];
  long common = 0;
  for (const std::string& word : words_b) {
    if (counts[word]-- > 0) ++common;
  }
  return 2.0 * static_cast<double>(common) / static_cast<double>(words_a.size() + words_b.size());
}

}  // namespace

GeneratedReport make_report(const Hypothesis& hypothesis, const Tokenizer& tokenizer,
                            const TokenizerSpec& spec) {
  Section findings{"findings", {}, {}};
  Section impression{"impression", {}, {}};
  Section* section = &findings;
  for (std::size_t i = 0; i < hypothesis.tokens.size(); ++i) {
    if (spec.impression >= 0 && hypothesis.tokens[i] == spec.impression && section == &findings) {
      section = &impression;
      continue;
    }
    std::string piece(tokenizer.piece(hypothesis.tokens[i]));
    if (std::find(hypothesis.capitals.begin(), hypothesis.capitals.end(), i) != hypothesis.capitals.end())
      raise_first_letter(piece);
    section->text.append(piece);
    section->token_of_byte.insert(section->token_of_byte.end(), piece.size(), i);
  }
  GeneratedReport report;
  add_sentences(findings, hypothesis, report.sentences);
  add_sentences(impression, hypothesis, report.sentences);
  report.findings = repair_utf8(trim(findings.text));
  report.impression = repair_utf8(trim(impression.text));
  report.logprob = hypothesis.logprob();
  report.ended = hypothesis.ended;
  return report;
}

double agreement(const std::vector<std::string>& texts) {
  double sum = 0.0;
  std::size_t pairs = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    for (std::size_t j = i + 1; j < texts.size(); ++j) {
      sum += word_f1(texts[i], texts[j]);
      ++pairs;
    }
  }
  return pairs == 0 ? 1.0 : sum / static_cast<double>(pairs);
}

double support(const std::string& sentence, const std::vector<std::vector<Sentence>>& texts) {
  if (texts.empty()) return 0.0;
  const std::string wanted = normal_form(sentence);
  const auto holds = [&](const std::vector<Sentence>& text) {
    return std::any_of(text.begin(), text.end(),
                       [&](const Sentence& s) { return normal_form(s.text) == wanted; });
  };
  return static_cast<double>(std::count_if(texts.begin(), texts.end(), holds)) /
         static_cast<double>(texts.size());
}

}  // namespace hilum::runtime
