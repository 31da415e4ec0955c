#include "stages/studies/stage.h"

#include <nlohmann/json.hpp>

#include "stages/common/provenance.h"

namespace hilum::stages {
namespace {

class StudiesStage : public RecordStage {
 public:
  explicit StudiesStage(Json provenance) : provenance_(std::move(provenance)) {}
  const StageInfo& info() const override { return studies_info(); }
  const Json& provenance() const override { return provenance_; }
  Status process_one(Item&) override { return Status::ok(); }

 private:
  Json provenance_;
};

}  // namespace

const StageInfo& studies_info() {
  static const StageInfo info{"studies",
                              "Read a data set or folder into study records",
                              {},
                              {{"id", "and patient_id, study_id, study_time, split"},
                               {"images", "path, id and view of each"},
                               {"indication", "and history, technique, comparison"},
                               {"priors", "earlier studies of the patient, newest first"},
                               {"patient_data", "age, sex, vital signs, medication"},
                               {"reference", "the report: findings, impression, labels, mesh"},
                               {"entities", "facts that the data set has of the report"},
                               {"similar", "neighbours that the data set names"}},
                              {"sections"}};
  return info;
}

Result<std::unique_ptr<Stage>> make_studies_stage(const datasets::StudyOptions& read) {
  const Json settings = {{"unit", read.unit == datasets::Unit::kImage ? "image" : "study"},
                         {"priors", read.priors},
                         {"one_study", read.one_study},
                         {"dialect", read.dialect}};
  HILUM_ASSIGN(Json provenance, make_provenance(studies_info(), settings, Json::object()));
  return std::unique_ptr<Stage>(std::make_unique<StudiesStage>(std::move(provenance)));
}

}  // namespace hilum::stages
