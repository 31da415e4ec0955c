#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <unordered_map>
#include <unordered_set>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "hilum/jsonl.h"
#include "hilum/record.h"
#include "hilum/run.h"

namespace hilum {
namespace {

namespace fs = std::filesystem;

std::string id_of(const Json& record) {
  const Json* id = record.is_object() ? find_path(record, "id") : nullptr;
  return id != nullptr && id->is_string() ? id->get<std::string>() : std::string();
}

std::string reason_of(const Json& record) {
  const Json* code = find_path(record, "error.code");
  return code != nullptr && code->is_string() ? code->get<std::string>() : "internal";
}

// A line of the file.
struct Place {
  std::size_t begin = 0, size = 0;  // bytes, the newline not counted
};

class File : public ResumeFile {
 public:
  File(std::string path, bool keep_failed) : path_(std::move(path)), keep_failed_(keep_failed) {}

  // Reads what is there and opens it for appending.
  Status begin() {
    HILUM_RETURN_IF_ERROR(scan());
    HILUM_ASSIGN(sink_, open_file_sink(path_, false));
    return Status::ok();
  }

  std::optional<Past> finished(const std::string& id) const override {
    if (good_.count(id) > 0) return Past{};
    const auto failed = failed_.find(id);
    if (failed == failed_.end() || !keep_failed_) return std::nullopt;
    return Past{true, failed->second.reason};
  }

  Status write(const Item& item) override {
    HILUM_ASSIGN(std::string line, dump_json(item.record()));
    const auto failed = failed_.find(id_of(item.record()));
    // Of two records of one id only the first can be the one that stands there; the other is new.
    if (failed != failed_.end() && !failed->second.tried) {
      failed->second.tried = true;
      HILUM_ASSIGN(const std::string old, line_at(failed->second.place));
      if (old == line) {  // it failed as it did before
        drop_later(failed->second);
        return Status::ok();
      }
      supersede(failed->second, {size_, line.size()});
    }
    size_ += line.size() + 1;
    line += '\n';
    return sink_->write(line);
  }

  Status flush() override { return sink_->flush(); }

  Status close() override {
    HILUM_RETURN_IF_ERROR(sink_->flush());
    std::vector<Failed> replaced;
    for (const auto& [id, failed] : failed_) {
      if (failed.by) replaced.push_back(failed);
    }
    return replaced.empty() && dropped_.empty() ? Status::ok() : put_in_place(replaced);
  }

 private:
  struct Failed {
    Place place;
    std::string reason;
    std::optional<Place> by = std::nullopt;  // the later line that says what became of it
    bool tried = false;                      // again, in this run
  };

  Status scan() {
    std::ifstream in(path_, std::ios::binary);
    if (!in) {
      if (!fs::exists(path_)) return Status::ok();
      return {ErrorCode::kFileUnreadable, path_ + ": cannot be opened to resume from"};
    }
    std::string line;
    std::size_t number = 0;
    bool cut = false;
    while (std::getline(in, line)) {
      ++number;
      const bool whole = !in.eof();
      auto record = parse_json(line);
      if (!whole || !record) {
        cut = true;
        if (whole && in.peek() != std::ifstream::traits_type::eof())
          return record.status().at(path_ + ": line " + std::to_string(number));
        break;
      }
      take(*record, {size_, line.size()});
      size_ += line.size() + 1;
    }
    if (cut && ::truncate(path_.c_str(), static_cast<off_t>(size_)) != 0) {
      return {ErrorCode::kOutputFailed,
              path_ + ": the cut last line cannot be removed: " + std::strerror(errno)};
    }
    return Status::ok();
  }

  // Of several lines of one id the first good one says what became of it, else the last.
  void take(const Json& record, const Place& place) {
    const std::string id = id_of(record);
    if (id.empty() || good_.count(id) > 0) return;
    const auto earlier = failed_.find(id);
    if (!has_error(record)) good_.insert(id);
    if (earlier != failed_.end()) {
      supersede(earlier->second, place);
      if (has_error(record)) earlier->second.reason = reason_of(record);
    } else if (has_error(record)) {
      failed_.emplace(id, Failed{place, reason_of(record)});
    }
  }

  void supersede(Failed& failed, const Place& by) {
    drop_later(failed);
    failed.by = by;
  }

  void drop_later(Failed& failed) {
    if (failed.by) dropped_.insert(failed.by->begin);
    failed.by.reset();
  }

  Result<std::string> line_at(const Place& place) const {
    std::ifstream in(path_, std::ios::binary);
    std::string line(place.size, '\0');
    in.seekg(static_cast<std::streamoff>(place.begin));
    in.read(line.data(), static_cast<std::streamsize>(line.size()));
    if (!in) return Status(ErrorCode::kFileUnreadable, path_ + ": cannot be read again");
    return line;
  }

  // Writes the file anew, each replaced line by its successor, and puts it in the old one's place.
  Status put_in_place(const std::vector<Failed>& replaced) {
    std::unordered_map<std::size_t, Place> successor;
    std::unordered_set<std::size_t> moved = dropped_;
    for (const Failed& failed : replaced) {
      successor.emplace(failed.place.begin, *failed.by);
      moved.insert(failed.by->begin);
    }
    std::error_code error;
    const fs::path target = fs::canonical(path_, error);  // a link stays one
    if (error) return {ErrorCode::kOutputFailed, path_ + ": " + error.message()};
    const std::string fresh = target.string() + ".tmp" + std::to_string(::getpid());
    const Status written = write_anew(fresh, successor, moved);
    if (written.is_ok()) {
      fs::permissions(fresh, fs::status(target).permissions(), error);
      fs::rename(fresh, target, error);
    }
    if (written.is_ok() && !error) return Status::ok();
    std::error_code ignored;
    fs::remove(fresh, ignored);
    return written.is_ok() ? Status(ErrorCode::kOutputFailed, path_ + ": " + error.message()) : written;
  }

  Status write_anew(const std::string& fresh, const std::unordered_map<std::size_t, Place>& successor,
                    const std::unordered_set<std::size_t>& moved) {
    HILUM_ASSIGN(const std::unique_ptr<Sink> out, open_file_sink(fresh, true));
    std::ifstream in(path_, std::ios::binary);
    std::string line;
    for (std::size_t at = 0; std::getline(in, line); at += line.size() + 1) {
      const auto next = successor.find(at);
      if (next != successor.end()) {
        HILUM_ASSIGN(const std::string newer, line_at(next->second));
        HILUM_RETURN_IF_ERROR(out->write(newer + "\n"));
      } else if (moved.count(at) == 0) {
        HILUM_RETURN_IF_ERROR(out->write(line + "\n"));
      }
    }
    return out->flush();
  }

  std::string path_;
  bool keep_failed_ = false;
  std::unique_ptr<Sink> sink_;
  std::size_t size_ = 0;  // of the file, what the sink still holds included
  std::unordered_set<std::string> good_;
  std::unordered_map<std::string, Failed> failed_;
  std::unordered_set<std::size_t> dropped_;  // where lines begin that a later one made stale
};

}  // namespace

Result<std::unique_ptr<ResumeFile>> ResumeFile::open(const std::string& path, bool keep_failed) {
  auto file = std::make_unique<File>(path, keep_failed);
  HILUM_RETURN_IF_ERROR(file->begin());
  return std::unique_ptr<ResumeFile>(std::move(file));
}

}  // namespace hilum
