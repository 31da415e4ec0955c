#include "runtime/engine/torch_session.h"

#include <algorithm>
#include <numeric>

namespace hilum::runtime {
namespace {

bool is_identity(const std::vector<std::int64_t>& rows, std::size_t size) {
  if (rows.size() != size) return false;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] != static_cast<std::int64_t>(i)) return false;
  }
  return true;
}

class TorchSession : public Session {
 public:
  TorchSession(const TorchScript& decoder, std::size_t studies) : decoder_(decoder), studies_(studies) {}

  Status prefill(const Value& memory, const Value& mask) {
    HILUM_ASSIGN(std::vector<Value> values, decoder_.call("prefill", {&memory, &mask}, 2));
    shared_ = std::move(values[0]);
    start_ = std::move(values[1]);
    return restart();
  }

  std::size_t studies() const override { return studies_; }

  Status restart() override {
    state_ = Value();
    active_shared_ = Value();
    rows_ = studies_;
    active_.resize(studies_);
    std::iota(active_.begin(), active_.end(), 0);
    return Status::ok();
  }

  Status step(const StepInput& input, bool attention, StepOutput& output) override {
    const auto beams = static_cast<std::int64_t>(input.ids.size());
    HILUM_RETURN_IF_ERROR(drop_finished(input.studies));
    const Value* state = state_ ? &state_ : &start_;
    Value reordered;
    if (!is_identity(input.parents, rows_)) {
      HILUM_ASSIGN(reordered, state->rows(input.parents));
      state = &reordered;
    }
    std::vector<std::int64_t> shared_rows;
    for (const std::int64_t study : input.studies) {
      shared_rows.push_back(std::lower_bound(active_.begin(), active_.end(), study) - active_.begin());
    }
    HILUM_ASSIGN(const Value ids, decoder_.integers({beams}, input.ids.data()));
    HILUM_ASSIGN(const Value position, decoder_.integer(input.position));
    HILUM_ASSIGN(const Value studies, decoder_.integers({beams}, shared_rows.data()));
    const Value& shared = active_shared_ ? active_shared_ : shared_;
    HILUM_ASSIGN(std::vector<Value> values,
                 decoder_.call("step", {&ids, &position, &studies, &shared, state}, 3));
    state_ = std::move(values[1]);
    rows_ = input.ids.size();
    HILUM_ASSIGN(const auto shape, values[0].shape());
    if (shape.size() != 2 || shape[0] != beams || shape[1] < 1) {
      return {ErrorCode::kBundleInvalid, "decoder.step: the logits are not one row of the vocabulary a beam"};
    }
    output.vocabulary = static_cast<std::size_t>(shape[1]);
    HILUM_ASSIGN(output.logprobs, values[0].numbers(HILUM_TORCH_LOG_SOFTMAX));
    output.memory = 0;
    output.attention.clear();
    if (!attention) return Status::ok();
    HILUM_ASSIGN(output.attention, values[2].numbers());
    output.memory = output.attention.size() / input.ids.size();
    return Status::ok();
  }

 private:
  // Leaves out the rows of studies that have no beam any more, so that the decoder's work shrinks with the
  // batch.
  Status drop_finished(const std::vector<std::int64_t>& studies) {
    std::vector<std::int64_t> now(studies);
    std::sort(now.begin(), now.end());
    now.erase(std::unique(now.begin(), now.end()), now.end());
    if (now.size() == active_.size()) return Status::ok();
    HILUM_ASSIGN(active_shared_, shared_.rows(now));
    active_ = std::move(now);
    return Status::ok();
  }

  const TorchScript& decoder_;
  std::size_t studies_;
  Value shared_, start_;              // after prefill
  Value state_;                       // after the last step; none before the first
  Value active_shared_;               // rows of shared_ still in use; none while that is all of them
  std::vector<std::int64_t> active_;  // the studies those rows belong to, ascending
  std::size_t rows_ = 0;              // beams in the state
};

}  // namespace

Result<std::unique_ptr<Session>> make_torch_session(const TorchScript& decoder, const Value& memory,
                                                    const Value& mask, std::size_t studies) {
  auto session = std::make_unique<TorchSession>(decoder, studies);
  HILUM_RETURN_IF_ERROR(session->prefill(memory, mask));
  return std::unique_ptr<Session>(std::move(session));
}

}  // namespace hilum::runtime
