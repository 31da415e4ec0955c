// The tiny bundles through LibTorch. These tests open the modules at run time.
#include "runtime/models/model.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/decoding/decoding.h"
#include "runtime/engine/torch_session.h"
#include "runtime/engine/torch_values.h"
#include "source_dir.h"

namespace hilum::runtime {
namespace {

using testing::ElementsAre;

constexpr const char* kBundles[] = {"tiny-sentencepiece", "tiny-wordlevel", "tiny-bpe"};

Bundle bundle_of(const std::string& name) {
  auto bundle = Bundle::open(source_dir() + "/tests/data/bundles/" + name);
  EXPECT_TRUE(bundle.is_ok()) << bundle.status().message();
  return bundle.take();
}

std::shared_ptr<const TorchModel> model_of(const std::string& name) {
  auto model = TorchModel::open(bundle_of(name), {});
  EXPECT_TRUE(model.is_ok()) << model.status().message();
  if (model) (*model)->use_threads(1);
  return model ? model.take() : nullptr;
}

// A picture of 4 x 4 blocks, another one for each number.
ModelInput picture(unsigned int number) {
  ModelInput input;
  input.channels = 3;
  input.width = input.height = 16;
  input.values.resize(3 * 16 * 16);
  for (std::size_t i = 0; i < input.values.size(); ++i) {
    const auto y = static_cast<unsigned int>(i / 16 % 16 / 4);
    const auto x = static_cast<unsigned int>(i % 16 / 4);
    input.values[i] =
        static_cast<float>((number * 2654435761u + (y * 4 + x) * 40503u) >> 7 & 255u) / 127.5F - 1.0F;
  }
  return input;
}

std::vector<StudyInput> studies_for(const Model& model, std::size_t count) {
  std::vector<StudyInput> studies(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto number = static_cast<unsigned int>(i);
    studies[i].images.push_back(picture(number));
    studies[i].seed = i;
    if (i % 3 == 1) studies[i].indication_ids.assign(1 + i % 5, static_cast<std::int64_t>(5 + i % 7));
    if (i % 4 == 2 && model.takes("views")) studies[i].images.push_back(picture(number + 1000));
    if (i % 5 == 3 && model.takes("prior_image")) studies[i].prior_image = picture(number + 2000);
  }
  return studies;
}

std::vector<const StudyInput*> pointers(const std::vector<StudyInput>& studies) {
  std::vector<const StudyInput*> out;
  for (const StudyInput& study : studies) out.push_back(&study);
  return out;
}

TEST(Model, ABatchGivesTheTokensThatEachStudyAloneGives) {
  for (const char* name : kBundles) {
    const auto model = model_of(name);
    ASSERT_NE(model, nullptr);
    const auto studies = studies_for(*model, 24);
    ModelRequest options;
    options.decode = model->manifest().decode;
    const auto together = model->run(pointers(studies), options);
    ASSERT_TRUE(together.is_ok()) << together.status().message();
    std::set<std::vector<int>> different;
    for (std::size_t i = 0; i < studies.size(); ++i) {
      const auto alone = model->run({&studies[i]}, options);
      ASSERT_TRUE(alone.is_ok());
      EXPECT_EQ((*alone)[0].hypotheses.front().tokens, (*together)[i].hypotheses.front().tokens)
          << name << " study " << i;
      EXPECT_NEAR((*alone)[0].probabilities[0], (*together)[i].probabilities[0], 1e-5);
      different.insert((*together)[i].hypotheses.front().tokens);
    }
    EXPECT_GT(different.size(), 3u) << name
                                    << ": the texts do not depend on the studies, so this proves nothing";
  }
}

// Runs the whole prefix again for every step, through a fresh prefill.
class UncachedSession : public Session {
 public:
  UncachedSession(const TorchScript& decoder, const Value& memory, const Value& mask, std::size_t studies)
      : decoder_(decoder), memory_(memory), mask_(mask), studies_(studies) {}
  std::size_t studies() const override { return studies_; }
  Status restart() override {
    prefixes_.assign(studies_, {});
    return Status::ok();
  }
  Status step(const StepInput& input, bool attention, StepOutput& output) override {
    std::vector<std::vector<std::int64_t>> next;
    for (std::size_t n = 0; n < input.ids.size(); ++n) {
      next.push_back(prefixes_[static_cast<std::size_t>(input.parents[n])]);
      next.back().push_back(input.ids[n]);
    }
    prefixes_ = std::move(next);
    HILUM_ASSIGN(const auto fresh, make_torch_session(decoder_, memory_, mask_, studies_));
    for (int position = 0; position <= input.position; ++position) {
      StepInput again;
      again.position = position;
      again.studies = input.studies;
      for (std::size_t n = 0; n < prefixes_.size(); ++n) {
        again.ids.push_back(prefixes_[n][static_cast<std::size_t>(position)]);
        again.parents.push_back(position == 0 ? input.studies[n] : static_cast<std::int64_t>(n));
      }
      HILUM_RETURN_IF_ERROR(fresh->step(again, attention, output));
    }
    return Status::ok();
  }

