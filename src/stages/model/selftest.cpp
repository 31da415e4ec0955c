#include "stages/model/selftest.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "hilum/image.h"
#include "hilum/model.h"
#include "hilum/record.h"

#include "runtime/bundle/selftest_spec.h"
#include "runtime/models/anatomy_model.h"
#include "runtime/roles/anatomy.h"
#include "stages/common/study_input.h"

namespace hilum {
namespace {

// The first token that is not the expected one; the expected length when they are the same.
std::size_t first_difference(const std::vector<int>& got, const std::vector<int>& expected) {
  std::size_t at = 0;
  while (at < expected.size() && at < got.size() && got[at] == expected[at]) ++at;
  return at;
}

void note_difference(const std::string& name, double difference, SelftestResult& result) {
  if (!(std::abs(difference) > result.largest_difference)) return;
  result.largest_difference = std::abs(difference);
  result.largest_label = name;
}

void judge(const runtime::SelftestSpec& spec, SelftestResult& result) {
  if (!(result.largest_difference > spec.tolerance)) return;
  result.problem = result.largest_label + " differs by " + std::to_string(result.largest_difference) + ", " +
                   std::to_string(spec.tolerance) + " is allowed";
}

Status compare_predictions(const std::vector<float>& got, const runtime::Manifest& manifest,
                           const runtime::SelftestCase& test, SelftestResult& result) {
  for (const auto& [name, expected] : test.predictions) {
    bool known = false;
    for (std::size_t i = 0; i < got.size() && i < manifest.labels.size(); ++i) {
      if (manifest.labels[i].name != name) continue;
      known = true;
      note_difference(name, static_cast<double>(got[i]) - expected, result);
    }
    if (!known)
      return {ErrorCode::kBundleInvalid,
              "self-test " + test.image + ": the bundle has no label '" + name + "'"};
  }
  return Status::ok();
}

Result<std::vector<SelftestResult>> run_cases(const runtime::Bundle& bundle, const Model& model) {
  const runtime::Manifest& manifest = bundle.manifest();
  const auto& spec = *manifest.part<runtime::SelftestSpec>();
  ModelRequest options;
  options.decode = manifest.decode;
  options.decode.strategy = runtime::Strategy::kGreedy;
  std::vector<SelftestResult> results;
  for (const runtime::SelftestCase& test : spec.cases) {
    SelftestResult result;
    result.image = test.image;
    HILUM_ASSIGN(const std::string path, bundle.locate(test.image));
    Study study;
    study.id = test.image;
    study.images.push_back({path, "", ""});
    study.indication = test.indication;
    HILUM_ASSIGN(const PreparedStudy prepared, prepare_study(study_to_json(study), model, 0));
    HILUM_ASSIGN(const auto outputs, model.run({&prepared.input}, options));
    HILUM_RETURN_IF_ERROR(compare_predictions(outputs.front().probabilities, manifest, test, result));
    judge(spec, result);
    if (!test.ids.empty()) {
      const std::vector<int> got =
          outputs.front().hypotheses.empty() ? std::vector<int>() : outputs.front().hypotheses.front().tokens;
      const std::size_t at = first_difference(got, test.ids);
      result.same_ids = at == test.ids.size() && got.size() == test.ids.size();
      if (!result.same_ids && result.problem.empty())
        result.problem = "the text differs from token " + std::to_string(at) + " on";
    }
    results.push_back(std::move(result));
  }
  return results;
}

Result<std::vector<SelftestResult>> run_cases(const runtime::Bundle& bundle,
                                              const runtime::AnatomyModel& model) {
  const runtime::Manifest& manifest = bundle.manifest();
  const auto& spec = *manifest.part<runtime::SelftestSpec>();
  std::vector<SelftestResult> results;
  for (const runtime::SelftestCase& test : spec.cases) {
    SelftestResult result;
    result.image = test.image;
    HILUM_ASSIGN(const std::string path, bundle.locate(test.image));
    HILUM_ASSIGN(const LoadedImage image, load_image(path));
    HILUM_ASSIGN(const ModelInput input, preprocess(image.pixels, manifest.preprocess));
    HILUM_ASSIGN(const runtime::AnatomyOutput output, model.run(input));
    HILUM_RETURN_IF_ERROR(compare_predictions(output.probabilities, manifest, test, result));
    for (const auto& [name, expected] : test.areas) {
      bool known = false;
      for (std::size_t m = 0; m < output.maps.size(); ++m) {
        if (runtime::maps_of(manifest)[m].name != name) continue;
        known = true;
        const std::vector<float>& logits = output.maps[m].logits;
        const auto inside = std::count_if(logits.begin(), logits.end(), [](float l) { return l > 0; });
        note_difference(name, static_cast<double>(inside) / static_cast<double>(logits.size()) - expected,
                        result);
      }
      if (!known)
        return Status(ErrorCode::kBundleInvalid,
                      "self-test " + test.image + ": the bundle has no map '" + name + "'");
    }
    judge(spec, result);
    results.push_back(std::move(result));
  }
  return results;
}

template <typename Opened>
Result<Selftest> run_on(const runtime::Bundle& bundle, const Opened& model) {
  model.use_threads(1);
  Selftest test;
  test.engine = model.engine();
  HILUM_ASSIGN(test.results, run_cases(bundle, model));
  return test;
}

}  // namespace

Result<Selftest> run_selftest(const runtime::Bundle& bundle, const std::string& device) {
  const runtime::Manifest& manifest = bundle.manifest();
  HILUM_RETURN_IF_ERROR(bundle.verify());
  if (manifest.part<runtime::SelftestSpec>() == nullptr)
    return Status(ErrorCode::kBundleInvalid, bundle.folder() + ": the bundle has no self-test");
  if (runtime::has_role_of(manifest, runtime::RunBy::kAnatomyModel)) {
    HILUM_ASSIGN(const auto model, runtime::AnatomyModel::open(bundle, device));
    return run_on(bundle, *model);
  }
  ModelOptions options;
  options.device = device;
  HILUM_ASSIGN(const auto model, Model::open(bundle, options));
  return run_on(bundle, *model);
}

}  // namespace hilum
