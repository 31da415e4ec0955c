#include "stages/generate/settings.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace hilum::stages {
namespace {

using runtime::DecodeOptions;
using runtime::Strategy;

Status unfit(const std::string& why) { return {ErrorCode::kUsage, why}; }

const char* name_of(Strategy strategy) {
  switch (strategy) {
    case Strategy::kGreedy:
      return "greedy";
    case Strategy::kSample:
      return "sample";
    case Strategy::kBeam:
      break;
  }
  return "beam";
}

Status check_together(const GenerateOptions& options, const runtime::Manifest& manifest) {
  if (options.beam && options.strategy.value_or(Strategy::kBeam) != Strategy::kBeam)
    return unfit("setting 'beam' does not go with setting 'greedy' or setting 'sampling'");
  const bool draws =
      options.samples > 0 || options.strategy.value_or(manifest.decode.strategy) == Strategy::kSample;
  if (!draws && (options.temperature || options.top_k || options.top_p)) {
    return unfit(
        "setting 'temperature', setting 'top_k' and setting 'top_p' need setting 'sampling' or setting "
        "'samples'");
  }
  if (options.predictions_only && !options.attention_folder.empty())
    return unfit("setting 'attention_png' needs reports and does not go with setting 'predictions_only'");
  if (options.abstain && std::none_of(manifest.labels.begin(), manifest.labels.end(),
                                      [](const auto& label) { return label.kind == "finding"; }))
    return unfit("setting 'abstain' needs a bundle that predicts findings");
  if (options.max_tokens && *options.max_tokens > manifest.decode.max_tokens)
    return unfit("setting 'max_tokens': the bundle writes at most " +
                 std::to_string(manifest.decode.max_tokens));
  return Status::ok();
}

template <typename T>
void set(const std::optional<T>& from, T& to) {
  if (from) to = *from;
}

}  // namespace

Result<DecodeOptions> decode_options(const GenerateOptions& options, const runtime::Manifest& manifest) {
  HILUM_RETURN_IF_ERROR(check_together(options, manifest));
  DecodeOptions decode = manifest.decode;
  if (options.beam) decode.strategy = Strategy::kBeam;
  set(options.strategy, decode.strategy);
  set(options.beam, decode.beam);
  set(options.max_tokens, decode.max_tokens);
  set(options.min_tokens, decode.min_tokens);
  set(options.no_repeat_ngram, decode.no_repeat_ngram);
  set(options.temperature, decode.temperature);
  set(options.top_k, decode.top_k);
  set(options.top_p, decode.top_p);
  HILUM_RETURN_IF_ERROR(runtime::check(decode));
  return decode;
}

Json settings_json(const GenerateOptions& options, const DecodeOptions& decode) {
  return {{"strategy", name_of(decode.strategy)},
          {"beam", decode.beam},
          {"max_tokens", decode.max_tokens},
          {"min_tokens", decode.min_tokens},
          {"length_normalised", decode.scoring == runtime::Scoring::kLengthNormalised},
          {"length_penalty", decode.length_penalty},
          {"early_stop", static_cast<int>(decode.early_stop)},
          {"no_repeat_ngram", decode.no_repeat_ngram},
          {"temperature", decode.temperature},
          {"top_k", decode.top_k},
          {"top_p", decode.top_p},
          {"suppress", decode.suppress},
          {"trigram_penalty", decode.trigram_penalty},
          {"forbid", options.forbid},
          {"require", options.require},
          {"priors", static_cast<int>(options.priors)},
          {"attention", options.attention || !options.attention_folder.empty()},
          {"abstain", options.abstain ? Json(*options.abstain) : Json()},
          {"own_similar", options.own_similar},
          {"samples", options.samples},
          {"seed", options.seed},
          {"batch", options.batch}};
}

}  // namespace hilum::stages
