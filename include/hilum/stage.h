// A stage: what adds its keys to study records (docs/records.md). Every command of the program that turns
// records into records is one, and one loop runs them all (run.h). A stage declares what it reads and writes;
// help texts, the documentation's table, --dry-run and the provenance of records are made from that
// declaration.
//
// Ownership: an item owns its record; a stage owns what it loaded. Threads: `info` and `provenance` at any
// time; `prepare` and `process` from several threads at once, never for one item at a time; `admit` on the
// thread that reads. Errors: a status in the item, which marks that record and no other; what a stage throws
// is contained and becomes the status of the items at hand.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hilum/json.h"
#include "hilum/status.h"

namespace hilum {

// A key of the record, as a dotted path ("report.findings"), and what is there.
struct RecordKey {
  std::string path;
  std::string what;
};

// What a stage needs to see at once: one record, or all records of a patient.
enum class Unit { kRecord, kPatient };

struct StageInfo {
  std::string name;     // "label": the command, `error.stage` and the stage's entry of `provenance`
  std::string summary;  // one line
  std::vector<RecordKey> reads, writes;
  std::vector<std::string> tables;  // files and folders under configs/ that decide the output
  Unit unit = Unit::kRecord;
};

// Where in a record the text is that a stage reads.
struct TextPlace {
  // Dotted paths whose texts are joined by a blank line; a key of that very name wins over a path. Empty:
  // report.findings, else text.
  std::vector<std::string> keys;
  std::string setting = "setting 'text_key'";  // what messages call it
};

// What one function of a stage leaves for the next, or for a writer. Each stage has its own kind.
class Payload {
 public:
  virtual ~Payload() = default;
};

// One record on its way through a run.
class Item {
 public:
  explicit Item(Json record);
  Item(Json record, Status failed);  // a record that could not be read: it holds its id
  ~Item();
  Item(Item&&) noexcept;
  Item& operator=(Item&&) noexcept;

  Json& record() { return *record_; }
  const Json& record() const { return *record_; }
  // Details of this record for the stage's entry of `provenance` ("text_cut": true), null unless set.
  Json& notes();
  const Json* noted() const { return notes_.get(); }

  // The payload as the kind that its maker gave it.
  template <typename Kind>
  Kind& payload_as() const {
    return static_cast<Kind&>(*payload);
  }

  Status status;  // why the record failed here; ok while it has not
  std::unique_ptr<Payload> payload;

 private:
  std::unique_ptr<Json> record_;
  std::unique_ptr<Json> notes_;
};

class Stage {
 public:
  virtual ~Stage() = default;

  virtual const StageInfo& info() const = 0;

  // What the records' `provenance` says of this stage besides its name and the program's version: bundles,
  // engine, and "config", a hash of the settings and tables that decide the output. The same for all records.
  virtual const Json& provenance() const = 0;

  // Called for each record in the order of input before anything else, on one thread. For what depends on
  // order.
  virtual Status admit(Item& item);

  // Reads and decodes what `process` needs, into `item.payload`.
  virtual Status prepare(Item& item);

  // Adds the stage's keys to a batch of records, in order; failures go into the items' status.
  virtual void process(const std::vector<Item*>& items) = 0;

  // Called once on each thread that will call `process`, before its first batch.
  virtual void enter_thread();

  // After a run: what of all its records together a person should know ("no record has 'impresion'"), a
  // sentence each.
  virtual std::vector<std::string> warnings() const;
};

// A stage whose work is one record at a time.
class RecordStage : public Stage {
 public:
  void process(const std::vector<Item*>& items) final;
  virtual Status process_one(Item& item) = 0;
};

}  // namespace hilum
