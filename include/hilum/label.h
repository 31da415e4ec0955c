// Labels of a report: the 14 CheXpert observations or the names of ChestX-ray14, each positive, negative,
// uncertain or unmentioned, by rules or by the report labeler (CheXbert) of a bundle.
//
// Adds `labels` {"Cardiomegaly": "positive", …} and, if asked, `label_evidence`: the phrase behind each
// label, its bytes in the text, and the rule (docs/labels.md). The rules follow the stages and the
// aggregation of chexpert-labeler (Stanford) as documented; wording and rules are our own. Linear in the
// report's length.
//
// The stage may be used from any threads at once, but with a bundle from one thread. Errors of a record:
// kRecordInvalid (no text), with a bundle also kInferenceFailed.
#pragma once

#include <memory>
#include <string>

#include "hilum/stage.h"

namespace hilum {

struct LabelOptions {
  TextPlace text;
  std::string scheme = "chexpert14";  // or "nih14" (Effusion, …); a bundle has its own names
  std::string policy = "keep";  // what uncertain becomes: keep, positive, negative, ignore (unmentioned)
  bool explain = false;         // adds `label_evidence`; by rules only

  std::string bundle;          // a name or a folder; empty: rules
  std::string device = "cpu";  // or "cuda"
  int threads = 1;             // of the model
};

// kUsage for a scheme or policy that there is not and for what does not go together, kConfig for bad tables,
// and the errors of opening a bundle.
Result<std::unique_ptr<Stage>> make_label_stage(const LabelOptions& options);

const StageInfo& label_info();

}  // namespace hilum
