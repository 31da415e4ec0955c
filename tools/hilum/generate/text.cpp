#include "generate/text.h"

#include <algorithm>
#include <cstdio>
#include <vector>

#include <nlohmann/json.hpp>

#include "hilum/record.h"

#include "core/text/text.h"

namespace hilum::cli {
namespace {

constexpr std::size_t kWidth = 80;

std::string bold(const std::string& text, bool color) { return color ? "\033[1m" + text + "\033[0m" : text; }

std::string wrapped(const std::string& text, const std::string& indent) {
  std::string out = indent;
  std::size_t used = 0;
  for (const std::string& word : split_words(text)) {
    if (used > 0 && used + 1 + word.size() > kWidth) {
      out += "\n" + indent;
      used = 0;
    }
    if (used > 0) out += ' ';
    out += word;
    used += word.size() + 1;
  }
  return out + "\n";
}

std::string percent(double probability) {
  char text[16];
  std::snprintf(text, sizeof text, "%3.0f %%", probability * 100.0);
  return text;
}

std::string predictions_text(const Json& record, bool color) {
  struct Row {
    std::string label;
    double probability;
    bool above, uncertain;
  };
  std::vector<Row> rows;
  std::size_t width = 0;
  for (const Json& item : record.value("predictions", Json::array())) {
    if (item.contains("same_as") || item.contains("kind")) continue;  // other names; views and quality
    const double probability = item.value("probability", 0.0);
    rows.push_back({item.value("label", ""), probability, probability >= item.value("threshold", 0.5),
                    item.value("uncertain", false)});
    width = std::max(width, rows.back().label.size());
  }
  if (rows.empty()) return "";
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return a.above != b.above ? a.above : a.probability > b.probability;
  });
  std::string out = bold("Predictions", color) + " (* above the model's threshold)\n";
  for (const Row& row : rows) {
    out += std::string(row.above ? "* " : "  ") + row.label + std::string(width - row.label.size() + 2, ' ') +
           percent(row.probability) + (row.uncertain ? "  uncertain" : "") + "\n";
  }
  return out + "\n";
}

}  // namespace

std::string generate_text(const Json& record, bool color) {
  std::string out = bold(record.value("id", std::string("?")), color) + "\n\n";
  if (has_error(record)) {
    return out + "  failed: " + record["error"].value("message", "") + "\n\n";
  }
  const Json report = record.value("report", Json::object());
  for (const auto& [key, title] :
       {std::pair<const char*, const char*>{"findings", "Findings"}, {"impression", "Impression"}}) {
    const std::string text = report.value(key, "");
    if (!text.empty()) out += bold(title, color) + "\n" + wrapped(text, "  ") + "\n";
  }
  if (report.value("abstained", false)) out += "  No report: " + report.value("reason", "") + "\n\n";
  out += predictions_text(record, color);
  if (report.contains("agreement")) {
    char line[80];
    std::snprintf(line, sizeof line, "Agreement of %zu drawn reports: %.2f (1: all the same words)\n\n",
                  report["samples"].size(), report["agreement"].get<double>());
    out += line;
  }
  for (const Json& warning : report.value("warnings", Json::array())) {
    out += "Warning: " + warning.get<std::string>() + "\n";
  }
  const Json absent =
      find_path(report, "inputs.absent") != nullptr ? *find_path(report, "inputs.absent") : Json::array();
  if (!absent.empty()) out += "Written without: " + join(absent.get<std::vector<std::string>>(), ", ") + "\n";
  return out + "Written by a model for research. Not a diagnosis; no clinical use.\n\n";
}

}  // namespace hilum::cli
