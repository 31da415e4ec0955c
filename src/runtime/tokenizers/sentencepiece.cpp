#include <array>

#include "core/system/module.h"
#include "core/text/text.h"
#include "modules/sentencepiece/abi.h"
#include "runtime/tokenizers/tokenizer.h"
#include "runtime/tokenizers/unicode.h"

namespace hilum::runtime {
namespace {

class SentencePieceTokenizer : public Tokenizer {
 public:
  SentencePieceTokenizer(const HilumSentencePieceTable& table, HilumSentencePiece* processor,
                         const TokenizerSpec& spec)
      : table_(table), processor_(processor), unk_(spec.unk), lower_(spec.lower) {
    const std::int32_t count = table_.size(processor_);
    for (std::int32_t id = 0; id < count; ++id) {
      std::string text;
      const int byte = table_.byte_of(processor_, id);
      if (byte >= 0) {
        text.push_back(static_cast<char>(byte));
      } else if (table_.is_special(processor_, id) == 0 && id != spec.impression) {
        std::size_t length = 0;
        const char* stored = table_.piece(processor_, id, &length);
        text.assign(stored, length);
        replace_all(text, "\xE2\x96\x81", " ");
      }
      pieces_.push_back(std::move(text));
    }
  }
  ~SentencePieceTokenizer() override { table_.free(processor_); }
  SentencePieceTokenizer(const SentencePieceTokenizer&) = delete;
  SentencePieceTokenizer& operator=(const SentencePieceTokenizer&) = delete;

  Result<Encoded> encode(std::string_view text) const override {
    const std::string input = lower_ ? to_lower_utf8(text) : std::string(text);
    std::vector<std::int32_t> ids(input.size() + 16);
    std::size_t count = 0;
    std::array<char, 512> reason{};
    for (int attempt = 0; attempt < 2; ++attempt) {
      if (table_.encode(processor_, input.data(), input.size(), ids.data(), ids.size(), &count,
                        {reason.data(), reason.size()}) != 0) {
        return Status(ErrorCode::kInferenceFailed, std::string("tokenizer: ") + reason.data());
      }
      if (count <= ids.size()) break;
      ids.resize(count);
    }
    Encoded encoded;
    for (std::size_t i = 0; i < count; ++i) {
      if (ids[i] == unk_) ++encoded.unknown_words;
      encoded.ids.push_back(ids[i]);
    }
    return encoded;
  }

 private:
  const HilumSentencePieceTable& table_;
  HilumSentencePiece* processor_;
  int unk_;
  bool lower_;
};

}  // namespace

Result<std::shared_ptr<const Tokenizer>> make_sentencepiece(std::string_view model,
                                                            const TokenizerSpec& spec) {
  HILUM_ASSIGN(const void* opened, open_module("sentencepiece", HILUM_SENTENCEPIECE_ABI));
  const auto& table = *static_cast<const HilumSentencePieceTable*>(opened);
  HilumSentencePiece* processor = nullptr;
  std::array<char, 512> reason{};
  if (table.load(model.data(), model.size(), &processor, {reason.data(), reason.size()}) != 0) {
    return Status(ErrorCode::kBundleInvalid, std::string("tokenizer: ") + reason.data());
  }
  return std::shared_ptr<const Tokenizer>(std::make_shared<SentencePieceTokenizer>(table, processor, spec));
}

}  // namespace hilum::runtime