 private:
  const TorchScript& decoder_;
  const Value& memory_;
  const Value& mask_;
  std::size_t studies_;
  std::vector<std::vector<std::int64_t>> prefixes_;
};

TEST(Model, CachedAndUncachedDecodingGiveTheSameTokens) {
  for (const char* name : kBundles) {
    const Bundle bundle = bundle_of(name);
    const auto bytes = bundle.read(*bundle.manifest().file_of_role("decoder"));
    const auto decoder = TorchScript::load(*bytes, "cpu", "decoder");
    ASSERT_TRUE(decoder.is_ok()) << decoder.status().message();
    constexpr std::size_t kStudies = 5, kRows = 6, kWidth = 8;
    std::vector<float> numbers(kStudies * kRows * kWidth);
    for (std::size_t i = 0; i < numbers.size(); ++i)
      numbers[i] = static_cast<float>((i * 2654435761u >> 5) & 1023u) / 256.0F - 2.0F;
    std::vector<std::uint8_t> present(kStudies * kRows, 1);
    present[kRows - 1] = present[3 * kRows] = 0;
    const auto memory = decoder->floats({kStudies, kRows, kWidth}, numbers.data());
    const auto mask = decoder->booleans({kStudies, kRows}, present.data());
    ASSERT_TRUE(memory.is_ok() && mask.is_ok());
    const auto cached = make_torch_session(*decoder, *memory, *mask, kStudies);
    ASSERT_TRUE(cached.is_ok()) << cached.status().message();
    UncachedSession uncached(*decoder, *memory, *mask, kStudies);
    DecodeRequest request;
    request.options = bundle.manifest().decode;
    request.bos = bundle.manifest().part<TokenizerSpec>()->bos;
    request.eos = bundle.manifest().part<TokenizerSpec>()->eos;
    request.samples = 2;
    for (const Strategy strategy : {Strategy::kBeam, Strategy::kGreedy, Strategy::kSample}) {
      request.options.strategy = strategy;
      const auto a = decode(**cached, request);
      const auto b = decode(uncached, request);
      ASSERT_TRUE(a.is_ok() && b.is_ok());
      for (std::size_t s = 0; s < kStudies; ++s)
        EXPECT_EQ((*a)[s].front().tokens, (*b)[s].front().tokens) << name;
    }
  }
}

TEST(Model, AbsentInputsAreMissingNames) {
  const auto model = model_of("tiny-wordlevel");
  StudyInput bare;
  bare.images.push_back(picture(1));
  StudyInput full = bare;
  full.images.push_back(picture(2));
  full.prior_image = picture(3);
  full.indication_ids = {7, 8};
  full.prior_report_ids = {9};
  ModelRequest options;
  options.decode = model->manifest().decode;
  const auto outputs = model->run({&bare, &full}, options);
  ASSERT_TRUE(outputs.is_ok()) << outputs.status().message();
  EXPECT_THAT((*outputs)[0].inputs, ElementsAre("anchor", "predictions"));
  EXPECT_THAT((*outputs)[1].inputs, ElementsAre("anchor", "predictions", "views", "prior_image",
                                                "indication_ids", "prior_report_ids"));
}

TEST(Model, ErrorsOfTheEngineAreOneLineWithoutATrace) {
  const auto model = model_of("tiny-wordlevel");
  StudyInput study;
  study.images.push_back(picture(1));
  study.indication_ids = {1'000'000};  // beyond the embedding
  ModelRequest options;
  options.decode = model->manifest().decode;
  const auto outputs = model->run({&study}, options);
  ASSERT_FALSE(outputs.is_ok());
  EXPECT_EQ(outputs.status().code(), ErrorCode::kInferenceFailed);
  EXPECT_EQ(outputs.status().message().find('\n'), std::string::npos);
  EXPECT_EQ(outputs.status().message().find("frame #"), std::string::npos) << outputs.status().message();
  EXPECT_EQ(TorchScript::load("not TorchScript", "cpu", "x").status().code(), ErrorCode::kInferenceFailed);
}

TEST(Model, LongTextsAreCutAndSaidSo) {
  for (const char* name : kBundles) {
    const auto model = model_of(name);
    std::string text = "cough and fever";
    while (text.size() < 1'000'000) text += " cough and fever";
    std::size_t unknown = 0;
    bool cut = false;
    const auto ids = model->encode_text("indication", text, unknown, cut);
    ASSERT_TRUE(ids.is_ok());
    EXPECT_EQ(ids->size(), 100u);
    EXPECT_TRUE(cut);
    EXPECT_TRUE(model->encode_text("indication", " \n ", unknown, cut)->empty());
  }
}

}  // namespace
}  // namespace hilum::runtime
