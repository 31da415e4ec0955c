// FactCheXcker's files as source, stage and writer.
#include "factcheck/factchexcker.h"

#include <nlohmann/json.hpp>

#include "hilum/factcheck.h"
#include "hilum/record.h"

#include "core/files/file.h"
#include "stages/common/provenance.h"

namespace hilum {
namespace {

namespace fc = hilum::factcheck;

constexpr std::size_t kMaxFileBytes = 1u << 30;

struct Entry : Payload {
  std::string file, id;
  Json entry, points, presence;  // the last two null when there are none
  fc::FactchexckerRow row;
};

Result<Json> optional_file(const std::string& path) {
  if (path.empty()) return Json(nullptr);
  return read_json_file(path, kMaxFileBytes);
}

Json entry_of(const Json& file, const std::string& id) {
  const auto found = file.is_object() ? file.find(id) : file.end();
  return found == file.end() ? Json(nullptr) : *found;
}

class EntrySource : public Source {
 public:
  EntrySource(std::string name, Json reports, Json points, Json presence)
      : name_(std::move(name)),
        reports_(std::move(reports)),
        points_(std::move(points)),
        presence_(std::move(presence)),
        next_(reports_.begin()) {}

  std::optional<Item> next() override {
    if (next_ == reports_.end()) return std::nullopt;
    auto payload = std::make_unique<Entry>();
    payload->file = name_;
    payload->id = next_.key();
    payload->entry = std::move(next_.value());
    payload->points = entry_of(points_, payload->id);
    payload->presence = entry_of(presence_, payload->id);
    ++next_;
    Item item(Json{{"schema", kSchema}, {"id", payload->id}});
    item.payload = std::move(payload);
    return item;
  }
  std::string describe() const override { return "FactCheXcker's reports of " + name_; }

 private:
  std::string name_;
  Json reports_, points_, presence_;
  Json::iterator next_;
};

class EntryStage : public RecordStage {
 public:
  EntryStage(fc::FactChecker checker, StageInfo info, Json provenance, bool update)
      : checker_(std::move(checker)),
        info_(std::move(info)),
        provenance_(std::move(provenance)),
        update_(update) {}
  const StageInfo& info() const override { return info_; }
  const Json& provenance() const override { return provenance_; }

  Status process_one(Item& item) override {
    auto* entry = dynamic_cast<Entry*>(item.payload.get());
    if (entry == nullptr) return {ErrorCode::kRecordInvalid, "not a record of factchexcker_source"};
    auto row = fc::check_entry(checker_, entry->id, entry->entry, entry->points, entry->presence, update_);
    if (!row) return row.status().at(entry->file);
    entry->row = row.take();
    return Status::ok();
  }

 private:
  fc::FactChecker checker_;
  StageInfo info_;
  Json provenance_;
  bool update_;
};

class EntryWriter : public Writer {
 public:
  EntryWriter(Sink& out, std::string rows, std::string model)
      : out_(out), path_(std::move(rows)), model_(std::move(model)) {}

  Status write(const Item& item) override {
    if (!item.status.is_ok()) return item.status;
    auto* entry = dynamic_cast<Entry*>(item.payload.get());
    if (entry == nullptr) return {ErrorCode::kRecordInvalid, "not a record of factchexcker_source"};
    reports_[entry->id] = std::move(entry->entry);
    rows_.push_back(std::move(entry->row));
    return Status::ok();
  }

  Status close() override {
    HILUM_ASSIGN(const std::string reports, dump_json(reports_));
    if (!path_.empty()) HILUM_RETURN_IF_ERROR(write_file(path_, fc::to_csv(rows_, model_)));
    HILUM_RETURN_IF_ERROR(out_.write(reports + "\n"));
    return out_.flush();
  }

 private:
  Sink& out_;
  std::string path_, model_;
  Json reports_ = Json::object();
  std::vector<fc::FactchexckerRow> rows_;
};

}  // namespace

Result<std::unique_ptr<Source>> factchexcker_source(const FactchexckerFiles& files) {
  HILUM_ASSIGN(Json reports, read_json_file(files.reports, kMaxFileBytes));
  if (!reports.is_object())
    return Status(ErrorCode::kRecordInvalid,
                  files.reports + ": reports: should be an object with one entry an id");
  HILUM_ASSIGN(Json points, optional_file(files.points));
  HILUM_ASSIGN(Json presence, optional_file(files.presence));
  return std::unique_ptr<Source>(std::make_unique<EntrySource>(files.reports, std::move(reports),
                                                               std::move(points), std::move(presence)));
}

Result<std::unique_ptr<Stage>> make_factchexcker_stage(bool update) {
  StageInfo info = factcheck_info();
  info.reads.clear();
  info.writes.clear();
  HILUM_ASSIGN(Json provenance, make_provenance(info, {{"factchexcker", update}}, Json::object()));
  HILUM_ASSIGN(fc::FactChecker checker, fc::FactChecker::load());
  return std::unique_ptr<Stage>(
      std::make_unique<EntryStage>(std::move(checker), std::move(info), std::move(provenance), update));
}

std::unique_ptr<Writer> factchexcker_writer(Sink& out, const std::string& rows, const std::string& model) {
  return std::make_unique<EntryWriter>(out, rows, model);
}

}  // namespace hilum
