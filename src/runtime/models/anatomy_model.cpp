#include "runtime/models/anatomy_model.h"

#include <optional>

#include "runtime/engine/torch_engine.h"

namespace hilum::runtime {

struct AnatomyModel::Parts {
  Manifest manifest;
  std::string identity;
  TorchEngine engine;
  std::optional<TorchScript> segmenter, landmarks;
};

namespace {

Status segment(const TorchScript& segmenter, const Manifest& manifest, const Value& image,
               AnatomyOutput& out) {
  HILUM_ASSIGN(const std::vector<Value> values, segmenter.call("forward", {&image}, 2));
  HILUM_ASSIGN(const std::vector<std::int64_t> shape, values[0].shape());
  if (shape.size() != 4 || shape[0] != 1 || shape[1] != static_cast<std::int64_t>(manifest.maps.size()) ||
      shape[2] < 1 || shape[3] < 1) {
    return {ErrorCode::kBundleInvalid, "segmenter: not one map for each of 'maps'"};
  }
  HILUM_ASSIGN(const std::vector<float> logits, values[0].numbers());
  const auto area = static_cast<std::ptrdiff_t>(shape[2] * shape[3]);
  for (std::size_t m = 0; m < manifest.maps.size(); ++m) {
    const auto begin = logits.begin() + static_cast<std::ptrdiff_t>(m) * area;
    out.maps.push_back({static_cast<int>(shape[3]), static_cast<int>(shape[2]), {begin, begin + area}});
  }
  HILUM_ASSIGN(out.probabilities, values[1].numbers(HILUM_TORCH_SIGMOID));
  if (out.probabilities.size() != manifest.labels.size())
    return {ErrorCode::kBundleInvalid, "segmenter: not one number for each label"};
  return Status::ok();
}

Status find_points(const TorchScript& landmarks, const Manifest& manifest, const Value& image,
                   AnatomyOutput& out) {
  HILUM_ASSIGN(const std::vector<Value> values, landmarks.call("forward", {&image}, 2));
  HILUM_ASSIGN(const std::vector<float> points, values[0].numbers());
  HILUM_ASSIGN(const std::vector<float> confidence, values[1].numbers());
  const std::size_t count = manifest.landmarks.size();
  if (confidence.size() != count || points.size() != 2 * count)
    return {ErrorCode::kBundleInvalid, "landmarks: not one point for each of 'landmarks'"};
  for (std::size_t i = 0; i < count; ++i) {
    out.points.push_back({manifest.landmarks[i], static_cast<double>(points[2 * i]),
                          static_cast<double>(points[2 * i + 1]), static_cast<double>(confidence[i])});
  }
  return Status::ok();
}

}  // namespace

AnatomyModel::AnatomyModel(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
AnatomyModel::~AnatomyModel() = default;

Result<std::shared_ptr<const AnatomyModel>> AnatomyModel::open(const Bundle& bundle,
                                                               const std::string& device) {
  auto parts = std::make_unique<Parts>();
  parts->manifest = bundle.manifest();
  parts->identity = bundle.identity();
  if (parts->manifest.file_of_role("segmenter") == nullptr &&
      parts->manifest.file_of_role("landmarks") == nullptr) {
    return Status(ErrorCode::kBundleInvalid,
                  bundle.folder() + ": the bundle has no segmenter and no landmarks");
  }
  HILUM_ASSIGN(parts->engine, open_engine(bundle, device));
  HILUM_RETURN_IF_ERROR(open_script(bundle, "segmenter", device, {"forward"}, parts->segmenter));
  HILUM_RETURN_IF_ERROR(open_script(bundle, "landmarks", device, {"forward"}, parts->landmarks));
  return std::shared_ptr<const AnatomyModel>(new AnatomyModel(std::move(parts)));
}

Result<AnatomyOutput> AnatomyModel::run(const ModelInput& image) const {
  const Parts& p = *parts_;
  const TorchScript& any = p.segmenter ? *p.segmenter : *p.landmarks;
  HILUM_ASSIGN(const Value batch,
               any.floats({1, image.channels, image.height, image.width}, image.values.data()));
  AnatomyOutput out;
  if (p.segmenter) HILUM_RETURN_IF_ERROR(segment(*p.segmenter, p.manifest, batch, out));
  if (p.landmarks) HILUM_RETURN_IF_ERROR(find_points(*p.landmarks, p.manifest, batch, out));
  return out;
}

const Manifest& AnatomyModel::manifest() const { return parts_->manifest; }
const std::string& AnatomyModel::identity() const { return parts_->identity; }
const std::string& AnatomyModel::engine() const { return parts_->engine.name; }
void AnatomyModel::use_threads(int threads) const { parts_->engine.table->set_threads(threads); }

}  // namespace hilum::runtime
