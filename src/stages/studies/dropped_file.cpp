#include "stages/studies/dropped_file.h"

#include <nlohmann/json.hpp>

#include "hilum/jsonl.h"

namespace hilum::stages {

Status DroppedFile::open(const std::string& path) {
  if (path.empty()) return Status::ok();
  HILUM_ASSIGN(file_, open_file_sink(path, true));
  return Status::ok();
}

void DroppedFile::add(const datasets::Note& note) {
  const datasets::ReasonInfo& info = datasets::reason_info(note.reason);
  if (info.chosen || file_ == nullptr || !status_.is_ok()) return;
  Json line = {{"what", note.what}, {"reason", std::string(info.name)}, {"dropped", info.dropped}};
  if (!note.detail.empty()) line["detail"] = note.detail;
  status_ = write_jsonl(*file_, line);
}

Status DroppedFile::close() {
  if (file_ != nullptr && status_.is_ok()) status_ = file_->flush();
  return status_;
}

}  // namespace hilum::stages
