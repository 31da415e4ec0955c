// The measuring tools whose methods this folder has.
#include "anatomy/measure.h"
#include "anatomy/methods.h"

namespace hilum::anatomy {

Result<std::vector<MeasuringTool>> load_tools() {
  HILUM_ASSIGN(auto tools, nlp::load_measuring_tools());
  for (const MeasuringTool& tool : tools) {
    const auto bad = [&](const std::string& what) {
      return Status(ErrorCode::kConfig, "configs/measurements/tools.json: '" + tool.name + "' " + what);
    };
    const Method* method = find_method(tool.method);
    if (method == nullptr) return bad("has the unknown method '" + tool.method + "'");
    if (tool.masks.size() != method->masks || tool.landmarks.size() != method->landmarks)
      return bad("does not need what its method '" + tool.method + "' takes");
  }
  return tools;
}

}  // namespace hilum::anatomy
