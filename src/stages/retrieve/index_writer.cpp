#include <nlohmann/json.hpp>

#include "stages/common/similar_cases.h"
#include "stages/retrieve/image_vectors.h"
#include "stages/retrieve/index_stage.h"

namespace hilum::stages {
namespace {

retrieval::Case case_of(const Json& record, bool reports) {
  retrieval::Case entry;
  entry.id = text_or_empty(record, "id");
  entry.study_id = text_or_empty(record, "study_id");
  entry.patient_id = text_or_empty(record, "patient_id");
  if (const Json* facts = find_path(record, "entities.facts"); facts != nullptr && facts->is_array()) {
    for (const Json& fact : *facts) {
      if (fact.is_string()) entry.facts.push_back(fact.get<std::string>());
    }
  }
  if (reports) entry.report = text_or_empty(record, "reference.findings");
  return entry;
}

// A builder that is dropped unfinished takes its files with it.
class CaseWriter : public IndexWriter {
 public:
  CaseWriter(std::string folder, retrieval::IndexSpec spec, bool reports)
      : folder_(std::move(folder)), spec_(std::move(spec)), reports_(reports) {}
  CaseWriter(std::unique_ptr<retrieval::IndexBuilder> builder, bool reports)
      : spec_(builder->spec()), builder_(std::move(builder)), reports_(reports) {}

  Status write(const Item& item) override {
    if (!item.status.is_ok() || item.payload == nullptr) return Status::ok();
    const std::vector<float>& vector = item.payload_as<VectorPayload>().vector;
    if (!builder_) {
      spec_.dimension = vector.size();
      HILUM_ASSIGN(builder_, retrieval::IndexBuilder::create(folder_, spec_));
    }
    if (vector.size() != spec_.dimension) {
      return {ErrorCode::kIndexInvalid, "a vector of " + std::to_string(vector.size()) +
                                            " numbers among vectors of " + std::to_string(spec_.dimension)};
    }
    HILUM_RETURN_IF_ERROR(builder_->add(vector.data(), case_of(item.record(), reports_)));
    ++added_;
    return Status::ok();
  }

  Status close() override { return added_ == 0 ? Status::ok() : builder_->finish(); }

  std::size_t added() const override { return added_; }
  std::size_t rows() const override { return builder_ ? builder_->rows() : 0; }

 private:
  std::string folder_;
  retrieval::IndexSpec spec_;
  std::unique_ptr<retrieval::IndexBuilder> builder_;
  bool reports_;
  std::size_t added_ = 0;
};

}  // namespace

std::unique_ptr<IndexWriter> new_index_writer(std::string folder, retrieval::IndexSpec spec, bool reports) {
  return std::make_unique<CaseWriter>(std::move(folder), std::move(spec), reports);
}

std::unique_ptr<IndexWriter> index_writer(std::unique_ptr<retrieval::IndexBuilder> builder, bool reports) {
  return std::make_unique<CaseWriter>(std::move(builder), reports);
}

}  // namespace hilum::stages
