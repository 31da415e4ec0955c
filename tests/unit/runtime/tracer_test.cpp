// Every role of every committed bundle can be traced, with what the table says it returns.
#include "runtime/trace/tracer.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hilum/image.h"

#include "runtime/tokenizers/tokenizer_spec.h"
#include "source_dir.h"

namespace hilum::runtime {
namespace fs = std::filesystem;
namespace {

using testing::HasSubstr;

Tensor picture_for(const Manifest& manifest) {
  GrayImage grey;
  grey.width = grey.height = 32;
  grey.pixels.resize(32 * 32);
  for (std::size_t i = 0; i < grey.pixels.size(); ++i) grey.pixels[i] = static_cast<std::uint16_t>(i * 61);
  const auto input = preprocess(grey, manifest.preprocess);
  EXPECT_TRUE(input.is_ok());
  return {{1, input->channels, input->height, input->width}, input->values};
}

std::size_t dims_of(const std::string& type) {
  return static_cast<std::size_t>(std::count(type.begin(), type.end(), ',')) + 1;
}

class Traced {
 public:
  explicit Traced(const std::string& folder) {
    auto bundle = Bundle::open(folder);
    EXPECT_TRUE(bundle.is_ok()) << bundle.status().message();
    bundle_ = bundle.take();
    auto tracer = Tracer::open(bundle_, "cpu");
    EXPECT_TRUE(tracer.is_ok()) << tracer.status().message();
    tracer_.emplace(tracer.take());
    tracer_->use_threads(1);
  }
  const Manifest& manifest() const { return bundle_.manifest(); }
  bool has(const char* role) const { return manifest().file_of_role(role) != nullptr; }

  void run(const NamedTensors& inputs) {
    DecodeOptions decode = manifest().decode;
    decode.max_tokens = 3;
    const auto trace = tracer_->run(inputs, {decode});
    ASSERT_TRUE(trace.is_ok()) << manifest().name << ": " << trace.status().message();
    for (const auto& [name, tensor] : trace->tensors) tensors[name] = tensor;
  }
  Status status(const NamedTensors& inputs) const { return tracer_->run(inputs, {}).status(); }

  NamedTensors tensors;

 private:
  Bundle bundle_;
  std::optional<Tracer> tracer_;
};

// Each role's inputs; those of the span and the pair scorer are made of what the role before returned.
void run_all(Traced& traced) {
  NamedTensors inputs;
  if (has_role_of(traced.manifest(), RunBy::kAnatomyModel) || traced.has("image_encoder"))
    inputs["image"] = picture_for(traced.manifest());
  if (traced.has("decoder"))
    inputs["prefix"] = {{1, 1}, Integers{traced.manifest().part<TokenizerSpec>()->bos}};
  if (traced.has("text_encoder") || traced.has("report_labeler") || traced.has("sentence_labeler")) {
    inputs["text_ids"] = {{1, 4}, Integers{2, 9, 11, 3}};
    inputs["text_mask"] = {{1, 4}, Booleans{1, 1, 1, 1}};
  }
  traced.run(inputs);
  if (!traced.has("span_scorer")) return;
  Tensor words = traced.tensors.at("text_encoder.tokens");
  words.shape.erase(words.shape.begin());
  traced.run({{"words", words}, {"spans", {{3, 2}, Integers{0, 0, 0, 1, 2, 3}}}});
  traced.run({{"vectors", traced.tensors.at("span_scorer.vectors")},
              {"keep", traced.tensors.at("span_scorer.keep")}});
}

TEST(Tracer, EveryRoleOfTheCommittedBundles) {
  std::set<std::string> seen;
  for (const char* folder : {"/tests/data/bundles", "/models"}) {
    for (const auto& entry : fs::directory_iterator(source_dir() + folder)) {
      if (!fs::exists(entry.path() / "manifest.json")) continue;
      Traced traced(entry.path().string());
      run_all(traced);
      for (const Role& role : roles()) {
        if (!traced.has(role.name)) continue;
        seen.insert(role.name);
        if (role.methods.size() > 1) {  // the decoder, by its steps
          EXPECT_EQ(traced.tensors.count("decoder.logits"), 1u) << entry.path();
          continue;
        }
        for (const Port& port : role.methods.front().returns) {
          const auto found = traced.tensors.find(std::string(role.name) + "." + port.name);
          ASSERT_NE(found, traced.tensors.end()) << entry.path() << " " << role.name << "." << port.name;
          EXPECT_EQ(found->second.shape.size(), dims_of(port.type)) << role.name << "." << port.name;
        }
      }
    }
  }
  EXPECT_EQ(seen.size(), roles().size());
}

TEST(Tracer, HalfOfARolesInputsIsAnError) {
  const Traced traced(source_dir() + "/tests/data/bundles/tiny-chexbert");
  const Tensor ids = {{1, 2}, Integers{2, 3}};
  Status status = traced.status({{"text_ids", ids}});
  EXPECT_EQ(status.code(), ErrorCode::kUsage);
  EXPECT_THAT(status.message(), HasSubstr("'text_mask'"));
  EXPECT_THAT(status.message(), HasSubstr("report_labeler"));
  status = traced.status({{"text_ids", ids}, {"text_mask", ids}});
  EXPECT_THAT(status.message(), HasSubstr("bool [B,L]"));
  EXPECT_THAT(traced.status({}).message(), HasSubstr("none of the bundle's roles"));
  EXPECT_THAT(traced.status({{"words_and_more", ids}}).message(), HasSubstr("none of the inputs of a trace"));
}

}  // namespace
}  // namespace hilum::runtime
