// Metrics of values that other programs computed for each report and stored in its row or record.
#pragma once

#include "eval/evaluate.h"

namespace hilum::eval {

// RadCliQ-v0 and -v1 from radgraph_combined, bertscore, semb_score and bleu_score.
Status add_radcliq(const EvaluationSet& set, ScoreTable& table);

// The ETT scores (measurement_scores.h) from the columns of FactCheXcker's result files: present,
// measurement, placement, gt_present, gt_measurement, gt_placement.
Status add_factchexcker(const EvaluationSet& set, ScoreTable& table);

// RaTEScore of stored entities, named after its matrix and, where no vectors are stored, the text similarity.
Status add_ratescore(const EvaluationSet& set, const EvaluateOptions& options, ScoreTable& table);

}  // namespace hilum::eval
