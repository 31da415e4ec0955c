// Evaluation sets out of one JSON document, in the shapes that other tools write.
#include <nlohmann/json.hpp>

#include "core/text/text.h"
#include "eval/input/read_pairs.h"

namespace hilum::eval {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{4} << 30;

// {"hypotheses": […], "references": […]}: parallel lists, ids are positions from 0.
Status add_parallel(EvaluationSet& set, const Json& hypotheses, const Json& references) {
  if (hypotheses.size() != references.size()) {
    return Status(ErrorCode::kRecordInvalid, "as many hypotheses as references are needed, not " +
                                                 std::to_string(hypotheses.size()) + " and " +
                                                 std::to_string(references.size()));
  }
  PairFields fields;
  fields.hypothesis = "hypothesis";
  fields.references = {"reference"};
  for (std::size_t i = 0; i < hypotheses.size(); ++i) {
    ++set.counts.rows;
    add_record(set, Json{{"hypothesis", hypotheses[i]}, {"reference", references[i]}}, std::to_string(i),
               fields, false);
  }
  return Status::ok();
}

const Json* list_named(const Json& document, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const auto found = document.find(name);
    if (found != document.end() && found->is_array()) return &*found;
  }
  return nullptr;
}

void add_list(EvaluationSet& set, const Json& list, const PairFields& fields, bool keep) {
  for (const Json& entry : list) {
    ++set.counts.rows;
    if (entry.is_object()) {
      add_record(set, entry, "", fields, keep);
    } else {
      note_problem(set, Status(ErrorCode::kRecordInvalid,
                               "entry " + std::to_string(set.counts.rows) + " should be an object"));
    }
  }
}

}  // namespace

Result<EvaluationSet> read_json_pairs(const std::string& path, const PairFields& fields, bool keep_records) {
  HILUM_ASSIGN(const Json document, read_json_file(path, kMaxBytes));
  EvaluationSet set;
  set.name = path;
  if (document.is_array()) {
    add_list(set, document, fields, keep_records);
    return set;
  }
  if (!document.is_object()) return Status(ErrorCode::kFileInvalid, path + ": should be an object or a list");
  if (const Json* annotations = list_named(document, {"annotations"})) {
    add_list(set, *annotations, fields, keep_records);
    return set;
  }
  const Json* hypotheses = list_named(document, {"hypotheses", "hyps", "hyp", "predictions"});
  const Json* references = list_named(document, {"references", "refs", "ref"});
  if (hypotheses != nullptr && references != nullptr) {
    const Status status = add_parallel(set, *hypotheses, *references);
    if (!status.is_ok()) return status.at(path);
    return set;
  }
  for (const auto& [key, entry] : document.items()) {
    ++set.counts.rows;
    if (entry.is_object()) {
      add_record(set, entry, key, fields, keep_records);
    } else {
      note_problem(set, Status(ErrorCode::kRecordInvalid, "'" + key + "' should be an object"));
    }
  }
  return set;
}

}  // namespace hilum::eval
