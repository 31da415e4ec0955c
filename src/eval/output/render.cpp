#include "eval/output/render.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "core/system/build_info.h"

namespace hilum::eval {
namespace {

std::string fixed(double value) {
  if (std::isnan(value)) return "-";
  char buffer[48];
  std::snprintf(buffer, sizeof buffer, std::fabs(value) < 10 ? "%.4f" : "%.2f", value);
  return buffer;
}

std::string exact(double value) {
  if (std::isnan(value)) return "";
  char buffer[48];
  std::snprintf(buffer, sizeof buffer, "%.17g", value);
  return buffer;
}

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(); }

const char* direction_word(Direction direction) {
  switch (direction) {
    case Direction::kHigher:
      return "higher";
    case Direction::kLower:
      return "lower";
    case Direction::kNone:
      return "none";
  }
  return "";
}

Interval interval_of(const SystemScores& system, std::size_t metric) {
  const double none = std::nan("");
  const bool has = metric < system.intervals.size() && system.table.metrics()[metric].resampled;
  return has ? system.intervals[metric] : Interval{none, none};
}

std::string pad(const std::string& text, std::size_t width) {
  return text.size() >= width ? text : text + std::string(width - text.size(), ' ');
}

std::string how(const Metric& metric) {
  std::string out = metric.variant;
  if (!metric.preprocessing.empty()) out += "; text " + metric.preprocessing;
  if (!metric.policy.empty()) out += "; " + metric.policy;
  return out;
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

std::string latex(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("#$%&_{}").find(c) != std::string_view::npos) out.push_back('\\');
    out.push_back(c);
  }
  return out;
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
    line["direction"] = direction_word(metric.direction);
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

std::string Stamp::line() const {
  std::string out;
  for (const auto& [name, value] : entries) out += (out.empty() ? "" : " | ") + name + " " + value;
  return out;
}

Stamp make_stamp(const BootstrapOptions& bootstrap, bool by_patient) {
  Stamp stamp;
  stamp.entries = {
      {"hilum", build_info().version},
      {"commit", build_info().commit},
      {"interval", bootstrap.resamples == 0
                       ? "none"
                       : "percentile bootstrap by " + std::string(by_patient ? "patient" : "report") + ", " +
                             std::to_string(bootstrap.resamples) + " resamples, " +
                             fixed(bootstrap.confidence) + ", seed " + std::to_string(bootstrap.seed)}};
  return stamp;
}

Stamp make_stamp(const Preset& preset, const BootstrapOptions& bootstrap, bool by_patient) {
  Stamp stamp = make_stamp(bootstrap, by_patient);
  const auto words = [](std::size_t count) {
    return count == 0 ? std::string("all words") : std::to_string(count) + " words";
  };
  const std::vector<std::pair<std::string, std::string>> text = {
      {"preset", preset.name},
      {"preprocessing", std::string(preprocess_name(preset.preprocessing))},
      {"hypothesis_cut", words(preset.cut_hypothesis)},
      {"reference_cut", words(preset.cut_reference)},
      {"label_policy", std::string(finding_policy_name(preset.labels))}};
  stamp.entries.insert(stamp.entries.begin() + 2, text.begin(), text.end());
  return stamp;
}

std::string render_table(const Evaluation& evaluation, bool color) {
  const std::string bold = color ? "\x1b[1m" : "", dim = color ? "\x1b[2m" : "", off = color ? "\x1b[0m" : "";
  std::string out = dim + evaluation.stamp.line() + off + "\n";
  for (const SystemScores& system : evaluation.systems) {
    out += "\n" + bold + system.name + off + "  " + std::to_string(system.table.rows()) + " reports";
    for (const auto& [name, count] : system.counts.named()) {
      if (count > 0 && name != "scored" && name != "rows") out += ", " + name + " " + std::to_string(count);
    }
    out += "\n";
    std::size_t width = 6;
    for (const Metric& metric : system.table.metrics()) width = std::max(width, metric.name.size());
    out +=
        dim + pad("metric", width + 2) + pad("value", 10) + pad("interval", 20) + "better   how" + off + "\n";
    for (std::size_t m = 0; m < system.table.metrics().size(); ++m) {
      const Metric& metric = system.table.metrics()[m];
      const Interval interval = interval_of(system, m);
      const std::string range =
          std::isnan(interval.low) ? "" : "[" + fixed(interval.low) + ", " + fixed(interval.high) + "]";
      out += pad(metric.name, width + 2) + bold + pad(fixed(system.table.corpus_value(metric)), 10) + off +
             pad(range, 20) +
             pad(metric.direction == Direction::kNone ? "" : direction_word(metric.direction), 9) + dim +
             how(metric) + off + "\n";
    }
    for (const std::string& note : system.notes) out += dim + "note: " + note + off + "\n";
  }
  for (std::size_t i = 0; i < evaluation.comparisons.size(); ++i) {
    const Comparison& c = evaluation.comparisons[i];
    if (i == 0) out += "\npaired approximate randomisation\n";
    out += pad(c.metric, 26) + pad(evaluation.compared[i].first + " " + fixed(c.a), 28) +
           pad(evaluation.compared[i].second + " " + fixed(c.b), 28) + "p " + fixed(c.p) + "\n";
  }
  return out;
}

Result<std::string> render_json(const Evaluation& evaluation) {
  if (evaluation.systems.size() == 1) return dump_json(system_json(evaluation.systems[0], evaluation.stamp));
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
             exact(interval.high) + "," + direction_word(metric.direction) + "," +
             std::to_string(system.table.rows()) + "," + csv_cell(metric.variant) + "," +
             csv_cell(metric.preprocessing) + "," + csv_cell(metric.policy) + "," +
             csv_cell(evaluation.stamp.line()) + "\n";
    }
  }
  return out;
}

std::string render_latex(const Evaluation& evaluation) {
  std::string out = "% " + evaluation.stamp.line() + "\n\\begin{tabular}{l";
  for (std::size_t i = 0; i < evaluation.systems.size(); ++i) out += "r";
  out += "}\n\\hline\nMetric";
  for (const SystemScores& system : evaluation.systems) out += " & " + latex(system.name);
  out += " \\\\\n\\hline\n";
  const auto& metrics = evaluation.systems[0].table.metrics();
  for (const Metric& metric : metrics) {
    const char* arrow = metric.direction == Direction::kHigher  ? " $\\uparrow$"
                        : metric.direction == Direction::kLower ? " $\\downarrow$"
                                                                : "";
    out += latex(metric.name) + arrow;
    for (const SystemScores& system : evaluation.systems) {
      const Metric* own = system.table.find(metric.name);
      out += " & " + (own == nullptr ? std::string("-") : fixed(system.table.corpus_value(*own)));
      if (own == nullptr) continue;
      const Interval interval =
          interval_of(system, static_cast<std::size_t>(own - system.table.metrics().data()));
      if (!std::isnan(interval.low))
        out += " {\\scriptsize [" + fixed(interval.low) + ", " + fixed(interval.high) + "]}";
    }
    out += " \\\\ % " + how(metric) + "\n";
  }
  return out + "\\hline\n\\end{tabular}\n";
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

}  // namespace hilum::eval
