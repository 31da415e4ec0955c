// The course of a run: metrics over the pairs of each system, intervals, tests between systems, bounds.
#include "hilum/evaluate.h"

#include <nlohmann/json.hpp>

#include "core/system/cpu.h"
#include "eval/choice.h"
#include "eval/input/evaluation_set.h"
#include "eval/output/stamp.h"
#include "eval/presets.h"
#include "eval/radmatch/files.h"
#include "eval/structured/lunguage_lines.h"
#include "eval/words/similarity.h"

namespace hilum {

struct Evaluator::State {
  EvaluateOptions options;
  eval::Preset preset;
  eval::TextSimilarity similarity;
  eval::TextModels models;
  eval::Choice choice;
};

namespace {

// A metric that gives nothing, or a score that its row does not list, is a mistake in the table; it must not
// pass as a result.
Status check_scores(const eval::MetricRow& row, const ScoreTable& table, std::size_t before) {
  if (table.metrics().size() == before)
    return {ErrorCode::kInternal, std::string("the metric ") + row.name + " gave no score"};
  for (std::size_t m = before; m < table.metrics().size(); ++m) {
    if (!eval::gives(row, table.metrics()[m].name))
      return {ErrorCode::kInternal, std::string("the row of the metric ") + row.name +
                                        " does not list the score '" + table.metrics()[m].name + "'"};
  }
  return Status::ok();
}

// A default whose data is not installed is left out, unless a setting of its own asks for it.
bool may_be_left_out(const eval::MetricRow& row, const EvaluateOptions& options) {
  if (row.may_lack == nullptr || !options.metrics.empty()) return false;
  for (const eval::Setting& setting : row.settings) {
    if (setting.given(options)) return false;
  }
  return true;
}

Status add_scores(const eval::Choice& choice, eval::Context& context) {
  for (const eval::MetricRow* row : choice.rows) {
    const std::size_t before = context.table().metrics().size();
    const Status status = row->add(context);
    if (status.is_ok()) {
      HILUM_RETURN_IF_ERROR(check_scores(*row, context.table(), before));
    } else if (may_be_left_out(*row, context.options)) {
      context.scores.notes.push_back(std::string(row->may_lack) + " left out: " + status.message());
    } else {
      return status;
    }
  }
  return Status::ok();
}

Result<std::vector<std::string>> patients_of(const EvaluationSet& set) {
  std::vector<std::string> out;
  for (const EvaluationItem& item : set.items) {
    if (item.patient.empty())
      return Status(ErrorCode::kUsage, "setting 'by_patient' needs a patient for every report; " + item.id +
                                           " has none (setting 'patient')");
    out.push_back(item.patient);
  }
  return out;
}

Status add_intervals(const EvaluateOptions& options, const EvaluationSet& set, SystemScores& scores) {
  if (options.bootstrap.resamples == 0) return Status::ok();
  std::vector<std::string> patients;
  if (options.by_patient) {
    HILUM_ASSIGN(patients, patients_of(set));
  }
  HILUM_ASSIGN(scores.intervals, bootstrap(scores.table, options.bootstrap, patients));
  return Status::ok();
}

Status compare(const EvaluateOptions& options, Evaluation& evaluation) {
  RandomisationOptions test = options.test;
  test.seed = options.bootstrap.seed;
  const std::vector<SystemScores>& systems = evaluation.systems;
  for (std::size_t a = 0; a < systems.size(); ++a) {
    for (std::size_t b = a + 1; b < systems.size(); ++b) {
      std::vector<std::string> names;
      for (const Metric& metric : systems[a].table.metrics()) {
        if (metric.resampled && metric.direction != Direction::kNone && metric.detail_of.empty())
          names.push_back(metric.name);
      }
      HILUM_ASSIGN(const auto found, paired_randomisation(systems[a].table, systems[b].table, names, test));
      for (const Comparison& comparison : found) {
        evaluation.comparisons.push_back(comparison);
        evaluation.compared.emplace_back(systems[a].name, systems[b].name);
      }
    }
  }
  if (systems.size() < 2) return Status::ok();
  const char* variant = test.variant == RandomisationVariant::kUncorrected ? "uncorrected" : "plus-one";
  evaluation.stamp.entries.emplace_back("test", std::string("paired approximate randomisation, ") + variant +
                                                    ", " + std::to_string(test.trials) + " trials, seed " +
                                                    std::to_string(test.seed));
  return Status::ok();
}

void add_models(const eval::TextModels& models, Stamp& stamp) {
  for (auto& entry : models.stamp()) stamp.entries.push_back(std::move(entry));
}

Status check_bound_prefix(const std::vector<Bound>& bounds, std::string_view prefix) {
  for (const Bound& bound : bounds) {
    if (bound.metric.compare(0, prefix.size(), prefix) != 0)
      return {ErrorCode::kUsage,
              "there is no score '" + bound.metric + "' here; their names begin with " + std::string(prefix)};
  }
  return Status::ok();
}

// Scores without texts: nothing of a preset in the stamp.
Result<Evaluation> evaluation_of(const EvaluateOptions& options, const eval::TextModels& models,
                                 eval::LineScores scored) {
  Evaluation out;
  out.stamp = eval::make_stamp(options.bootstrap, false);
  for (auto& entry : scored.stamp) out.stamp.entries.push_back(std::move(entry));
  add_models(models, out.stamp);
  if (options.bootstrap.resamples > 0) {
    HILUM_ASSIGN(scored.system.intervals, bootstrap(scored.system.table, options.bootstrap));
  }
  out.systems.push_back(std::move(scored.system));
  out.per_sample = std::move(scored.per_sample);
  return out;
}

}  // namespace

Result<Evaluator> Evaluator::open(EvaluateOptions options) {
  HILUM_ASSIGN(eval::Preset preset, eval::preset_of(options));
  HILUM_ASSIGN(const eval::TextSimilarity similarity, eval::text_similarity_from_name(options.similarity));
  if (options.bootstrap.threads <= 0) options.bootstrap.threads = usable_cpus();
  eval::TextModels models;
  if (!options.bundles.empty()) {
    runtime::ModelOptions opening;
    opening.device = options.device;
    HILUM_ASSIGN(models, eval::TextModels::open(options.bundles, opening, options.bootstrap.threads));
  }
  HILUM_ASSIGN(eval::Choice choice, eval::choose_metrics(options, models));
  Evaluator out;
  out.state_ = std::make_shared<const State>(
      State{std::move(options), std::move(preset), similarity, std::move(models), std::move(choice)});
  return out;
}

Result<std::vector<EvaluationSet>> Evaluator::read(const PairSources& sources, std::istream* records) const {
  const eval::Choice& choice = state_->choice;
  HILUM_RETURN_IF_ERROR(eval::check_bound_names(state_->options.bounds, choice));
  HILUM_ASSIGN(std::vector<EvaluationSet> sets,
               eval::read_systems(sources, choice.texts, choice.keep_rows, records));
  for (EvaluationSet& set : sets) HILUM_RETURN_IF_ERROR(eval::finish(set, choice.texts));
  HILUM_RETURN_IF_ERROR(eval::keep_common(sets));
  return sets;
}

Result<Evaluation> Evaluator::evaluate(std::vector<EvaluationSet>& systems) const {
  const State& state = *state_;
  const EvaluateOptions& options = state.options;
  HILUM_RETURN_IF_ERROR(eval::check_bound_names(options.bounds, state.choice));
  for (EvaluationSet& set : systems) HILUM_RETURN_IF_ERROR(eval::finish(set, state.choice.texts));
  HILUM_RETURN_IF_ERROR(eval::keep_common(systems));
  Evaluation out;
  out.stamp = eval::make_stamp(state.preset, options.bootstrap, options.by_patient);
  if (!options.paraphrases.empty()) out.stamp.entries.emplace_back("paraphrases", options.paraphrases);
  add_models(state.models, out.stamp);
  for (const EvaluationSet& set : systems) {
    SystemScores scores;
    scores.name = set.name;
    scores.counts = set.counts;
    scores.table = ScoreTable(set.items.size());
    for (const EvaluationItem& item : set.items) scores.ids.push_back(item.id);
    eval::Context context{set,   options, state.preset, state.similarity, state.models, state.choice.needs,
                          scores};
    HILUM_RETURN_IF_ERROR(add_scores(state.choice, context));
    HILUM_RETURN_IF_ERROR(add_intervals(options, set, scores));
    out.systems.push_back(std::move(scores));
  }
  HILUM_RETURN_IF_ERROR(compare(options, out));
  return out;
}

Result<Evaluation> Evaluator::evaluate_structured(const std::string& path) const {
  const EvaluateOptions& options = state_->options;
  for (const std::string& metric : options.metrics) {
    if (metric != "lunguage")
      return Status(ErrorCode::kUsage, "structured reports are scored by lunguage, not '" + metric + "'");
  }
  HILUM_RETURN_IF_ERROR(check_bound_prefix(options.bounds, eval::kLunguagePrefix));
  HILUM_ASSIGN(eval::SimilaritySource similarity,
               eval::SimilaritySource::make(state_->similarity, state_->models));
  HILUM_ASSIGN(eval::LineScores scored, eval::score_lunguage_lines(path, std::move(similarity)));
  return evaluation_of(options, state_->models, std::move(scored));
}

Result<Evaluation> Evaluator::evaluate_radmatch(const std::string& path) const {
  HILUM_RETURN_IF_ERROR(check_bound_prefix(state_->options.bounds, eval::kRadmatchPrefix));
  HILUM_ASSIGN(eval::LineScores scored, eval::score_radmatch_files(path));
  return evaluation_of(state_->options, state_->models, std::move(scored));
}

Result<Evaluation> evaluate(const PairSources& sources, EvaluateOptions options) {
  HILUM_ASSIGN(const Evaluator evaluator, Evaluator::open(std::move(options)));
  HILUM_ASSIGN(std::vector<EvaluationSet> systems, evaluator.read(sources));
  return evaluator.evaluate(systems);
}

Status check_bounds(const Evaluation& evaluation, const std::vector<Bound>& bounds) {
  std::string missed;
  for (const Bound& bound : bounds) {
    for (const SystemScores& system : evaluation.systems) {
      const Metric* metric = system.table.find(bound.metric);
      if (metric == nullptr) return {ErrorCode::kUsage, "no score '" + bound.metric + "' was computed"};
      const double value = system.table.corpus_value(*metric);
      if (bound.minimum ? value >= bound.value : value <= bound.value) continue;
      missed += (missed.empty() ? "" : "; ") + system.name + ": " + bound.metric + " is " +
                std::to_string(value) + (bound.minimum ? ", below " : ", above ") +
                std::to_string(bound.value);
    }
  }
  return missed.empty() ? Status::ok() : Status(ErrorCode::kNegativeAnswer, missed);
}

}  // namespace hilum
