#include "runtime/models/text_rows.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/text/text.h"

namespace hilum::runtime {
namespace {

constexpr std::size_t kBatchRows = 32;
constexpr std::size_t kBatchTokens = 4096;  // padded; keeps activations small whatever the lengths

}  // namespace

Result<TextRows> text_rows(const Tokenizer& tokenizer, const std::vector<std::string>& texts,
                           int max_tokens) {
  const std::size_t room = static_cast<std::size_t>(max_tokens) - 2;
  TextRows out;
  for (const std::string& text : texts) {
    HILUM_ASSIGN(const Encoded encoded, tokenizer.encode(collapse_spaces(text)));
    const std::size_t kept = std::min(room, encoded.ids.size());
    out.cut.push_back(encoded.ids.size() > room);
    out.ids.emplace_back(encoded.ids.begin(), encoded.ids.begin() + static_cast<std::ptrdiff_t>(kept));
  }
  return out;
}

std::vector<std::vector<std::size_t>> row_batches(const std::vector<Ids>& rows) {
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return rows[a].size() < rows[b].size(); });
  std::vector<std::vector<std::size_t>> out;
  for (const std::size_t row : order) {
    const std::size_t padded = rows[row].size() + 2;  // the longest so far
    if (out.empty() || out.back().size() >= kBatchRows || (out.back().size() + 1) * padded > kBatchTokens)
      out.emplace_back();
    out.back().push_back(row);
  }
  return out;
}

std::vector<Ids> picked(const std::vector<Ids>& rows, const std::vector<std::size_t>& which) {
  std::vector<Ids> out;
  for (const std::size_t row : which) out.push_back(rows[row]);
  return out;
}

Result<std::vector<float>> numbers_of(const Value& value, const std::vector<std::size_t>& shape,
                                      const std::string& what) {
  HILUM_ASSIGN(const auto is, value.shape());
  if (!std::equal(is.begin(), is.end(), shape.begin(), shape.end(),
                  [](std::int64_t a, std::size_t b) { return a == static_cast<std::int64_t>(b); })) {
    return Status(ErrorCode::kBundleInvalid, what + " are of another shape than the manifest says");
  }
  HILUM_ASSIGN(std::vector<float> numbers, value.numbers());
  if (!std::all_of(numbers.begin(), numbers.end(), [](float x) { return std::isfinite(x); }))
    return Status(ErrorCode::kInferenceFailed, what + " are not all numbers");
  return numbers;
}

Status TextRoles::open(const Bundle& bundle, const char* role, const char* does, const std::string& device) {
  HILUM_RETURN_IF_ERROR(check_role(bundle, role, does));
  HILUM_ASSIGN(texts_.tokenizer, load_tokenizer(bundle));
  HILUM_RETURN_IF_ERROR(OpenedBundle::open(bundle, device));
  texts_.special = *bundle.manifest().part<TokenizerSpec>();
  return open_role(bundle, role, texts_.script);
}

Result<std::vector<Value>> TextScript::run(const std::vector<Ids>& rows, std::size_t outputs) const {
  std::size_t length = 0;
  for (const Ids& row : rows) length = std::max(length, row.size() + 2);
  Ids ids(rows.size() * length, std::max(special.pad, 0));
  std::vector<std::uint8_t> mask(ids.size(), 0);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const std::size_t at = r * length;
    ids[at] = special.bos;
    std::copy(rows[r].begin(), rows[r].end(), ids.begin() + static_cast<std::ptrdiff_t>(at + 1));
    ids[at + rows[r].size() + 1] = special.eos;
    std::fill_n(mask.begin() + static_cast<std::ptrdiff_t>(at), rows[r].size() + 2, std::uint8_t{1});
  }
  const std::vector<std::int64_t> shape = {static_cast<std::int64_t>(rows.size()),
                                           static_cast<std::int64_t>(length)};
  HILUM_ASSIGN(const Value id_tensor, script->integers(shape, ids.data()));
  HILUM_ASSIGN(const Value mask_tensor, script->booleans(shape, mask.data()));
  return script->call("forward", {&id_tensor, &mask_tensor}, outputs);
}

Result<TextScores> text_scores(const TextScript& model, const std::vector<std::string>& texts, int max_tokens,
                               std::size_t width, const std::string& what) {
  HILUM_ASSIGN(const TextRows rows, text_rows(*model.tokenizer, texts, max_tokens));
  TextScores out{std::vector<std::vector<float>>(texts.size()), rows.cut};
  for (const std::vector<std::size_t>& batch : row_batches(rows.ids)) {
    HILUM_ASSIGN(const auto output, model.run(picked(rows.ids, batch), 1));
    HILUM_ASSIGN(const auto numbers, numbers_of(output[0], {batch.size(), width}, what));
    for (std::size_t r = 0; r < batch.size(); ++r) {
      const auto begin = numbers.begin() + static_cast<std::ptrdiff_t>(r * width);
      out.scores[batch[r]].assign(begin, begin + static_cast<std::ptrdiff_t>(width));
    }
  }
  return out;
}

}  // namespace hilum::runtime
