#include "nlp/measurements/tools.h"

#include <nlohmann/json.hpp>

#include "hilum/json.h"

#include "core/files/file.h"
#include "core/text/text.h"

namespace hilum::nlp {
namespace {

constexpr const char* kFile = "configs/measurements/tools.json";
constexpr std::size_t kMaxBytes = 1u << 20;

Status bad(const MeasuringTool& tool, const std::string& what) {
  return {ErrorCode::kConfig, std::string(kFile) + ": '" + tool.name + "' " + what};
}

Status read_needs(const Json& entry, MeasuringTool& tool) {
  const Json* needs = find_path(entry, "needs");
  if (needs == nullptr || !needs->is_array()) return bad(tool, "has no list 'needs'");
  for (const Json& item : *needs) {
    const std::string need = item.is_string() ? item.get<std::string>() : "";
    if (need == "spacing") {
      tool.needs_spacing = true;
    } else if (starts_with(need, "mask:")) {
      tool.masks.push_back(need.substr(5));
    } else if (starts_with(need, "landmark:")) {
      tool.landmarks.push_back(need.substr(9));
    } else {
      return bad(tool, "needs '" + need + "', which is no 'mask:', 'landmark:' or 'spacing'");
    }
    tool.needs.push_back(need);
  }
  return Status::ok();
}

Result<MeasuringTool> tool_of(const Json& entry) {
  MeasuringTool tool;
  const std::pair<const char*, std::string MeasuringTool::*> texts[] = {
      {"measurement", &MeasuringTool::name}, {"method", &MeasuringTool::method},
      {"finding", &MeasuringTool::finding},  {"kind", &MeasuringTool::kind},
      {"target", &MeasuringTool::target},    {"unit", &MeasuringTool::unit},
      {"formula", &MeasuringTool::formula},  {"source", &MeasuringTool::source}};
  for (const auto& [key, member] : texts) {
    HILUM_ASSIGN(tool.*member, text_at(entry, key));
  }
  if (tool.name.empty() || tool.unit.empty()) return bad(tool, "has no name or no unit");
  HILUM_RETURN_IF_ERROR(read_needs(entry, tool));
  if (const Json* t = find_path(entry, "tolerance"); t != nullptr && t->is_number())
    tool.tolerance = t->get<double>();
  if (const Json* n = find_path(entry, "normal"); n != nullptr) {
    if (!n->is_array() || n->size() != 2 || !(*n)[0].is_number() || !(*n)[1].is_number())
      return bad(tool, "has a 'normal' that is not [low, high]");
    tool.normal = {(*n)[0].get<double>(), (*n)[1].get<double>()};
  }
  return tool;
}

}  // namespace

Result<std::vector<MeasuringTool>> load_measuring_tools() {
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

}  // namespace hilum::nlp
