// The registry of measuring tools.
#include <nlohmann/json.hpp>

#include "hilum/json.h"

#include "anatomy/measure.h"
#include "anatomy/methods.h"
#include "core/files/file.h"
#include "core/text/text.h"

namespace hilum::anatomy {
namespace {

constexpr const char* kFile = "configs/factcheck/tools.json";
constexpr std::size_t kMaxBytes = 1u << 20;

Result<MeasuringTool> tool_of(const Json& entry) {
  MeasuringTool tool;
  HILUM_ASSIGN(tool.name, text_at(entry, "measurement"));
  HILUM_ASSIGN(tool.method, text_at(entry, "method"));
  HILUM_ASSIGN(tool.unit, text_at(entry, "unit"));
  HILUM_ASSIGN(tool.formula, text_at(entry, "formula"));
  HILUM_ASSIGN(tool.source, text_at(entry, "source"));
  const auto bad = [&](const std::string& what) {
    return Status(ErrorCode::kConfig, std::string(kFile) + ": '" + tool.name + "' " + what);
  };
  if (tool.name.empty() || tool.unit.empty()) return bad("has no name or no unit");
  const Json* needs = find_path(entry, "needs");
  if (needs == nullptr || !needs->is_array()) return bad("has no list 'needs'");
  for (const Json& item : *needs) {
    const std::string need = item.is_string() ? item.get<std::string>() : "";
    if (need == "spacing") {
      tool.needs_spacing = true;
    } else if (starts_with(need, "mask:")) {
      tool.masks.push_back(need.substr(5));
    } else if (starts_with(need, "landmark:")) {
      tool.landmarks.push_back(need.substr(9));
    } else {
      return bad("needs '" + need + "', which is no 'mask:', 'landmark:' or 'spacing'");
    }
  }
  const Method* method = find_method(tool.method);
  if (method == nullptr) return bad("has the unknown method '" + tool.method + "'");
  if (tool.masks.size() != method->masks || tool.landmarks.size() != method->landmarks)
    return bad("does not need what its method '" + tool.method + "' takes");
  if (const Json* t = find_path(entry, "tolerance"); t != nullptr && t->is_number())
    tool.tolerance = t->get<double>();
  if (const Json* n = find_path(entry, "normal"); n != nullptr) {
    if (!n->is_array() || n->size() != 2 || !(*n)[0].is_number() || !(*n)[1].is_number())
      return bad("has a 'normal' that is not [low, high]");
    tool.normal = {(*n)[0].get<double>(), (*n)[1].get<double>()};
  }
  return tool;
}

}  // namespace

Result<std::vector<MeasuringTool>> load_tools() {
  HILUM_ASSIGN(const std::string path, find_data(kFile));
  HILUM_ASSIGN(const Json json, read_json_file(path, kMaxBytes));
  const Json* list = find_path(json, "tools");
  if (list == nullptr || !list->is_array()) return Status(ErrorCode::kConfig, path + ": no list 'tools'");
  std::vector<MeasuringTool> tools;
  for (const Json& entry : *list) {
    HILUM_ASSIGN(MeasuringTool tool, tool_of(entry));
    tools.push_back(std::move(tool));
  }
  return tools;
}

}  // namespace hilum::anatomy
