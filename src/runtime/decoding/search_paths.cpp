#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include "runtime/decoding/search.h"

namespace hilum::runtime {
namespace {

struct Path {
  std::size_t study = 0;
  Hypothesis text;
  int last = 0;
  std::int64_t parent = 0;
  ConstraintState constraint;
  std::mt19937_64 random;  // the engine is the same everywhere; the library's distributions are not
  bool alive = true;
};

double uniform(std::mt19937_64& random) { return static_cast<double>(random() >> 11) * 0x1.0p-53; }

std::size_t draw(const DecodeOptions& options, const std::vector<float>& logprobs, std::mt19937_64& random) {
  std::vector<std::size_t> order;
  for (std::size_t id = 0; id < logprobs.size(); ++id) {
    if (std::isfinite(logprobs[id])) order.push_back(id);
  }
  if (order.empty()) return logprobs.size();
  const auto likelier = [&](std::size_t a, std::size_t b) {
    return logprobs[a] != logprobs[b] ? logprobs[a] > logprobs[b] : a < b;
  };
  std::sort(order.begin(), order.end(), likelier);
  if (options.top_k > 0 && order.size() > static_cast<std::size_t>(options.top_k))
    order.resize(static_cast<std::size_t>(options.top_k));
  const double top = static_cast<double>(logprobs[order.front()]);
  std::vector<double> weights;
  for (const std::size_t id : order)
    weights.push_back(std::exp((static_cast<double>(logprobs[id]) - top) / options.temperature));
  double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  // The likeliest that together reach top_p, at least one.
  double reached = 0.0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    reached += weights[i];
    if (reached >= options.top_p * total) {
      weights.resize(i + 1);
      total = reached;
      break;
    }
  }
  double left = uniform(random) * total;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    left -= weights[i];
    if (left < 0.0) return order[i];
  }
  return order[weights.size() - 1];
}

// Takes `penalty` off a token for each time it already followed the last two tokens.
void penalise_trigrams(const std::vector<int>& tokens, double penalty, std::vector<float>& logprobs) {
  if (tokens.size() < 3) return;
  const int before = tokens[tokens.size() - 2];
  const int last = tokens.back();
  for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
    const auto next = static_cast<std::size_t>(tokens[i + 2]);
    if (tokens[i] == before && tokens[i + 1] == last && next < logprobs.size())
      logprobs[next] -= static_cast<float>(penalty);
  }
}

std::size_t likeliest(const std::vector<float>& logprobs) {
  const auto best = std::max_element(logprobs.begin(), logprobs.end());
  return best == logprobs.end() || !std::isfinite(*best) ? logprobs.size()
                                                         : static_cast<std::size_t>(best - logprobs.begin());
}

}  // namespace

Result<std::vector<std::vector<Hypothesis>>> follow_paths(Session& session, const DecodeRequest& request) {
  const DecodeOptions& options = request.options;
  const bool sampling = options.strategy == Strategy::kSample;
  const int count = sampling ? request.samples : 1;
  std::vector<Path> paths;
  for (std::size_t study = 0; study < session.studies(); ++study) {
    for (int sample = 0; sample < count; ++sample) {
      Path path;
      path.study = study;
      path.last = request.bos;
      path.parent = static_cast<std::int64_t>(study);
      const std::uint64_t seed = study < request.seeds.size() ? request.seeds[study] : 0;
      path.random.seed(seed + 0x9E3779B97F4A7C15u * static_cast<std::uint64_t>(sample));
      paths.push_back(std::move(path));
    }
  }
  StepOutput output;
  for (int position = 0; position < options.max_tokens; ++position) {
    StepInput input;
    input.position = position;
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < paths.size(); ++i) {
      if (!paths[i].alive) continue;
      rows.push_back(i);
      input.ids.push_back(paths[i].last);
      input.parents.push_back(paths[i].parent);
      input.studies.push_back(static_cast<std::int64_t>(paths[i].study));
    }
    if (rows.empty()) break;
    HILUM_RETURN_IF_ERROR(session.step(input, request.attention, output));
    for (std::size_t row = 0; row < rows.size(); ++row) {
      Path& path = paths[rows[row]];
      const auto begin = output.logprobs.begin() + static_cast<std::ptrdiff_t>(row * output.vocabulary);
      std::vector<float> logprobs(begin, begin + static_cast<std::ptrdiff_t>(output.vocabulary));
      bar_tokens(request, path.text.tokens, position, path.constraint, logprobs);
      if (!sampling && options.trigram_penalty > 0)
        penalise_trigrams(path.text.tokens, options.trigram_penalty, logprobs);
      const std::size_t chosen = sampling ? draw(options, logprobs, path.random) : likeliest(logprobs);
      path.alive = chosen < logprobs.size();
      if (!path.alive) continue;  // everything is barred: the text ends here
      const float logprob = *(begin + static_cast<std::ptrdiff_t>(chosen));
      path.text.score += static_cast<double>(logprobs[chosen]);
      path.last = static_cast<int>(chosen);
      path.parent = static_cast<std::int64_t>(row);
      add_token(request, output, row, path.last, logprob, path.text, path.constraint);
      path.alive = !path.text.ended;
    }
  }
  std::vector<std::vector<Hypothesis>> results(session.studies());
  for (Path& path : paths) results[path.study].push_back(std::move(path.text));
  return results;
}

}  // namespace hilum::runtime
