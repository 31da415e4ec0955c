#include "stages/studies/source.h"

#include <nlohmann/json.hpp>

#include "core/text/text.h"

namespace hilum::stages {

Result<std::unique_ptr<StudyRecords>> StudyRecords::open(StudyRecordsOptions options) {
  std::unique_ptr<StudyRecords> records(new StudyRecords(std::move(options)));
  HILUM_RETURN_IF_ERROR(records->dropped_.open(records->options_.dropped));
  datasets::StudyOptions read = records->options_.read;
  read.note = [own = records.get()](const datasets::Note& note) {
    own->counts_.add(note);
    own->dropped_.add(note);
    if (own->options_.read.note) own->options_.read.note(note);
  };
  HILUM_ASSIGN(records->source_, datasets::open_studies(records->options_.paths, std::move(read)));
  return records;
}

std::optional<Item> StudyRecords::next() {
  auto item = source_->next();
  if (!item) status_ = item.status();
  if (!item || !item->has_value()) return std::nullopt;
  counts_.add((*item)->study);
  if (options_.complete) options_.complete((*item)->study);
  return Item(datasets::record_of(**item));
}

std::string StudyRecords::describe() const { return "the studies of " + join(options_.paths, ", "); }

}  // namespace hilum::stages
