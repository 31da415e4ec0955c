// F1-SRR-BERT: labels of single sentences (or of a structured report's items), put together per report.
#pragma once

#include "eval/input/context.h"

namespace hilum::eval {

// SRR-BERT-precision, -recall, -F1 (mean over reports), SRR-BERT-weighted-… and -micro-… (over labels). The
// sentences of a report are the items of the SRRG sections where the options name them, else those of its
// text; of several references the first counts.
Status add_sentence_labels(Context& context);

}  // namespace hilum::eval
