// The part of hilum/model.h that is the same for every model: texts as ids.
#include <algorithm>

#include "hilum/model.h"

#include "core/text/text.h"
#include "runtime/roles/report_roles.h"
#include "runtime/tokenizers/tokenizer.h"

namespace hilum {
namespace {

using runtime::Encoded;
using runtime::TextInputSpec;
using runtime::Tokenizer;

constexpr std::size_t kMaxTextBytes = 1u << 16;  // an indication has a few hundred

// Prefix, the ids of the parts with the separator between them, cut to what is allowed, suffix.
Result<std::vector<std::int64_t>> encode_parts(const Tokenizer& tokenizer, const TextInputSpec& spec,
                                               const std::vector<std::string>& parts,
                                               std::size_t& unknown_words, bool& cut) {
  const std::size_t room =
      static_cast<std::size_t>(spec.max_tokens) - spec.prefix.size() - spec.suffix.size();
  std::vector<std::int64_t> words;
  for (std::size_t i = 0; i < parts.size() && words.size() <= room; ++i) {
    const std::string& part = parts[i];
    // The tokenizer need not see what is cut off anyway; a blank is a safe place to cut.
    const std::size_t stop = part.size() <= kMaxTextBytes ? part.size() : part.rfind(' ', kMaxTextBytes);
    HILUM_ASSIGN(const Encoded encoded,
                 tokenizer.encode(part.substr(0, stop == std::string::npos ? 0 : stop)));
    unknown_words += encoded.unknown_words;
    cut = cut || stop != part.size();
    if (i > 0) words.insert(words.end(), spec.separator.begin(), spec.separator.end());
    words.insert(words.end(), encoded.ids.begin(), encoded.ids.end());
  }
  cut = cut || words.size() > room;
  words.resize(std::min(room, words.size()));
  std::vector<std::int64_t> ids(spec.prefix.begin(), spec.prefix.end());
  ids.insert(ids.end(), words.begin(), words.end());
  ids.insert(ids.end(), spec.suffix.begin(), spec.suffix.end());
  return ids;
}

}  // namespace

bool Model::takes(const std::string& name) const {
  const auto& inputs = runtime::conditioner_of(manifest()).inputs;
  return std::find(inputs.begin(), inputs.end(), name) != inputs.end();
}

double Hypothesis::logprob() const {
  double sum = 0.0;
  for (const float value : logprobs) sum += static_cast<double>(value);
  return sum;
}

Result<std::vector<std::int64_t>> Model::encode_text(const std::string& name, const std::string& text,
                                                     std::size_t& unknown_words, bool& cut) const {
  const std::string words = collapse_spaces(text);
  if (words.empty() || tokenizer() == nullptr) return std::vector<std::int64_t>();
  return encode_parts(*tokenizer(), runtime::conditioner_of(manifest()).text(name), {words}, unknown_words,
                      cut);
}

Result<std::vector<std::int64_t>> Model::encode_facts(const std::string& name,
                                                      const std::vector<std::string>& facts,
                                                      std::size_t& unknown_words, bool& cut) const {
  if (tokenizer() == nullptr) return std::vector<std::int64_t>();
  const TextInputSpec& spec = runtime::conditioner_of(manifest()).text(name);
  std::vector<std::string> parts;
  for (const std::string& fact : facts) parts.push_back(collapse_spaces(fact));
  if (spec.separator.empty() && !parts.empty()) parts = {join(parts, " . ")};
  return encode_parts(*tokenizer(), spec, parts, unknown_words, cut);
}

}  // namespace hilum
