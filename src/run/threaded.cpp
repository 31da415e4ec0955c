#include <algorithm>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include <nlohmann/json.hpp>

#include "core/system/interrupt.h"
#include "run/contained.h"
#include "run/slots.h"

namespace hilum {
namespace {

struct Batch {
  std::vector<Slot> slots;
  std::size_t to_prepare = 0;  // the next slot for a loader
  std::size_t prepared = 0;
  bool running = false;
  bool done = false;
};

// Signals go to the thread that reads: only a blocked read there must be interrupted.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t stop;
    ::sigemptyset(&stop);
    ::sigaddset(&stop, SIGINT);
    ::sigaddset(&stop, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &stop, &before_);
  }
  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

class BatchLoop {
 public:
  BatchLoop(Slots& slots, const RunOptions& options)
      : slots_(slots),
        options_(options),
        batch_size_(static_cast<std::size_t>(std::max(1, options.batch))),
        window_(static_cast<std::size_t>(options.replicas) + 2) {}

  Status run() {
    // Whatever goes wrong, the threads that were started end and are joined.
    const Status started = start_threads();
    const Status read = started.is_ok() ? contained([&] { return read_all(); }) : started;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      input_ended_ = true;
      // A source that broke takes nothing back: whole batches that were read are finished and written.
      abandoned_ = abandoned_ || !started.is_ok() || stop_requested();
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    HILUM_RETURN_IF_ERROR(failure_);
    return read;
  }

 private:
  Status start_threads() {
    const SignalsBlocked blocked;
    return contained([&] {
      for (int i = 0; i < std::max(1, options_.loaders); ++i) threads_.emplace_back([this] { load(); });
      for (int i = 0; i < options_.replicas; ++i) threads_.emplace_back([this] { replicate(); });
      threads_.emplace_back([this] { write(); });
      return Status::ok();
    });
  }

  Status read_all() {
    auto batch = std::make_unique<Batch>();
    std::optional<Slot> slot;
    for (;;) {
      HILUM_RETURN_IF_ERROR(stop_status());
      const Status taken = slots_.take(slot);
      HILUM_RETURN_IF_ERROR(stop_status());  // a signal ends the input, and may have cut the last line
      if (slot) batch->slots.push_back(std::move(*slot));
      if (!taken.is_ok()) return taken;  // what is no whole batch yet is left for a resumed run
      if (!slot || batch->slots.size() == batch_size_) {
        if (!hand_over(std::move(batch)) || !slot) return taken;
        batch = std::make_unique<Batch>();
      }
    }
  }

  // False when there is no use in going on.
  bool hand_over(std::unique_ptr<Batch> batch) {
    bool all_finished = true;
    for (const Slot& slot : batch->slots) all_finished = all_finished && slot.finished;
    batch->done = all_finished;
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return batches_.size() < window_ || abandoned_; });
    if (abandoned_) return false;
    batches_.push_back(std::move(batch));
    changed_.notify_all();
    return true;
  }

  void load() {
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      Batch* batch = nullptr;
      changed_.wait(lock, [&] {
        for (const auto& candidate : batches_) {
          if (!candidate->done && candidate->to_prepare < candidate->slots.size()) {
            batch = candidate.get();
            break;
          }
        }
        return batch != nullptr || input_ended_ || abandoned_;
      });
      if (batch == nullptr || abandoned_) return;
      Slot& slot = batch->slots[batch->to_prepare++];
      lock.unlock();
      slots_.prepare(slot);
      lock.lock();
      if (++batch->prepared == batch->slots.size()) changed_.notify_all();
    }
  }

  // The batch a replica should run next: the first that nobody runs, once it is prepared.
  Batch* next_to_run() const {
    for (const auto& batch : batches_) {
      if (batch->done || batch->running) continue;
      return batch->prepared == batch->slots.size() ? batch.get() : nullptr;
    }
    return nullptr;
  }

  bool anything_left() const {
    for (const auto& batch : batches_) {
      if (!batch->done && !batch->running) return true;
    }
    return !input_ended_;
  }

  void replicate() {
    const Status entered = slots_.enter();
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      Batch* batch = nullptr;
      changed_.wait(lock, [&] {
        batch = next_to_run();
        return batch != nullptr || abandoned_ || !anything_left();
      });
      if (batch == nullptr || abandoned_) return;
      batch->running = true;
      lock.unlock();
      process(*batch, entered);
      lock.lock();
      batch->done = true;
      changed_.notify_all();
    }
  }

  // Contained once more: making the list may run out of memory.
  void process(Batch& batch, const Status& entered) {
    const Status done = contained([&] {
      std::vector<Slot*> slots;
      for (Slot& slot : batch.slots) slots.push_back(&slot);
      slots_.process(slots, entered);
      return Status::ok();
    });
    if (done.is_ok()) return;
    for (Slot& slot : batch.slots) slot.item.status = done;
  }

  void write() {
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      changed_.wait(lock, [&] {
        if (!batches_.empty() && batches_.front()->done) return true;
        const bool nothing_comes = batches_.empty() ? input_ended_ : !batches_.front()->running;
        return batches_.empty() ? nothing_comes || abandoned_ : abandoned_ && nothing_comes;
      });
      if (batches_.empty() || !batches_.front()->done) return;
      const std::unique_ptr<Batch> batch = std::move(batches_.front());
      batches_.pop_front();
      changed_.notify_all();
      lock.unlock();
      const Status status = write_batch(*batch);
      lock.lock();
      if (status.is_ok()) continue;
      failure_ = status;
      abandoned_ = true;
      changed_.notify_all();
      return;
    }
  }

  Status write_batch(Batch& batch) {
    for (Slot& slot : batch.slots) HILUM_RETURN_IF_ERROR(slots_.write(slot));
    return slots_.flush();
  }

  Slots& slots_;
  const RunOptions& options_;
  const std::size_t batch_size_;
  const std::size_t window_;  // batches under way

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Batch>> batches_;  // in input order
  bool input_ended_ = false;
  bool abandoned_ = false;  // batches that do not run yet are dropped
  Status failure_;
  std::vector<std::thread> threads_;
};

}  // namespace

Status run_threaded(Slots& slots, const RunOptions& options) { return BatchLoop(slots, options).run(); }

}  // namespace hilum
