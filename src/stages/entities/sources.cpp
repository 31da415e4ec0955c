#include <nlohmann/json.hpp>

#include "hilum/entities.h"
#include "hilum/record.h"

#include "nlp/radgraph/radgraph.h"
#include "stages/entities/found.h"

namespace hilum {
namespace {

using stages::EntitiesFound;

class RadGraphSource : public Source {
 public:
  RadGraphSource(std::istream& in, const std::string& name) : reader_(in, name), name_(name) {}

  std::optional<Item> next() override {
    auto graph = reader_.next();
    if (graph && !graph->has_value()) return std::nullopt;
    ++seen_;
    Json record = {{"schema", kSchema}};
    if (!graph) {
      record["id"] = "graph-" + std::to_string(seen_);
      return Item(std::move(record), graph.status());
    }
    auto found = std::make_unique<EntitiesFound>();
    found->report.graph = std::move(**graph);
    record["id"] = found->report.graph.key;
    Item item(std::move(record));
    item.payload = std::move(found);
    return item;
  }
  std::string describe() const override { return "RadGraph output of " + name_; }

 private:
  nlp::RadGraphReader reader_;
  std::string name_;
  std::size_t seen_ = 0;
};

class TableSource : public Source {
 public:
  TableSource(std::vector<nlp::LunguageReport> reports, std::string name)
      : reports_(std::move(reports)), name_(std::move(name)) {}

  std::optional<Item> next() override {
    if (next_ == reports_.size()) return std::nullopt;
    auto found = std::make_unique<EntitiesFound>();
    const nlp::LunguageReport& report = found->structured.emplace(std::move(reports_[next_++]));
    Item item(Json{{"schema", kSchema},
                   {"id", report.study_id},
                   {"patient_id", report.subject_id},
                   {"section", report.section}});
    item.payload = std::move(found);
    return item;
  }
  std::string describe() const override { return "structured reports of the table " + name_; }

 private:
  std::vector<nlp::LunguageReport> reports_;
  std::size_t next_ = 0;
  std::string name_;
};

}  // namespace

std::unique_ptr<Source> radgraph_source(std::istream& in, const std::string& name) {
  return std::make_unique<RadGraphSource>(in, name);
}

Result<std::unique_ptr<Source>> structured_table_source(std::istream& in, const std::string& name) {
  HILUM_ASSIGN(std::vector<nlp::LunguageReport> reports, nlp::lunguage_from_table(in, name));
  return std::unique_ptr<Source>(std::make_unique<TableSource>(std::move(reports), name));
}

}  // namespace hilum
