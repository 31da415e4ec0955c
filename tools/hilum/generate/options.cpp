#include "generate/options.h"

#include <CLI/CLI.hpp>

namespace hilum::cli {

void add_generate_options(CLI::App& app, GenerateCommand& o) {
  GenerateOptions& s = o.stage;
  app.add_option("INPUT", o.inputs,
                 "Images (each one a study), a folder of studies, a data set (annotation.json, …), a file of "
                 "records (.jsonl), or - for records on standard input");
  app.add_option("--bundle", s.bundle, "Model bundle: a name (see hilum model list) or a folder")
      ->capture_default_str();
  app.add_option("--device", s.device, "cpu, or cuda if LibTorch has it")
      ->check(CLI::IsMember({"cpu", "cuda"}))
      ->capture_default_str();

  app.add_option("--indication", o.study.indication,
                 "Why the images were taken, where the study does not say")
      ->group("Study");
  app.add_option("--views", o.study.views, "Further images of the same study (with one INPUT)")
      ->group("Study");
  app.add_option("--prior-image", o.study.prior_image, "The image of an earlier study (with one INPUT)")
      ->group("Study");
  app.add_option("--prior-report", o.study.prior_report, "File with the report of that study")
      ->group("Study");

  const char* decoding = "Decoding (defaults: the bundle's)";
  app.add_option("--beam", s.beam, "Hypotheses of the beam search")
      ->check(CLI::Range(1, 1000))
      ->group(decoding);
  app.add_flag("--greedy", o.greedy, "Always the likeliest token")->group(decoding);
  app.add_flag("--sampling", o.sampling, "Draw tokens by their probability")->group(decoding);
  app.add_option("--temperature", s.temperature, "Above 1 bolder, below 1 more careful draws")
      ->group(decoding);
  app.add_option("--top-k", s.top_k, "Draw among the k likeliest tokens")
      ->check(CLI::NonNegativeNumber)
      ->group(decoding);
  app.add_option("--top-p", s.top_p, "Draw among the likeliest tokens that make up this probability")
      ->group(decoding);
  app.add_option("--seed", s.seed, "Seed of the draws")->capture_default_str()->group(decoding);
  app.add_option("--samples", s.samples, "Draw N more reports and say how far they agree")
      ->check(CLI::Range(0, 1000))
      ->group(decoding);
  app.add_option("--max-tokens", s.max_tokens, "Most tokens of a report")
      ->check(CLI::PositiveNumber)
      ->group(decoding);
  app.add_option("--min-tokens", s.min_tokens, "Fewest tokens of a report")
      ->check(CLI::NonNegativeNumber)
      ->group(decoding);
  app.add_option("--no-repeat-ngram", s.no_repeat_ngram, "No run of this many tokens twice")
      ->check(CLI::NonNegativeNumber)
      ->group(decoding);
  app.add_option("--forbid", s.forbid, "A phrase that must not appear; may be repeated")->group(decoding);
  app.add_option("--require", s.require, "A phrase that must appear; may be repeated")->group(decoding);
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
  add_resume_options(app, o.resume);
  for (const char* name : {"--resume", "--keep-failed"}) app.get_option(name)->group("Output");
  app.add_flag("--attention", s.attention, "Add to each sentence where the model looked")->group("Output");
  app.add_option("--attention-png", s.attention_folder,
                 "Draw that over the film: a PNG a sentence into this folder, which is made if it is absent")
      ->group("Output");
  app.add_option("--abstain", s.abstain,
                 "Mark findings and sentences below this confidence (.5 to 1), and write no report for a "
                 "study whose findings are below it on average")
      ->check(CLI::Range(0.5, 1.0))
      ->group("Output");
  app.add_flag("--predictions-only", s.predictions_only, "Findings and probabilities, no report")
      ->group("Output");

  app.add_option("--replicas", o.replicas, "Batches run at the same time (0: one a processor)")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str()
      ->group("Speed");
  app.add_option("--threads", s.threads, "Threads of one replica")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str()
      ->group("Speed");
  app.add_option("--batch", s.batch, "Studies run together")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str()
      ->group("Speed");
  for (const char* repeated : {"--forbid", "--require", "--views", "INPUT"}) {
    app.get_option(repeated)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }
}

Result<GenerateOptions> stage_options(const GenerateCommand& command) {
  if (command.greedy && command.sampling)
    return Status(ErrorCode::kUsage, "--greedy and --sampling exclude each other");
  GenerateOptions options = command.stage;
  if (command.greedy) options.strategy = runtime::Strategy::kGreedy;
  if (command.sampling) options.strategy = runtime::Strategy::kSample;
  options.priors = command.priors == "allow"    ? PriorRule::kAllow
                   : command.priors == "forbid" ? PriorRule::kForbid
                                                : PriorRule::kAuto;
  options.own_similar = !command.no_similar;
  return options;
}

}  // namespace hilum::cli
