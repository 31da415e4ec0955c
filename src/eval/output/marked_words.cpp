#include "eval/output/marked_words.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "core/text/text.h"

namespace hilum::eval {

MarkedTexts mark_differences(const std::string& a, const std::string& b) {
  constexpr std::size_t kMaxWords = 1500;  // bounds the table to 2 million cells
  MarkedTexts out;
  for (const std::string& word : split_words(a)) out.a.push_back({word, true});
  for (const std::string& word : split_words(b)) out.b.push_back({word, true});
  const std::size_t n = std::min(out.a.size(), kMaxWords), m = std::min(out.b.size(), kMaxWords);
  const auto plain = [](const std::string& word) {
    std::string kept = to_lower(word);
    while (!kept.empty() && std::string_view(".,;:").find(kept.back()) != std::string_view::npos)
      kept.pop_back();
    return kept;
  };
  std::vector<std::string> x, y;
  for (std::size_t i = 0; i < n; ++i) x.push_back(plain(out.a[i].word));
  for (std::size_t j = 0; j < m; ++j) y.push_back(plain(out.b[j].word));
  std::vector<std::uint16_t> best((n + 1) * (m + 1), 0);
  const auto at = [m](std::size_t i, std::size_t j) { return i * (m + 1) + j; };
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t j = m; j-- > 0;) {
      best[at(i, j)] = x[i] == y[j] ? static_cast<std::uint16_t>(best[at(i + 1, j + 1)] + 1)
                                    : std::max(best[at(i + 1, j)], best[at(i, j + 1)]);
    }
  }
  for (std::size_t i = 0, j = 0; i < n && j < m;) {
    if (x[i] == y[j]) {
      out.a[i++].only_here = false;
      out.b[j++].only_here = false;
    } else if (best[at(i + 1, j)] >= best[at(i, j + 1)]) {
      ++i;
    } else {
      ++j;
    }
  }
  return out;
}

}  // namespace hilum::eval
