#include "runtime/tokenizers/tokenizer.h"

#include "core/text/utf8.h"

namespace hilum::runtime {

std::string Tokenizer::decode(const std::vector<int>& ids) const {
  std::string text;
  for (const int id : ids) text.append(piece(id));
  text.erase(0, text.find_first_not_of(' '));
  return repair_utf8(text);
}

Result<std::shared_ptr<const Tokenizer>> load_tokenizer(const Bundle& bundle) {
  const Manifest& manifest = bundle.manifest();
  const auto* said = manifest.part<TokenizerSpec>();
  if (said == nullptr)
    return Status(ErrorCode::kBundleInvalid, bundle.folder() + ": the bundle has no tokenizer");
  const TokenizerSpec& spec = *said;
  HILUM_ASSIGN(const std::string bytes, bundle.read(*manifest.file_at(spec.file)));
  if (spec.type == "sentencepiece") return make_sentencepiece(bytes, spec);
  if (spec.type == "wordlevel") return make_wordlevel(bytes, spec);
  if (spec.type == "wordpiece") return make_wordpiece(bytes, spec);
  std::string merges;
  if (!spec.merges.empty()) {
    HILUM_ASSIGN(merges, bundle.read(*manifest.file_at(spec.merges)));
  }
  return make_bpe(bytes, merges, spec);
}

}  // namespace hilum::runtime
