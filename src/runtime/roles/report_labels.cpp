#include "runtime/roles/report_labels.h"

#include <set>

#include <nlohmann/json.hpp>

#include "runtime/roles/json_fields.h"
#include "runtime/roles/text_ports.h"

namespace hilum::runtime {
namespace {

Result<std::shared_ptr<const ManifestPart>> read_report_labels(const Json& root, const Manifest&) {
  static const std::set<std::string> known = {"positive", "negative", "uncertain", "unmentioned"};
  HILUM_ASSIGN(const Json* object, read_object(root, ReportLabelSpec::kKey, "an object"));
  if (object == nullptr) return std::shared_ptr<const ManifestPart>();
  auto spec = std::make_shared<ReportLabelSpec>();
  HILUM_RETURN_IF_ERROR(read_max_tokens(*object, ReportLabelSpec::kKey, spec->max_tokens));
  std::vector<std::string> names;
  const auto read_one = [&](const Json& item, const std::string& where) -> Status {
    ReportLabel label;
    HILUM_RETURN_IF_ERROR(read_string(item, "name", where, label.name));
    HILUM_RETURN_IF_ERROR(read_strings(item, "classes", where, label.classes));
    HILUM_RETURN_IF_ERROR(check_names(where + ".classes", label.classes));
    for (const std::string& name : label.classes) {
      if (known.count(name) == 0)
        return invalid_field(where + ".classes", "made of positive, negative, uncertain and unmentioned");
    }
    names.push_back(label.name);
    spec->labels.push_back(std::move(label));
    return Status::ok();
  };
  HILUM_RETURN_IF_ERROR(read_items(*object, "labels", ReportLabelSpec::kKey, "a list of labels", read_one));
  HILUM_RETURN_IF_ERROR(check_names("report_labels.labels", names));
  return std::shared_ptr<const ManifestPart>(std::move(spec));
}

}  // namespace

Role report_labeler_role() {
  Role role;
  role.name = "report_labeler";
  role.does = "scores of the classes of all labels for a report, one label after the other";
  role.used_by = "label, evaluate";
  role.run_by = RunBy::kTextModel;
  role.methods = {{"forward", text_ports(), {{"scores", "f32[B,classes]"}}}};
  role.needs = {ReportLabelSpec::kKey, "tokenizer"};
  role.parts = {{ReportLabelSpec::kKey, read_report_labels}};
  role.offers = [](const Manifest& manifest) {
    return std::to_string(manifest.part<ReportLabelSpec>()->labels.size()) + " labels of reports";
  };
  return role;
}

}  // namespace hilum::runtime
