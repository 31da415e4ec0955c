// The stage behind `hilum generate`: images and texts of a record through a bundle's model, `predictions` and
// `report` into the record (docs/records.md).
//
//   hilum::GenerateOptions options;
//   options.bundle = "hilum-base";
//   auto stage = hilum::make_generate_stage(options);           // a Result
//   hilum::run(**stage, *source, *writer, run_options, streams);  // run.h
//
// The stage is immutable and its functions may be called from several threads (stage.h). A study that fails
// inside the model fails alone: its batch is run again study by study.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hilum/bundle.h"
#include "hilum/index.h"
#include "hilum/json.h"
#include "hilum/model.h"
#include "hilum/stage.h"
#include "hilum/status.h"

namespace hilum {

// Whether a report may refer to an earlier study ("unchanged", "compared to", …). kAuto: only where the model
// was given one. Phrases: configs/decode/prior_references.json.
enum class PriorRule { kAuto, kForbid, kAllow };

struct GenerateOptions {
  std::string bundle = "hilum-base";  // a name (find_bundle) or a folder
  std::string device = "cpu";         // or "cuda"
  bool predictions_only = false;      // no report; conditioner and decoder stay closed

  // How tokens are chosen. What is not set is the bundle's own.
  std::optional<runtime::Strategy> strategy;
  std::optional<int> beam;  // hypotheses; asks for a beam search unless `strategy` says otherwise
  std::optional<int> max_tokens, min_tokens, no_repeat_ngram;
  std::optional<double> temperature, top_p;  // of draws: for the strategy `sampling`, and for `samples`
  std::optional<int> top_k;
  std::uint64_t seed = 0;  // of the draws; each study draws its own by its id
  int samples = 0;         // further reports to draw; `agreement` and `support` say how far they agree

  // What the text must not and must say. `forbid` compares from the start of a word.
  std::vector<std::string> forbid, require;
  PriorRule priors = PriorRule::kAuto;

  bool own_similar = true;        // ask the bundle's own index where a record brings no similar cases
  bool attention = false;         // where the model looked, for each sentence
  std::string attention_folder;   // and pictures of that into this folder, which is there; "": none
  std::optional<double> abstain;  // confidence (.5 to 1) below which findings are uncertain and studies get
                                  // no text

  int threads = 1;  // of one operator, on each thread that calls `process`
  int batch = 8;    // what RunOptions::batch will be: it decides how numbers are rounded, so `config` has it
};

// The stage with what the options name. kUsage for options that do not go together or with the bundle; the
// errors of find_bundle, Bundle::open and Model::open; kIndexInvalid for the bundle's own index; kConfig for
// a table under configs/.
Result<std::unique_ptr<Stage>> make_generate_stage(const GenerateOptions& options);

// A model of one's own: then `bundle`, `device` and `predictions_only` of the options are not read.
struct GenerateParts {
  std::shared_ptr<const Model> model;
  std::string identity;  // for provenance: "name@sha256:…"
  // Similar cases for records that bring none, by Model::vectors; may be null.
  std::shared_ptr<const retrieval::SimilarIndex> own_index;
  std::size_t own_top = 3;  // cases a study
};
Result<std::unique_ptr<Stage>> make_generate_stage(const GenerateOptions& options, GenerateParts parts);

const StageInfo& generate_info();

// A study told by its files.
struct StudyFiles {
  std::string image = {};               // the film: DICOM, PNG or JPEG
  std::vector<std::string> views = {};  // further films of the same study
  std::string indication = {};          // why the films were taken
  std::string prior_image = {};         // of an earlier study
  std::string prior_report = {};        // of that study: the text itself
};

// A record of the study; its id is the path of the image. The prior's is "prior".
Json record_of(const StudyFiles& files);

// The shortest way from a film to its report: a bundle that was opened once, study after study. Threads may
// share one.
//
//   auto writer = hilum::ReportWriter::open("hilum-base");
//   auto record = writer->write({"film.dcm"});  // (*record)["report"]["findings"]
class ReportWriter {
 public:
  // As make_generate_stage.
  static Result<ReportWriter> open(const std::string& bundle);
  static Result<ReportWriter> open(const GenerateOptions& options);
  explicit ReportWriter(std::unique_ptr<Stage> stage) : stage_(std::move(stage)) {}

  // The record with `predictions`, `report` and `provenance`, or why the study could not be read or run.
  Result<Json> write(const StudyFiles& study) const;
  // The same for a record that has images, priors and whatever else (docs/records.md).
  Result<Json> write_record(Json record) const;

 private:
  std::unique_ptr<Stage> stage_;
};

}  // namespace hilum
