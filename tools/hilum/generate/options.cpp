#include "generate/options.h"

#include <algorithm>

#include <CLI/CLI.hpp>

namespace hilum::cli {

void add_generate_options(CLI::App& app, GenerateCliOptions& o) {
  app.add_option("INPUT", o.inputs,
                 "Images (each one a study), a folder of studies, a file of records (.jsonl), or - for "
                 "records on standard input");
  app.add_option("--bundle", o.bundle, "Model bundle: a name (see hilum model list) or a folder")
      ->capture_default_str();
  app.add_option("--device", o.device, "cpu, or cuda if LibTorch has it")
      ->check(CLI::IsMember({"cpu", "cuda"}))
      ->capture_default_str();

  app.add_option("--indication", o.indication, "Why the images were taken, where the study does not say")
      ->group("Study");
  app.add_option("--views", o.views, "Further images of the same study (with one INPUT)")->group("Study");
  app.add_option("--prior-image", o.prior_image, "The image of an earlier study (with one INPUT)")
      ->group("Study");
  app.add_option("--prior-report", o.prior_report, "File with the report of that study")->group("Study");

  const char* decoding = "Decoding (defaults: the bundle's)";
  app.add_option("--beam", o.beam, "Hypotheses of the beam search")
      ->check(CLI::Range(1, 1000))
      ->group(decoding);
  app.add_flag("--greedy", o.greedy, "Always the likeliest token")->group(decoding);
  app.add_flag("--sampling", o.sampling, "Draw tokens by their probability")->group(decoding);
  app.add_option("--temperature", o.temperature, "Above 1 bolder, below 1 more careful draws")
      ->group(decoding);
  app.add_option("--top-k", o.top_k, "Draw among the k likeliest tokens")
      ->check(CLI::NonNegativeNumber)
      ->group(decoding);
  app.add_option("--top-p", o.top_p, "Draw among the likeliest tokens that make up this probability")
      ->group(decoding);
  app.add_option("--seed", o.seed, "Seed of the draws")->capture_default_str()->group(decoding);
  app.add_option("--samples", o.samples, "Draw N more reports and say how far they agree")
      ->check(CLI::Range(0, 1000))
      ->group(decoding);
  app.add_option("--max-tokens", o.max_tokens, "Most tokens of a report")
      ->check(CLI::PositiveNumber)
      ->group(decoding);
  app.add_option("--min-tokens", o.min_tokens, "Fewest tokens of a report")
      ->check(CLI::NonNegativeNumber)
      ->group(decoding);
  app.add_option("--no-repeat-ngram", o.no_repeat_ngram, "No run of this many tokens twice")
      ->check(CLI::NonNegativeNumber)
      ->group(decoding);
  app.add_option("--forbid", o.forbid, "A phrase that must not appear; may be repeated")->group(decoding);
  app.add_option("--require", o.require, "A phrase that must appear; may be repeated")->group(decoding);
  app.add_option("--priors", o.priors,
                 "allow or forbid words that refer to an earlier study; auto: forbid where none was given")
      ->check(CLI::IsMember({"auto", "forbid", "allow"}))
      ->capture_default_str()
      ->group(decoding);

  app.add_flag("--no-similar", o.no_similar,
               "Do not ask the bundle's own index for similar cases where a record brings none")
      ->group(decoding);

  app.add_option("--format", o.format, "text, jsonl, or auto: text on a terminal")
      ->check(CLI::IsMember({"auto", "text", "jsonl"}))
      ->capture_default_str()
      ->group("Output");
  app.add_option("--resume", o.resume, "Append records to this file, skipping ids that it has")
      ->group("Output");
  app.add_flag("--attention", o.attention, "Add to each sentence where the model looked")->group("Output");
  app.add_option("--attention-png", o.attention_folder,
                 "Draw that over the film: a PNG a sentence into this folder, which is made if it is absent")
      ->group("Output");
  app.add_option("--abstain", o.abstain,
                 "Mark findings and sentences below this confidence (.5 to 1), and write no report for a "
                 "study whose findings are below it on average")
      ->check(CLI::Range(0.5, 1.0))
      ->group("Output");
  app.add_flag("--predictions-only", o.predictions_only, "Findings and probabilities, no report")
      ->group("Output");

  app.add_option("--replicas", o.replicas, "Batches run at the same time (0: one a processor)")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str()
      ->group("Speed");
  app.add_option("--threads", o.threads, "Threads of one replica")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str()
      ->group("Speed");
  app.add_option("--batch", o.batch, "Studies run together")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str()
      ->group("Speed");
  for (const char* repeated : {"--forbid", "--require", "--views", "INPUT"}) {
    app.get_option(repeated)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }
}

Result<GenerateStageOptions> stage_options(const GenerateCliOptions& o, const runtime::Manifest& manifest) {
  if (o.greedy && o.sampling) return Status(ErrorCode::kUsage, "--greedy and --sampling exclude each other");
  if ((o.greedy || o.sampling) && o.beam)
    return Status(ErrorCode::kUsage, "--beam does not go with --greedy or --sampling");
  const bool draws = o.sampling || o.samples > 0 || manifest.decode.strategy == runtime::Strategy::kSample;
  if (!draws && (o.temperature || o.top_k || o.top_p)) {
    return Status(ErrorCode::kUsage, "--temperature, --top-k and --top-p need --sampling or --samples");
  }
  if (o.predictions_only && !o.attention_folder.empty())
    return Status(ErrorCode::kUsage, "--attention-png needs reports and does not go with --predictions-only");
  if (o.abstain && std::none_of(manifest.labels.begin(), manifest.labels.end(),
                                [](const runtime::BundleLabel& label) { return label.kind == "finding"; }))
    return Status(ErrorCode::kUsage, "--abstain needs a bundle that predicts findings");
  GenerateStageOptions out;
  runtime::DecodeOptions& d = out.decode;
  d = manifest.decode;
  if (o.beam) {
    d.strategy = runtime::Strategy::kBeam;
    d.beam = *o.beam;
  }
  if (o.greedy) d.strategy = runtime::Strategy::kGreedy;
  if (o.sampling) d.strategy = runtime::Strategy::kSample;
  if (o.max_tokens) d.max_tokens = *o.max_tokens;
  if (o.min_tokens) d.min_tokens = *o.min_tokens;
  if (o.no_repeat_ngram) d.no_repeat_ngram = *o.no_repeat_ngram;
  if (o.temperature) d.temperature = *o.temperature;
  if (o.top_k) d.top_k = *o.top_k;
  if (o.top_p) d.top_p = *o.top_p;
  if (d.max_tokens > manifest.decode.max_tokens) {
    return Status(ErrorCode::kUsage,
                  "--max-tokens: the bundle writes at most " + std::to_string(manifest.decode.max_tokens));
  }
  if (const Status status = runtime::check(d); !status.is_ok()) return status;
  out.forbid = o.forbid;
  out.require = o.require;
  out.priors = o.priors == "allow"    ? PriorRule::kAllow
               : o.priors == "forbid" ? PriorRule::kForbid
                                      : PriorRule::kAuto;
  out.attention = o.attention;
  out.attention_folder = o.attention_folder;
  out.abstain = o.abstain;
  out.own_similar = !o.no_similar;
  out.samples = o.samples;
  out.seed = o.seed;
  out.threads = o.threads;
  out.batch = o.batch;
  return out;
}

}  // namespace hilum::cli
