#include "eval/structured/judge.h"

#include <cctype>
#include <cmath>
#include <limits>

#include <nlohmann/json.hpp>

#include "core/files/file.h"
#include "core/text/text.h"
#include "eval/input/stored_values.h"

namespace hilum::eval {
namespace {

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }
bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

// Text of "[name]:" up to the next line without ink.
std::string_view section(std::string_view text, const std::string& name) {
  const std::size_t head = text.find("[" + name + "]:");
  if (head == std::string_view::npos) return {};
  std::string_view rest = text.substr(head + name.size() + 3);
  while (!rest.empty() && is_space(rest.front())) rest.remove_prefix(1);
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (rest[i] != '\n') continue;
    std::size_t next = i + 1;
    while (next < rest.size() && is_space(rest[next]) && rest[next] != '\n') ++next;
    if (next < rest.size() && rest[next] == '\n') return rest.substr(0, i);
  }
  return rest;
}

// The number that follows ": " and stands before a full stop, or -1.
int count_in(std::string_view line) {
  for (std::size_t at = line.find(": "); at != std::string_view::npos; at = line.find(": ", at + 1)) {
    std::size_t end = at + 2;
    int value = 0;
    while (end < line.size() && is_digit(line[end]) && value < 1000000)
      value = value * 10 + (line[end++] - '0');
    if (end > at + 2 && end < line.size() && line[end] == '.') return value;
  }
  return -1;
}

std::array<int, 6> error_counts(std::string_view text) {
  std::array<int, 6> out{};
  if (starts_with(text, "No")) return out;
  for (const char first : {'a', '1'}) {
    bool any = false;
    for (const std::string& line : split(text, '\n')) {
      for (std::size_t k = 0; k < out.size(); ++k) {
        const std::string mark = std::string("(") + static_cast<char>(first + static_cast<char>(k)) + ") ";
        const std::size_t at = line.find(mark);
        if (at == std::string::npos) continue;
        any = true;
        const int count = count_in(std::string_view(line).substr(at));
        if (count >= 0) out[k] = count;
        break;
      }
    }
    if (any) break;
  }
  return out;
}

double significance(const Json& finding) {
  const std::string name = finding.is_object() ? finding.value("clinical_significance", "") : "";
  if (name == "urgent") return 1;
  if (name == "actionable_not_urgent") return .5;
  if (name == "not_actionable_not_urgent") return .25;
  return 0;
}

std::string text_of(const Json& value, const char* key) {
  const auto found = value.is_object() ? value.find(key) : value.end();
  return found != value.end() && found->is_string() ? found->get<std::string>() : "";
}

const Json& list_of(const Json& value, const char* key) {
  static const Json empty = Json::array();
  const auto found = value.is_object() ? value.find(key) : value.end();
  return value.is_object() && found != value.end() && found->is_array() ? *found : empty;
}

}  // namespace

Green green_from_text(std::string_view text) {
  Green out;
  out.significant = error_counts(section(text, "Clinically Significant Errors"));
  out.insignificant = error_counts(section(text, "Clinically Insignificant Errors"));
  const std::string_view matched = section(text, "Matched Findings");
  std::size_t digits = 0;
  int value = 0;
  while (digits < matched.size() && is_digit(matched[digits]) && digits < 7)
    value = value * 10 + (matched[digits++] - '0');
  if (digits > 0 && digits < matched.size() && matched[digits] == '.') out.matched = value;
  int errors = 0;
  for (const int count : out.significant) errors += count;
  if (out.matched > 0) out.score = static_cast<double>(out.matched) / (out.matched + errors);
  return out;
}

Result<Crimson> crimson_from_json(const Json& evaluation) {
  for (const char* key : {"reference_findings", "predicted_findings", "matched_findings"}) {
    if (!evaluation.is_object() || !evaluation.contains(key) || !evaluation[key].is_array()) {
      return Status(ErrorCode::kRecordInvalid,
                    std::string("CRIMSON evaluation: '") + key + "' should be an array");
    }
  }
  const Json errors = evaluation.value("errors", Json::object());
  const auto weight_of = [](const Json& findings, const std::string& id) {
    for (const Json& finding : findings) {
      if (text_of(finding, "id") == id) return significance(finding);
    }
    return 0.0;
  };
  Crimson out;
  for (const Json& finding : evaluation["reference_findings"]) {
    const std::string id = text_of(finding, "id");
    const double weight = significance(finding);
    out.reference_weight += weight;
    bool matched = false;
    for (const Json& match : evaluation["matched_findings"])
      matched = matched || text_of(match, "ref_id") == id;
    if (!matched || weight == 0) continue;
    double penalty = 0;
    for (const Json& error : list_of(errors, "attribute_errors")) {
      if (text_of(error, "ref_id") == id && text_of(error, "severity") == "significant") penalty += .5;
    }
    out.correct += penalty > 0 ? weight * weight / (weight + penalty) : weight;
  }
  double missing = 0;
  for (const Json& id : list_of(errors, "false_findings")) {
    if (id.is_string())
      out.false_weight += weight_of(evaluation["predicted_findings"], id.get<std::string>());
  }
  for (const Json& id : list_of(errors, "missing_findings")) {
    if (id.is_string()) missing += weight_of(evaluation["reference_findings"], id.get<std::string>());
  }
  if (out.reference_weight > 0) {
    out.raw = (out.correct - out.false_weight) / out.reference_weight;
  } else {
    out.raw = out.false_weight + missing == 0 ? 1 : -(out.false_weight + missing + 1);
  }
  const double excess = out.false_weight - out.correct;
  double score = out.raw;
  if (score < 0) score = excess > 0 ? -excess / (1 + excess) : 0;
  out.score = std::nearbyint(score * 1e4) / 1e4;
  return out;
}

Status add_green(Context& context) {
  std::vector<double> values;
  for (const EvaluationItem& item : context.set.items) {
    const Json* text = item.record ? find_path(*item.record, context.options.stored.green) : nullptr;
    values.push_back(text != nullptr && text->is_string() ? green_from_text(text->get<std::string>()).score
                                                          : std::numeric_limits<double>::quiet_NaN());
  }
  Metric metric;
  metric.name = "GREEN";
  metric.variant = "GREEN 0.0.12 from stored judge text; missing texts are left out";
  context.table().add_mean(std::move(metric), values);
  return Status::ok();
}

Status add_crimson(Context& context) {
  std::vector<double> values;
  for (const EvaluationItem& item : context.set.items) {
    HILUM_ASSIGN(const Json evaluation, stored_json(item, context.options.stored.crimson));
    const auto score = crimson_from_json(evaluation);
    if (!score) return score.status().at(item.id);
    values.push_back(score->score);
  }
  Metric metric;
  metric.name = "CRIMSON";
  metric.variant = "CRIMSON from stored judge JSON";
  context.table().add_mean(std::move(metric), values);
  return Status::ok();
}

}  // namespace hilum::eval
