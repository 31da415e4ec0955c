#include "eval/clinical/radcliq.h"

#include <optional>

#include <nlohmann/json.hpp>

#include "eval/input/stored_values.h"

namespace hilum::eval {
namespace {

struct RadcliqModel {
  std::array<double, 4> mean, scale, coefficient;
  double intercept;
};

// Read out of the published composite models (CXR-Report-Metric).
constexpr RadcliqModel kV0 = {
    {{0.5398376019082272, 0.6312549595000001, 0.7716797866672277, 0.4607372064809605}},
    {{0.3018344440559102, 0.22466950746141123, 0.24750333805236252, 0.30336670936092264}},
    {{-0.4796252644863446, -0.6762170542369337, -0.46366575161751994, 0.2165861905287535}},
    1.641666666666666};
constexpr RadcliqModel kV1 = {
    {{0.5379231241355762, 0.6175725628125001, 0.7647942121140658, 0.44738335396242174}},
    {{0.3028258411486429, 0.22430938459304575, 0.2539439110169773, 0.2989271671041838}},
    {{-0.37708368261038905, -0.37030009974480316, -0.25261621789593225, 4.315048405024756e-12}},
    2.466552561323256e-10};

double apply(const RadcliqModel& model, const std::array<double, 4>& inputs) {
  double value = model.intercept;
  for (std::size_t i = 0; i < inputs.size(); ++i)
    value += model.coefficient[i] * (inputs[i] - model.mean[i]) / model.scale[i];
  return value;
}

}  // namespace

double radcliq_v0(const std::array<double, 4>& inputs) { return apply(kV0, inputs); }
double radcliq_v1(const std::array<double, 4>& inputs) { return apply(kV1, inputs); }

Status add_radcliq(Context& context) {
  static const std::array<const char*, 4> columns = {"radgraph_combined", "bertscore", "semb_score",
                                                     "bleu_score"};
  std::vector<double> v0, v1;
  for (const EvaluationItem& item : context.set.items) {
    std::array<double, 4> inputs{};
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const Json* value = item.record ? find_path(*item.record, columns[i]) : nullptr;
      const std::optional<double> number = value != nullptr ? number_of(*value) : std::nullopt;
      if (!number)
        return Status(ErrorCode::kRecordInvalid,
                      std::string("RadCliQ needs a number in '") + columns[i] + "'")
            .at(item.id);
      inputs[i] = *number;
    }
    v0.push_back(radcliq_v0(inputs));
    v1.push_back(radcliq_v1(inputs));
  }
  for (const auto& [name, values] : {std::pair("RadCliQ-v0", &v0), std::pair("RadCliQ-v1", &v1)}) {
    Metric metric;
    metric.name = name;
    metric.variant = "CXR-Report-Metric's model on given columns, mean (not its inverse)";
    metric.direction = Direction::kLower;
    context.table().add_mean(std::move(metric), *values);
  }
  return Status::ok();
}

}  // namespace hilum::eval
