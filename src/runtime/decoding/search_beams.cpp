#include <algorithm>
#include <cmath>
#include <limits>

#include "runtime/decoding/search.h"

namespace hilum::runtime {
namespace {

struct Beam {
  Hypothesis text;
  float sum = 0.0F;  // in single precision, as the published searches keep it
  int last = 0;      // the token that goes in next
  std::int64_t parent = 0;
  ConstraintState constraint;
};

struct Candidate {
  float sum;
  std::size_t row;  // among the study's beams
  std::size_t id;
};

// The study's search: its live beams and what is finished.
struct StudySearch {
  std::vector<Beam> live;
  std::vector<Hypothesis> finished;  // best first
};

// The best `count` of rows x vocabulary, best first; ties go to the lower row, then the lower id. What is
// barred is no candidate.
std::vector<Candidate> best_candidates(const std::vector<Beam>& beams,
                                       const std::vector<std::vector<float>>& logprobs, std::size_t count) {
  std::vector<Candidate> best;
  const auto better = [](const Candidate& a, const Candidate& b) {
    return a.sum != b.sum ? a.sum > b.sum : a.row != b.row ? a.row < b.row : a.id < b.id;
  };
  for (std::size_t row = 0; row < beams.size(); ++row) {
    const std::vector<float>& values = logprobs[row];
    float limit = best.size() < count ? -std::numeric_limits<float>::infinity() : best.back().sum;
    for (std::size_t id = 0; id < values.size(); ++id) {
      const float sum = beams[row].sum + values[id];
      if (!(sum > limit)) continue;
      const Candidate candidate{sum, row, id};
      best.insert(std::upper_bound(best.begin(), best.end(), candidate, better), candidate);
      if (best.size() > count) best.pop_back();
      if (best.size() == count) limit = best.back().sum;
    }
  }
  return best;
}

class BeamSearch {
 public:
  BeamSearch(Session& session, const DecodeRequest& request)
      : session_(session), request_(request), options_(request.options) {}

  Result<std::vector<std::vector<Hypothesis>>> run() {
    studies_.resize(session_.studies());
    for (std::size_t s = 0; s < studies_.size(); ++s) {
      Beam start;
      start.last = request_.bos;
      start.parent = static_cast<std::int64_t>(s);
      studies_[s].live.push_back(std::move(start));
    }
    for (int position = 0; position < options_.max_tokens; ++position) {
      StepInput input;
      input.position = position;
      for (std::size_t s = 0; s < studies_.size(); ++s) {
        for (const Beam& beam : studies_[s].live) {
          input.ids.push_back(beam.last);
          input.parents.push_back(beam.parent);
          input.studies.push_back(static_cast<std::int64_t>(s));
        }
      }
      if (input.ids.empty()) break;
      HILUM_RETURN_IF_ERROR(session_.step(input, request_.attention, output_));
      std::size_t row = 0;
      for (StudySearch& study : studies_) {
        const std::size_t first = row;
        row += study.live.size();
        if (!study.live.empty()) expand(study, first, position);
      }
    }
    std::vector<std::vector<Hypothesis>> results;
    for (StudySearch& study : studies_) results.push_back(std::move(study.finished));
    return results;
  }

 private:
  bool normalised() const { return options_.scoring == Scoring::kLengthNormalised; }

  double score_of(float sum, std::size_t length) const {
    if (!normalised()) return static_cast<double>(sum);
    return static_cast<double>(sum) / std::pow(static_cast<double>(length), options_.length_penalty);
  }

  // Adds to the finished, best first, at most `beam` of them; an earlier one stays in front of its equals.
  void finish(StudySearch& study, Hypothesis text, double score) const {
    text.score = score;
    const auto at = std::upper_bound(study.finished.begin(), study.finished.end(), score,
                                     [](double value, const Hypothesis& h) { return value > h.score; });
    study.finished.insert(at, std::move(text));
    if (study.finished.size() > static_cast<std::size_t>(options_.beam)) study.finished.pop_back();
  }

  Beam child_of(const Beam& parent, std::size_t row, const Candidate& chosen, float logprob) const {
    Beam child = parent;
    child.sum = chosen.sum;
    child.last = static_cast<int>(chosen.id);
    child.parent = static_cast<std::int64_t>(row);
    add_token(request_, output_, row, child.last, logprob, child.text, child.constraint);
    return child;
  }

  void expand(StudySearch& study, std::size_t first, int position) {
    const auto beam = static_cast<std::size_t>(options_.beam);
    std::vector<std::vector<float>> logprobs(study.live.size());
    for (std::size_t i = 0; i < study.live.size(); ++i) {
      const auto begin =
          output_.logprobs.begin() + static_cast<std::ptrdiff_t>((first + i) * output_.vocabulary);
      logprobs[i].assign(begin, begin + static_cast<std::ptrdiff_t>(output_.vocabulary));
      bar_tokens(request_, study.live[i].text.tokens, position, study.live[i].constraint, logprobs[i]);
    }
    const auto candidates = best_candidates(study.live, logprobs, normalised() ? 2 * beam : beam);
    const bool last = position + 1 == options_.max_tokens;
    const auto length = static_cast<std::size_t>(position) + 1;
    std::vector<Beam> next;
    for (std::size_t rank = 0; rank < candidates.size() && next.size() < beam; ++rank) {
      const Candidate& chosen = candidates[rank];
      const bool end = static_cast<int>(chosen.id) == request_.eos;
      // Length-normalised: an end token below the first `beam` candidates is dropped, not kept for later.
      if (end && normalised() && rank >= beam) continue;
      Beam child =
          child_of(study.live[chosen.row], first + chosen.row, chosen, logprobs[chosen.row][chosen.id]);
      if (end) {
        finish(study, std::move(child.text), score_of(chosen.sum, length));
      } else {
        next.push_back(std::move(child));
      }
    }
    if (candidates.empty()) {
      // Everything is barred: what is there counts as cut off.
      for (Beam& alive : study.live)
        finish(study, std::move(alive.text), score_of(alive.sum, std::max<std::size_t>(1, length - 1)));
    }
    const bool done = !last && is_done(study, next, candidates, length);
    if (last) {
      for (Beam& alive : next) finish(study, std::move(alive.text), score_of(alive.sum, length));
    }
    study.live.clear();
    if (!last && !done) study.live = std::move(next);
  }

  bool is_done(const StudySearch& study, const std::vector<Beam>& next,
               const std::vector<Candidate>& candidates, std::size_t length) const {
    if (options_.early_stop == EarlyStop::kNever || study.finished.empty() || candidates.empty() ||
        next.empty())
      return false;
    if (!normalised()) {
      // Sums only fall, so nothing alive can pass a finished one that is at least as good.
      return study.finished.front().score >= static_cast<double>(next.front().sum);
    }
    if (study.finished.size() < static_cast<std::size_t>(options_.beam)) return false;
    const double worst = study.finished.back().score;
    if (options_.early_stop == EarlyStop::kPublished)
      return worst >= score_of(candidates.front().sum, length);
    // A sum below zero divided by the largest power of a length is the most that a live beam can reach.
    const auto limit = static_cast<std::size_t>(options_.max_tokens);
    return worst >= score_of(next.front().sum, options_.length_penalty > 0 ? limit : length + 1);
  }

  Session& session_;
  const DecodeRequest& request_;
  const DecodeOptions& options_;
  std::vector<StudySearch> studies_;
  StepOutput output_;
};

}  // namespace

Result<std::vector<std::vector<Hypothesis>>> search_beams(Session& session, const DecodeRequest& request) {
  return BeamSearch(session, request).run();
}

}  // namespace hilum::runtime
