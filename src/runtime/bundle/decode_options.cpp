#include <string>

#include <nlohmann/json.hpp>

#include "hilum/bundle.h"

#include "runtime/roles/json_fields.h"

namespace hilum::runtime {
namespace {

constexpr int kMaxTokens = 100'000;
constexpr int kMaxBeam = 1000;

template <typename Enum>
struct Choice {
  const char* name;
  Enum value;
};

template <typename Enum, std::size_t N>
Status read_choice(const Json& object, const char* key, const Choice<Enum> (&choices)[N], Enum& out) {
  std::string text;
  HILUM_RETURN_IF_ERROR(read_string(object, key, "decode", text));
  if (text.empty()) return Status::ok();
  std::string names;
  for (const Choice<Enum>& choice : choices) {
    if (text == choice.name) {
      out = choice.value;
      return Status::ok();
    }
    names += (names.empty() ? "'" : "', '") + std::string(choice.name);
  }
  return invalid_field(std::string("decode.") + key, "one of " + names + "'");
}

}  // namespace

Result<DecodeOptions> decode_options_from_json(const Json& object, const DecodeOptions& base) {
  if (!object.is_object()) return invalid_field("decode", "an object");
  DecodeOptions options = base;
  static constexpr Choice<Strategy> kStrategies[] = {
      {"greedy", Strategy::kGreedy}, {"beam", Strategy::kBeam}, {"sample", Strategy::kSample}};
  static constexpr Choice<Scoring> kScorings[] = {{"sum", Scoring::kSum},
                                                  {"length_normalised", Scoring::kLengthNormalised}};
  static constexpr Choice<EarlyStop> kStops[] = {
      {"published", EarlyStop::kPublished}, {"exact", EarlyStop::kExact}, {"never", EarlyStop::kNever}};
  HILUM_RETURN_IF_ERROR(read_choice(object, "strategy", kStrategies, options.strategy));
  HILUM_RETURN_IF_ERROR(read_choice(object, "scoring", kScorings, options.scoring));
  HILUM_RETURN_IF_ERROR(read_choice(object, "early_stop", kStops, options.early_stop));
  HILUM_RETURN_IF_ERROR(read_int(object, "beam", "decode", 1, kMaxBeam, options.beam));
  HILUM_RETURN_IF_ERROR(read_int(object, "max_tokens", "decode", 1, kMaxTokens, options.max_tokens));
  HILUM_RETURN_IF_ERROR(read_int(object, "min_tokens", "decode", 0, kMaxTokens, options.min_tokens));
  HILUM_RETURN_IF_ERROR(
      read_int(object, "no_repeat_ngram", "decode", 0, kMaxTokens, options.no_repeat_ngram));
  HILUM_RETURN_IF_ERROR(read_int(object, "top_k", "decode", 0, 100'000'000, options.top_k));
  HILUM_RETURN_IF_ERROR(read_number(object, "length_penalty", "decode", -10, 10, options.length_penalty));
  HILUM_RETURN_IF_ERROR(read_number(object, "temperature", "decode", 0, 1000, options.temperature));
  HILUM_RETURN_IF_ERROR(read_number(object, "top_p", "decode", 0, 1, options.top_p));
  HILUM_RETURN_IF_ERROR(read_number(object, "trigram_penalty", "decode", 0, 1000, options.trigram_penalty));
  if (object.contains("suppress")) options.suppress.clear();
  HILUM_RETURN_IF_ERROR(read_ids(object, "suppress", "decode", options.suppress));
  if (const Status status = check(options); !status.is_ok()) return invalid_field("decode", status.message());
  return options;
}

Status check(const DecodeOptions& options) {
  const auto bad = [](const char* what) { return Status(ErrorCode::kUsage, what); };
  if (options.beam < 1 || options.beam > kMaxBeam) return bad("the beam should have 1 to 1000 hypotheses");
  if (options.max_tokens < 1 || options.max_tokens > kMaxTokens)
    return bad("max_tokens should be 1 to 100000");
  if (options.min_tokens < 0 || options.min_tokens >= options.max_tokens)
    return bad("min_tokens should be below max_tokens");
  if (!(options.temperature > 0)) return bad("the temperature should be above 0");
  if (!(options.top_p > 0 && options.top_p <= 1)) return bad("top_p should be above 0 and at most 1");
  if (options.top_k < 0 || options.no_repeat_ngram < 0)
    return bad("top_k and no_repeat_ngram should not be negative");
  return Status::ok();
}

}  // namespace hilum::runtime
