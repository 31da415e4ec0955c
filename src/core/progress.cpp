#include "core/progress.h"

#include <iomanip>
#include <sstream>

namespace hilum {

using Clock = std::chrono::steady_clock;

Progress::Progress(const Streams& streams, bool quiet, std::string what, std::optional<std::size_t> total)
    : err_(streams.err_is_terminal && !quiet ? streams.err : nullptr),
      what_(std::move(what)),
      total_(total),
      start_(Clock::now()),
      last_(start_) {}

Progress::~Progress() {
  if (drawn_) *err_ << "\r\033[K" << std::flush;
}

void Progress::update(std::size_t done, std::size_t failed) {
  if (err_ == nullptr) return;
  const auto now = Clock::now();
  if (now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  draw(done, failed);
}

void Progress::draw(std::size_t done, std::size_t failed) {
  const double seconds = std::chrono::duration<double>(last_ - start_).count();
  std::ostringstream line;
  line << "\r\033[K" << done;
  if (total_) line << '/' << *total_;
  line << ' ' << what_;
  if (failed > 0) line << ", " << failed << " failed";
  if (seconds > 1.0) {
    const double rate = static_cast<double>(done) / seconds;
    line << std::fixed << std::setprecision(1) << ", " << rate << "/s";
    if (total_ && rate > 0 && *total_ > done) {
      line << ", " << std::setprecision(0) << static_cast<double>(*total_ - done) / rate << " s left";
    }
  }
  *err_ << line.str() << std::flush;
  drawn_ = true;
}

}  // namespace hilum
