#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include "hilum/entities.h"

#include "core/files/file.h"
#include "stages/entities/found.h"

namespace hilum {
namespace {

using stages::EntitiesFound;

// The payload of an item that the stage finished; null for others.
const EntitiesFound* found_in(const Item& item) {
  return item.status.is_ok() ? dynamic_cast<const EntitiesFound*>(item.payload.get()) : nullptr;
}

class RadGraphWriter : public Writer {
 public:
  explicit RadGraphWriter(std::unique_ptr<Sink> sink) : sink_(std::move(sink)) {}
  RadGraphWriter(const RadGraphWriter&) = delete;
  RadGraphWriter& operator=(const RadGraphWriter&) = delete;
  ~RadGraphWriter() override { static_cast<void>(close()); }

  Status begin() { return sink_->write("{"); }

  Status write(const Item& item) override {
    const EntitiesFound* found = found_in(item);
    if (found == nullptr) return Status::ok();
    Json annotation = nlp::graph_to_json(found->report.graph);
    annotation["id"] = found->report.graph.key;
    HILUM_ASSIGN(const std::string text, dump_json(annotation));
    const std::string separator = count_ == 0 ? "\n\"" : ",\n\"";
    return sink_->write(separator + std::to_string(count_++) + "\": " + text);
  }

  Status close() override {
    if (closed_) return Status::ok();
    closed_ = true;
    HILUM_RETURN_IF_ERROR(sink_->write("\n}\n"));
    return sink_->flush();
  }

 private:
  std::unique_ptr<Sink> sink_;
  std::size_t count_ = 0;
  bool closed_ = false;
};

class StructuredTableWriter : public Writer {
 public:
  StructuredTableWriter(std::string path, nlp::FindingGrouper grouper)
      : path_(std::move(path)), grouper_(std::move(grouper)) {}

  Status write(const Item& item) override {
    const EntitiesFound* found = found_in(item);
    if (found != nullptr && found->structured)
      by_patient_[found->structured->subject_id].push_back(*found->structured);
    return Status::ok();
  }

  Status close() override {
    std::string text = nlp::lunguage_table_header();
    for (auto& [patient, reports] : by_patient_) {
      std::stable_sort(reports.begin(), reports.end(),
                       [](const auto& a, const auto& b) { return a.day < b.day; });
      for (std::size_t i = 0; i < reports.size(); ++i) reports[i].sequence = static_cast<int>(i) + 1;
      grouper_.group(reports);
      for (const nlp::LunguageReport& report : reports) text += nlp::lunguage_table_rows(report);
    }
    return write_file(path_, text);
  }

 private:
  std::string path_;
  nlp::FindingGrouper grouper_;
  std::map<std::string, std::vector<nlp::LunguageReport>> by_patient_;
};

}  // namespace

Result<std::unique_ptr<Writer>> radgraph_writer(const std::string& path) {
  HILUM_ASSIGN(auto sink, open_file_sink(path, true));
  auto writer = std::make_unique<RadGraphWriter>(std::move(sink));
  HILUM_RETURN_IF_ERROR(writer->begin());
  return std::unique_ptr<Writer>(std::move(writer));
}

Result<std::unique_ptr<Writer>> structured_table_writer(const std::string& path) {
  HILUM_ASSIGN(nlp::FindingGrouper grouper, nlp::FindingGrouper::load());
  return std::unique_ptr<Writer>(std::make_unique<StructuredTableWriter>(path, std::move(grouper)));
}

}  // namespace hilum
