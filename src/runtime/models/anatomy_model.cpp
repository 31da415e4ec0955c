#include "runtime/models/anatomy_model.h"

#include "runtime/roles/anatomy.h"

namespace hilum::runtime {

Status AnatomyModel::segment(const Value& image, AnatomyOutput& out) const {
  const std::size_t maps = maps_of(manifest()).size();
  HILUM_ASSIGN(const std::vector<Value> values, segmenter_->call("forward", {&image}, 2));
  HILUM_ASSIGN(const std::vector<std::int64_t> shape, values[0].shape());
  if (shape.size() != 4 || shape[0] != 1 || shape[1] != static_cast<std::int64_t>(maps) || shape[2] < 1 ||
      shape[3] < 1) {
    return {ErrorCode::kBundleInvalid, "segmenter: not one map for each of 'maps'"};
  }
  HILUM_ASSIGN(const std::vector<float> logits, values[0].numbers());
  const auto area = static_cast<std::ptrdiff_t>(shape[2] * shape[3]);
  for (std::size_t m = 0; m < maps; ++m) {
    const auto begin = logits.begin() + static_cast<std::ptrdiff_t>(m) * area;
    out.maps.push_back({static_cast<int>(shape[3]), static_cast<int>(shape[2]), {begin, begin + area}});
  }
  HILUM_ASSIGN(out.probabilities, values[1].numbers(HILUM_TORCH_SIGMOID));
  if (out.probabilities.size() != manifest().labels.size())
    return {ErrorCode::kBundleInvalid, "segmenter: not one number for each label"};
  return Status::ok();
}

Status AnatomyModel::find_points(const Value& image, AnatomyOutput& out) const {
  const std::vector<std::string>& names = manifest().part<LandmarksSpec>()->names;
  HILUM_ASSIGN(const std::vector<Value> values, landmarks_->call("forward", {&image}, 2));
  HILUM_ASSIGN(const std::vector<float> points, values[0].numbers());
  HILUM_ASSIGN(const std::vector<float> confidence, values[1].numbers());
  const std::size_t count = names.size();
  if (confidence.size() != count || points.size() != 2 * count)
    return {ErrorCode::kBundleInvalid, "landmarks: not one point for each of 'landmarks'"};
  for (std::size_t i = 0; i < count; ++i) {
    out.points.push_back({names[i], static_cast<double>(points[2 * i]),
                          static_cast<double>(points[2 * i + 1]), static_cast<double>(confidence[i])});
  }
  return Status::ok();
}

Result<std::shared_ptr<const AnatomyModel>> AnatomyModel::open(const Bundle& bundle,
                                                               const std::string& device) {
  const Manifest& manifest = bundle.manifest();
  if (manifest.file_of_role("segmenter") == nullptr && manifest.file_of_role("landmarks") == nullptr) {
    return Status(ErrorCode::kBundleInvalid,
                  bundle.folder() + ": the bundle has no segmenter and no landmarks");
  }
  std::shared_ptr<AnatomyModel> model(new AnatomyModel());
  HILUM_RETURN_IF_ERROR(model->OpenedBundle::open(bundle, device));
  HILUM_RETURN_IF_ERROR(model->open_role(bundle, "segmenter", model->segmenter_));
  HILUM_RETURN_IF_ERROR(model->open_role(bundle, "landmarks", model->landmarks_));
  return std::shared_ptr<const AnatomyModel>(std::move(model));
}

Result<AnatomyOutput> AnatomyModel::run(const ModelInput& image) const {
  const TorchScript& any = segmenter_ ? *segmenter_ : *landmarks_;
  HILUM_ASSIGN(const Value batch,
               any.floats({1, image.channels, image.height, image.width}, image.values.data()));
  AnatomyOutput out;
  if (segmenter_) HILUM_RETURN_IF_ERROR(segment(batch, out));
  if (landmarks_) HILUM_RETURN_IF_ERROR(find_points(batch, out));
  return out;
}

}  // namespace hilum::runtime
