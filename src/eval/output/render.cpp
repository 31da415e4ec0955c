// Scores as a table for people, JSON and CSV for programs.
#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "hilum/evaluate.h"

#include "eval/output/number_text.h"

namespace hilum {
namespace {

using eval::exact;
using eval::fixed;
using eval::how;
using eval::interval_of;

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(); }

std::string pad(const std::string& text, std::size_t width) {
  return text.size() >= width ? text : text + std::string(width - text.size(), ' ');
}

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  return out + "\"";
}

Json counts_json(const EvaluationCounts& counts) {
  Json out = Json::object();
  for (const auto& [name, count] : counts.named()) out[name] = count;
  return out;
}

Json system_json(const SystemScores& system, const Stamp& stamp) {
  Json metrics = Json::object();
  for (std::size_t m = 0; m < system.table.metrics().size(); ++m) {
    const Metric& metric = system.table.metrics()[m];
    const Interval interval = interval_of(system, m);
    Json line = Json::object();
    line["value"] = number(system.table.corpus_value(metric));
    line["low"] = number(interval.low);
    line["high"] = number(interval.high);
    line["direction"] = direction_name(metric.direction);
    line["variant"] = metric.variant;
    line["preprocessing"] = metric.preprocessing;
    line["policy"] = metric.policy;
    line["n"] = system.table.rows();
    line["stamp"] = stamp.line();
    metrics[metric.name] = std::move(line);
  }
  Json out = Json::object();
  out["metrics"] = std::move(metrics);
  out["counts"] = counts_json(system.counts);
  Json made = Json::object();
  for (const auto& [name, value] : stamp.entries) made[name] = value;
  made["system"] = system.name;
  out["stamp"] = std::move(made);
  if (!system.notes.empty()) out["notes"] = system.notes;
  return out;
}

}  // namespace

std::string render_table(const Evaluation& evaluation, bool color, const std::vector<std::string>& only) {
  const std::string bold = color ? "\x1b[1m" : "", dim = color ? "\x1b[2m" : "", off = color ? "\x1b[0m" : "";
  const auto shown = [&only](const std::string& name) {
    return only.empty() || std::find(only.begin(), only.end(), name) != only.end();
  };
  std::string out = dim + evaluation.stamp.line() + off + "\n";
  for (const SystemScores& system : evaluation.systems) {
    out += "\n" + bold + system.name + off + "  " + std::to_string(system.table.rows()) + " reports";
    for (const auto& [name, count] : system.counts.named()) {
      if (count > 0 && name != "scored" && name != "rows") out += ", " + name + " " + std::to_string(count);
    }
    out += "\n";
    std::size_t width = 6;
    for (const Metric& metric : system.table.metrics()) {
      if (shown(metric.name)) width = std::max(width, metric.name.size());
    }
    out +=
        dim + pad("metric", width + 2) + pad("value", 10) + pad("interval", 20) + "better   how" + off + "\n";
    for (std::size_t m = 0; m < system.table.metrics().size(); ++m) {
      const Metric& metric = system.table.metrics()[m];
      if (!shown(metric.name)) continue;
      const Interval interval = interval_of(system, m);
      const std::string range =
          std::isnan(interval.low) ? "" : "[" + fixed(interval.low) + ", " + fixed(interval.high) + "]";
      out += pad(metric.name, width + 2) + bold + pad(fixed(system.table.corpus_value(metric)), 10) + off +
             pad(range, 20) +
             pad(metric.direction == Direction::kNone ? "" : direction_name(metric.direction), 9) + dim +
             how(metric) + off + "\n";
    }
    for (const std::string& note : system.notes) out += dim + "note: " + note + off + "\n";
  }
  bool first = true;
  for (std::size_t i = 0; i < evaluation.comparisons.size(); ++i) {
    const Comparison& c = evaluation.comparisons[i];
    if (!shown(c.metric)) continue;
    if (first) out += "\npaired approximate randomisation\n";
    first = false;
    out += pad(c.metric, 26) + pad(evaluation.compared[i].first + " " + fixed(c.a), 28) +
           pad(evaluation.compared[i].second + " " + fixed(c.b), 28) + "p " + fixed(c.p) + "\n";
  }
  return out;
}

Result<std::string> render_json(const Evaluation& evaluation) {
  if (evaluation.systems.size() == 1) {
    Json single = system_json(evaluation.systems[0], evaluation.stamp);
    if (evaluation.per_sample) single["per_sample"] = *evaluation.per_sample;
    return dump_json(single);
  }
  Json out = Json::object();
  Json systems = Json::object();
  for (const SystemScores& system : evaluation.systems)
    systems[system.name] = system_json(system, evaluation.stamp);
  out["systems"] = std::move(systems);
  Json comparisons = Json::array();
  for (std::size_t i = 0; i < evaluation.comparisons.size(); ++i) {
    const Comparison& c = evaluation.comparisons[i];
    Json line = Json::object();
    line["metric"] = c.metric;
    line["a"] = evaluation.compared[i].first;
    line["b"] = evaluation.compared[i].second;
    line["value_a"] = number(c.a);
    line["value_b"] = number(c.b);
    line["p"] = number(c.p);
    comparisons.push_back(std::move(line));
  }
  out["comparisons"] = std::move(comparisons);
  return dump_json(out);
}

std::string render_csv(const Evaluation& evaluation) {
  std::string out = "system,metric,value,low,high,direction,n,variant,preprocessing,policy,stamp\n";
  for (const SystemScores& system : evaluation.systems) {
    for (std::size_t m = 0; m < system.table.metrics().size(); ++m) {
      const Metric& metric = system.table.metrics()[m];
      const Interval interval = interval_of(system, m);
      out += csv_cell(system.name) + "," + csv_cell(metric.name) + "," +
             exact(system.table.corpus_value(metric)) + "," + exact(interval.low) + "," +
             exact(interval.high) + "," + direction_name(metric.direction) + "," +
             std::to_string(system.table.rows()) + "," + csv_cell(metric.variant) + "," +
             csv_cell(metric.preprocessing) + "," + csv_cell(metric.policy) + "," +
             csv_cell(evaluation.stamp.line()) + "\n";
    }
  }
  return out;
}

Result<std::string> render_samples(const Evaluation& evaluation, bool csv) {
  std::string out;
  const bool several = evaluation.systems.size() > 1;
  for (const SystemScores& system : evaluation.systems) {
    std::vector<const Metric*> metrics;
    for (const Metric& metric : system.table.metrics()) {
      if (metric.per_sample) metrics.push_back(&metric);
    }
    if (csv && out.empty()) {
      out += several ? "id,system" : "id";
      for (const Metric* metric : metrics) out += "," + csv_cell(metric->name);
      out += ",stamp\n";
    }
    for (std::size_t i = 0; i < system.table.rows(); ++i) {
      if (csv) {
        out += csv_cell(system.ids[i]) + (several ? "," + csv_cell(system.name) : "");
        for (const Metric* metric : metrics) out += "," + exact(system.table.sample_value(*metric, i));
        out += "," + csv_cell(evaluation.stamp.line()) + "\n";
        continue;
      }
      Json line = Json::object();
      line["id"] = system.ids[i];
      line["system"] = system.name;
      for (const Metric* metric : metrics) line[metric->name] = number(system.table.sample_value(*metric, i));
      line["stamp"] = evaluation.stamp.line();
      HILUM_ASSIGN(const std::string text, dump_json(line));
      out += text + "\n";
    }
  }
  return out;
}

}  // namespace hilum
