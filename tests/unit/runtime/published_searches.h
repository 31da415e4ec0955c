// The two published beam searches, written down literally, without batches, caches or early stops of ours:
// what the library's search must agree with.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "fake_session.h"

namespace hilum::runtime {

struct Sequence {
  std::vector<int> tokens;  // end token included
  float sum = 0.0F;
  double score = 0.0;
};

inline std::vector<int> with_bos(const std::vector<int>& tokens) {
  std::vector<int> out{kBos};
  out.insert(out.end(), tokens.begin(), tokens.end());
  return out;
}

struct Extension {
  std::size_t row;
  int id;
  float sum;
};

inline std::vector<Extension> extensions(const FakeSession& fake, std::size_t study,
                                         const std::vector<Sequence>& rows) {
  std::vector<Extension> all;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const auto values = fake.logprobs(study, with_bos(rows[r].tokens));
    for (std::size_t id = 0; id < values.size(); ++id)
      all.push_back({r, static_cast<int>(id), rows[r].sum + values[id]});
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Extension& a, const Extension& b) { return a.sum > b.sum; });
  return all;
}

// R2Gen family: a beam that ends is copied to the finished and stays in the table, lowered by 1000; all steps
// are run.
inline Sequence r2gen_search(const FakeSession& fake, std::size_t study, std::size_t beam, int max_tokens) {
  std::vector<Sequence> table{{}};
  std::vector<Sequence> finished;
  for (int t = 0; t < max_tokens; ++t) {
    const auto all = extensions(fake, study, table);
    std::vector<Sequence> next;
    for (std::size_t i = 0; i < std::min(beam, all.size()); ++i) {
      Sequence child = table[all[i].row];
      child.tokens.push_back(all[i].id);
      child.sum = all[i].sum;
      child.score = static_cast<double>(child.sum);
      if (all[i].id == kEos || t + 1 == max_tokens) {
        finished.push_back(child);
        child.sum -= 1000.0F;
      }
      next.push_back(std::move(child));
    }
    table = std::move(next);
  }
  std::stable_sort(finished.begin(), finished.end(),
                   [](const Sequence& a, const Sequence& b) { return a.score > b.score; });
  return finished.front();
}

// Hugging Face transformers 4.43, early_stopping = False.
inline std::vector<Sequence> hugging_face_search(const FakeSession& fake, std::size_t study, std::size_t beam,
                                                 int max_tokens, double penalty) {
  std::vector<Sequence> live{{}};
  std::vector<Sequence> finished;
  const auto add = [&](Sequence s, std::size_t length) {
    s.score = static_cast<double>(s.sum) / std::pow(static_cast<double>(length), penalty);
    if (finished.size() < beam || s.score > finished.back().score) {
      finished.push_back(std::move(s));
      std::stable_sort(finished.begin(), finished.end(),
                       [](const Sequence& a, const Sequence& b) { return a.score > b.score; });
      if (finished.size() > beam) finished.pop_back();
    }
  };
  for (int t = 0; t < max_tokens; ++t) {
    const auto all = extensions(fake, study, live);
    std::vector<Sequence> next;
    const auto length = static_cast<std::size_t>(t) + 1;
    for (std::size_t rank = 0; rank < std::min(2 * beam, all.size()); ++rank) {
      Sequence child = live[all[rank].row];
      child.tokens.push_back(all[rank].id);
      child.sum = all[rank].sum;
      if (all[rank].id == kEos) {
        if (rank < beam) add(std::move(child), length);
      } else if (next.size() < beam) {
        next.push_back(std::move(child));
      }
    }
    live = std::move(next);
    const double attainable =
        static_cast<double>(all.front().sum) / std::pow(static_cast<double>(length), penalty);
    if (finished.size() == beam && finished.back().score >= attainable) return finished;
  }
  for (const Sequence& s : live) add(s, static_cast<std::size_t>(max_tokens));
  return finished;
}

// The best of all sequences there are.
inline Sequence best_of_all(const FakeSession& fake, std::size_t study, int max_tokens, double penalty) {
  Sequence best;
  best.score = -1e30;
  std::vector<Sequence> open{{}};
  for (int t = 0; t < max_tokens; ++t) {
    std::vector<Sequence> next;
    for (const Extension& e : extensions(fake, study, open)) {
      Sequence child = open[e.row];
      child.tokens.push_back(e.id);
      child.sum = e.sum;
      child.score = static_cast<double>(e.sum) / std::pow(static_cast<double>(child.tokens.size()), penalty);
      if (e.id != kEos && t + 1 < max_tokens) {
        next.push_back(std::move(child));
      } else if (child.score > best.score) {
        best = std::move(child);
      }
    }
    open = std::move(next);
  }
  return best;
}

}  // namespace hilum::runtime
