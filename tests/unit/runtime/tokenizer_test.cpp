#include "runtime/tokenizers/tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "runtime/tokenizers/unicode.h"
#include "source_dir.h"

namespace hilum::runtime {
namespace {

using testing::ElementsAre;

const std::string kData = source_dir() + "/tests/data/";

std::shared_ptr<const Tokenizer> tokenizer_of(const std::string& bundle) {
  const auto opened = Bundle::open(kData + "bundles/" + bundle);
  EXPECT_TRUE(opened.is_ok()) << opened.status().message();
  auto tokenizer = load_tokenizer(*opened);
  EXPECT_TRUE(tokenizer.is_ok()) << tokenizer.status().message();
  return tokenizer ? tokenizer.take() : nullptr;
}

TEST(Tokenizer, GivesTheIdsOfTheReferenceImplementations) {
  const auto golden = read_json_file(kData + "tokenizers.json", 1u << 20);
  ASSERT_TRUE(golden.is_ok());
  std::map<std::string, std::shared_ptr<const Tokenizer>> tokenizers;
  for (const Json& entry : *golden) {
    const auto bundle = entry["bundle"].get<std::string>();
    auto& tokenizer = tokenizers[bundle];
    if (tokenizer == nullptr) tokenizer = tokenizer_of(bundle);
    ASSERT_NE(tokenizer, nullptr);
    const auto text = entry["text"].get<std::string>();
    const auto encoded = tokenizer->encode(text);
    ASSERT_TRUE(encoded.is_ok());
    EXPECT_EQ(encoded->ids, entry["ids"].get<std::vector<int>>()) << bundle << ": " << text;
    if (entry.contains("decoded")) {
      EXPECT_EQ(tokenizer->decode(encoded->ids), entry["decoded"].get<std::string>());
    }
  }
  EXPECT_EQ(tokenizers.size(), 4u);
}

TEST(Tokenizer, UnknownWordsAreCounted) {
  const auto words = tokenizer_of("tiny-wordlevel");
  const auto encoded = words->encode("Zebra heart xyzzy");
  ASSERT_TRUE(encoded.is_ok());
  EXPECT_EQ(encoded->unknown_words, 2u);
  EXPECT_EQ(encoded->ids.size(), 3u);
  EXPECT_EQ(words->decode(encoded->ids), "heart");

  TokenizerSpec spec;
  const auto dropping = make_wordlevel(R"({"heart": 0})", spec);
  ASSERT_TRUE(dropping.is_ok());
  const auto dropped = (*dropping)->encode("zebra heart");
  EXPECT_THAT(dropped->ids, ElementsAre(0));
  EXPECT_EQ(dropped->unknown_words, 1u);
}

TEST(Tokenizer, ByteLevelTextComesBack) {
  const auto bpe = tokenizer_of("tiny-bpe");
  const std::string text = "No effusion. Größe 1½ 🫁";
  EXPECT_EQ(bpe->decode(bpe->encode(text)->ids), text);
}

TEST(Tokenizer, VocabAndMergesFilesWorkWithoutTokenizerJson) {
  TokenizerSpec spec;
  const auto bpe =
      make_bpe(R"({"l":0,"o":1,"w":2,"lo":3,"low":4,"Ġ":5})", "#version: 0.2\nl o\nlo w\n", spec);
  ASSERT_TRUE(bpe.is_ok()) << bpe.status().message();
  EXPECT_THAT((*bpe)->encode("low lo")->ids, ElementsAre(4, 5, 3));
  EXPECT_EQ((*bpe)->decode({4, 5, 3}), "low lo");
}

TEST(Tokenizer, WordPiecesOfAVocabularyFileAndOfTokenizerJsonAreTheSame) {
  TokenizerSpec spec;
  spec.file = "vocab.txt";
  spec.lower = true;
  const auto lines = make_wordpiece("[UNK]\r\nheart\r\n##s\r\ne\r\n.\r\n", spec);
  ASSERT_TRUE(lines.is_ok()) << lines.status().message();
  spec.file = "tokenizer.json";
  spec.lower = false;
  const auto json = make_wordpiece(
      R"({"normalizer":{"type":"BertNormalizer","lowercase":true},"model":{"type":"WordPiece","unk_token":"[UNK]",)"
      R"("vocab":{"[UNK]":0,"heart":1,"##s":2,"e":3,".":4}}})",
      spec);
  ASSERT_TRUE(json.is_ok()) << json.status().message();
  for (const auto& tokenizer : {*lines, *json}) {
    const auto encoded = tokenizer->encode("Hearts. É lung");
    EXPECT_THAT(encoded->ids, ElementsAre(1, 2, 4, 3, 0));
    EXPECT_EQ(encoded->unknown_words, 1u);
    EXPECT_EQ(tokenizer->decode(encoded->ids), "hearts . e");
  }
}

TEST(Tokenizer, WordPiecesKeepCapitalsAndMarksWhereTheVocabularyHasThem) {
  TokenizerSpec spec;
  spec.file = "vocab.txt";
  const auto cased = make_wordpiece("[UNK]\nHeart\nheart\né\n", spec);
  ASSERT_TRUE(cased.is_ok()) << cased.status().message();
  EXPECT_THAT((*cased)->encode("Heart heart é")->ids, ElementsAre(1, 2, 3));
}

TEST(Tokenizer, DamagedWordPieceFilesAreRefused) {
  TokenizerSpec spec;
  for (const char* file : {"vocab.txt", "tokenizer.json"}) {
    spec.file = file;
    for (const char* text : {"", "a\n\nb\n[UNK]\n", "[UNK]\na\na\n", "a\n", "{}",
                             R"({"model":{"type":"BPE","vocab":{"[UNK]":0}}})",
                             R"({"model":{"vocab":{"[UNK]":0}},"normalizer":{"lowercase":1}})"}) {
      EXPECT_EQ(make_wordpiece(text, spec).status().code(), ErrorCode::kBundleInvalid)
          << file << ": " << text;
    }
  }
}

TEST(Tokenizer, AWordPieceTokenizerTakesAnyBytes) {
  const auto pieces = tokenizer_of("tiny-radgraph");
  ASSERT_NE(pieces, nullptr);
  std::string text(1u << 20, 'a');
  EXPECT_THAT(pieces->encode(text)->ids, ElementsAre(1)) << "a word of a megabyte is unknown";
  for (std::size_t i = 0; i < 4096; ++i) text[i] = static_cast<char>(i * 131 >> 3);
  EXPECT_TRUE(pieces->encode(text).is_ok());
}

TEST(Tokenizer, DamagedFilesAreRefused) {
  const TokenizerSpec spec;
  for (const char* json : {"", "{}", "[]", "{\"a\":-1}", "{\"a\":1,\"b\":1}", "{\"a\":1e99}", "{\"a\":\"x\"}",
                           "{\"model\":{\"vocab\":{\"a\":0}},\"added_tokens\":[{}]}"}) {
    EXPECT_EQ(make_wordlevel(json, spec).status().code(), ErrorCode::kBundleInvalid) << json;
  }
  EXPECT_EQ(make_bpe("{\"a\":0}", "", spec).status().code(), ErrorCode::kBundleInvalid);
  EXPECT_EQ(make_bpe("{\"model\":{\"vocab\":{\"a\":0},\"merges\":[3]}}", "", spec).status().code(),
            ErrorCode::kBundleInvalid);
  EXPECT_EQ(make_sentencepiece("not a model", spec).status().code(), ErrorCode::kBundleInvalid);
}

TEST(Tokenizer, HostileTextIsTaken) {
  for (const char* bundle : {"tiny-wordlevel", "tiny-bpe", "tiny-sentencepiece"}) {
    const auto tokenizer = tokenizer_of(bundle);
    for (const std::string& text :
         {std::string("\xff\xfe\xc3"), std::string("a\0b", 3), std::string(200'000, 'x') + " y"}) {
      if (text.size() > 1000 && std::string(bundle) == "tiny-bpe")
        continue;  // one word of that length: see Model::encode_text
      const auto encoded = tokenizer->encode(text);
      EXPECT_TRUE(encoded.is_ok());
    }
    EXPECT_EQ(tokenizer->piece(-1), "");
    EXPECT_EQ(tokenizer->piece(1 << 30), "");
  }
}

TEST(Unicode, ClassesAndLowerCase) {
  EXPECT_TRUE(is_letter(U'é') && is_letter(U'心') && !is_letter(U'5') && !is_letter(U'_'));
  EXPECT_TRUE(is_number(U'½') && is_number(U'5') && !is_number(U'x'));
  EXPECT_TRUE(is_word(U'_') && !is_word(U'½'));
  EXPECT_TRUE(is_space(0xA0) && is_space(U'\n') && !is_space(0x200B));
  EXPECT_EQ(to_lower_utf8("ÀÉ ŁÓDŹ Ж A\xff"), "àé łódź ж a\xEF\xBF\xBD");
}

}  // namespace
}  // namespace hilum::runtime
