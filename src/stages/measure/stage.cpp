#include <nlohmann/json.hpp>

#include "hilum/measure.h"

#include "stages/measure/film_payload.h"

namespace hilum {

using stages::FilmMeasurer;
using stages::FilmPayload;
using stages::MeasuredFilm;

namespace {

// Nobody needs the pixels once the pictures are drawn, and records may wait long for their turn.
void drop_pixels(MeasuredFilm& film) {
  film.grey = {};
  film.anatomy.structures.clear();
}

class MeasureStage : public RecordStage {
 public:
  explicit MeasureStage(std::unique_ptr<FilmMeasurer> measurer) : measurer_(std::move(measurer)) {}

  const StageInfo& info() const override { return measure_info(); }
  const Json& provenance() const override { return measurer_->provenance(); }
  void enter_thread() override { measurer_->enter_thread(); }

  Status admit(Item& item) override { return measurer_->admit(item.record()); }

  Status prepare(Item& item) override {
    auto payload = std::make_unique<FilmPayload>();
    HILUM_ASSIGN(payload->film, measurer_->read(item.record()));
    item.payload = std::move(payload);
    return Status::ok();
  }

  Status process_one(Item& item) override {
    auto& payload = item.payload_as<FilmPayload>();
    HILUM_ASSIGN(MeasuredFilm measured, measurer_->add_to(item.record(), std::move(*payload.film)));
    payload.film.reset();
    HILUM_RETURN_IF_ERROR(measurer_->write_overlay(measured, {}));
    drop_pixels(measured);
    payload.measured = std::move(measured);
    return Status::ok();
  }

 private:
  std::unique_ptr<FilmMeasurer> measurer_;
};

}  // namespace

const StageInfo& measure_info() {
  static const StageInfo info{"measure",
                              "Find lungs, heart and airway on a film and measure them",
                              {{"images", "the first image is measured; its view"},
                               {"anatomy", "masks and landmarks that are given"}},
                              {{"anatomy", "structures, landmarks, measurements, spacing"},
                               {"quality", "whether the film was refused; issues"}},
                              {"measurements/tools.json"}};
  return info;
}

Result<std::unique_ptr<Stage>> make_measure_stage(const MeasureOptions& options) {
  HILUM_ASSIGN(auto measurer, FilmMeasurer::open(options));
  return std::unique_ptr<Stage>(std::make_unique<MeasureStage>(std::move(measurer)));
}

}  // namespace hilum
