#include "run/batch_loop.h"

#include <condition_variable>
#include <csignal>
#include <deque>
#include <exception>
#include <mutex>
#include <new>
#include <thread>
#include <unordered_set>

#include <nlohmann/json.hpp>

#include "hilum/jsonl.h"
#include "hilum/record.h"

#include "core/progress.h"
#include "core/system/interrupt.h"
#include "run/resume.h"

namespace hilum {
namespace {

using Ids = std::unordered_set<std::string>;

struct Slot {
  BatchItem item;
  bool runs = true;  // not unreadable, not failed in an earlier stage
  bool passed_on = false;
  bool finished = false;  // written in an earlier run; takes part all the same, so that its batch is the same
};

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

// Runs `body`; what it throws is the failure of every item.
template <typename Body>
void contained(const std::vector<BatchItem*>& items, const Body& body) {
  Status failure;
  try {
    body();
    return;
  } catch (const std::bad_alloc&) {
    failure = {ErrorCode::kInferenceFailed, "out of memory"};
  } catch (const std::exception& e) {
    failure = {ErrorCode::kInternal, e.what()};
  }
  for (BatchItem* item : items) item->status = failure;
}

class BatchLoop {
 public:
  BatchLoop(const BatchLoopOptions& options, const RecordWriter& writer, const BatchStage& stage,
            Progress& progress)
      : options_(options),
        writer_(writer),
        stage_(stage),
        progress_(progress),
        window_(static_cast<std::size_t>(options.replicas) + 2) {}

  Result<RecordCounts> run(const RecordSource& source, const Ids& finished) {
    start_threads();
    const Status read = read_all(source, finished);
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      input_ended_ = true;
      abandoned_ = abandoned_ || !read.is_ok();
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    HILUM_RETURN_IF_ERROR(failure_);
    HILUM_RETURN_IF_ERROR(read);
    return counts_;
  }

 private:
  void start_threads() {
    const SignalsBlocked blocked;
    for (int i = 0; i < options_.loaders; ++i) threads_.emplace_back([this] { load(); });
    for (int i = 0; i < options_.replicas; ++i) threads_.emplace_back([this] { replicate(); });
    threads_.emplace_back([this] { write(); });
  }

  Status read_all(const RecordSource& source, const Ids& finished) {
    auto batch = std::make_unique<Batch>();
    for (;;) {
      HILUM_RETURN_IF_ERROR(stop_status());
      auto line = source();
      HILUM_RETURN_IF_ERROR(stop_status());  // a signal ends the input, and may have cut the last line
      const bool end = line.is_ok() && !line->has_value();
      if (!end) batch->slots.push_back(make_slot(std::move(line), finished));
      if (end || batch->slots.size() == static_cast<std::size_t>(options_.batch)) {
        if (!hand_over(std::move(batch)) || end) return Status::ok();
        batch = std::make_unique<Batch>();
      }
    }
  }

  Slot make_slot(Result<std::optional<Json>> line, const Ids& finished) {
    ++read_;
    Slot slot;
    if (!line) {
      slot.item.record = {{"schema", kSchema}, {"id", "line-" + std::to_string(read_)}};
      slot.item.status = line.status();
      slot.runs = false;
    } else {
      slot.item.record = std::move(**line);
      slot.passed_on = has_error(slot.item.record);
      slot.runs = !slot.passed_on;
    }
    const Json* id = find_path(slot.item.record, "id");
    slot.finished = id != nullptr && id->is_string() && finished.count(id->get<std::string>()) > 0;
    return slot;
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
      if (slot.runs) {
        lock.unlock();
        contained({&slot.item}, [&] { stage_.prepare(slot.item); });
        lock.lock();
      }
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
    if (stage_.enter_replica) stage_.enter_replica();
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
      std::vector<BatchItem*> items;
      for (Slot& slot : batch->slots) {
        if (slot.runs && slot.item.status.is_ok()) items.push_back(&slot.item);
      }
      if (!items.empty()) contained(items, [&] { stage_.process(items); });
      for (Slot& slot : batch->slots) slot.item.prepared.reset();
      lock.lock();
      batch->done = true;
      changed_.notify_all();
    }
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
    for (Slot& slot : batch.slots) {
      ++counts_.seen;
      if (slot.finished) {
        ++counts_.skipped;
        continue;
      }
      if (slot.passed_on) {
        ++counts_.passed_on;
      } else if (slot.item.status.is_ok()) {
        ++counts_.done;
      } else {
        set_error(slot.item.record, slot.item.status, options_.stage);
        counts_.add_failure(slot.item.status);
      }
      HILUM_RETURN_IF_ERROR(writer_.write(slot.item.record));
    }
    progress_.update(counts_.seen, counts_.failed);
    return writer_.flush();
  }

  const BatchLoopOptions& options_;
  const RecordWriter& writer_;
  const BatchStage& stage_;
  Progress& progress_;
  const std::size_t window_;  // batches under way
  std::size_t read_ = 0;
  RecordCounts counts_;  // the writer's

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Batch>> batches_;  // in input order
  bool input_ended_ = false;
  bool abandoned_ = false;  // batches that do not run yet are dropped
  Status failure_;
  std::vector<std::thread> threads_;
};

}  // namespace

RecordSource jsonl_record_source(std::istream& in) {
  auto reader = std::make_shared<JsonlReader>(in);
  return [reader] { return reader->next(); };
}

RecordWriter jsonl_record_writer(Sink& out) {
  return {[&out](const Json& record) { return write_jsonl(out, record); }, [&out] { return out.flush(); }};
}

Result<RecordCounts> run_batch_loop(Streams& streams, const BatchLoopOptions& options,
                                    const RecordSource& source, const RecordWriter& writer,
                                    const BatchStage& stage) {
  Ids finished;
  std::unique_ptr<Sink> resume_sink;
  RecordWriter used = writer;
  if (!options.resume_path.empty()) {
    HILUM_ASSIGN(finished, prepare_resume(options.resume_path));
    HILUM_ASSIGN(resume_sink, open_file_sink(options.resume_path, false));
    used = jsonl_record_writer(*resume_sink);
  }
  Progress progress(streams, options.quiet || streams.in_is_terminal, "studies");
  BatchLoop loop(options, used, stage, progress);
  return loop.run(source, finished);
}

}  // namespace hilum
