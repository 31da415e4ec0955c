#include <algorithm>
#include <cmath>
#include <cstdio>

#include "core/text/text.h"
#include "core/text/utf8.h"
#include "eval/clinical/chexpert.h"
#include "eval/output/html_style.h"
#include "eval/output/marked_words.h"

namespace hilum {
namespace {

using namespace eval;

constexpr const char* kTitle = "Evaluation";
constexpr std::size_t kExamples = 5;  // reports shown at each end

std::string escaped(std::string_view raw) {
  std::string out;
  for (const char c : repair_utf8(raw)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        // Control characters are not allowed in HTML.
        out.push_back(static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? ' ' : c);
    }
  }
  return out;
}

std::string decimal(double value) {
  if (!std::isfinite(value)) return "–";
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, std::fabs(value) < 10 ? "%.3f" : "%.1f", value);
  return buffer;
}

std::string percent(double share) {
  char buffer[24];
  std::snprintf(buffer, sizeof buffer, "%.2f%%", 100 * std::clamp(share, 0.0, 1.0));
  return buffer;
}

// A bar from 0 to the value with the interval as a band; nothing for scores that have no natural scale.
std::string bar(const Metric& metric, double value, const Interval* interval) {
  const double scale = metric.scale;
  if (!std::isfinite(value) || metric.direction == Direction::kNone || value < 0 || value > scale)
    return "<span></span>";
  std::string out = "<div class=\"bar\" role=\"img\" aria-label=\"" + escaped(metric.name) + " " +
                    decimal(value) + "\"><i style=\"width:" + percent(value / scale) + "\"></i>";
  if (interval != nullptr && std::isfinite(interval->low)) {
    const double low = std::max(interval->low, 0.0) / scale, high = std::min(interval->high, scale) / scale;
    out += "<b style=\"left:" + percent(low) + ";width:" + percent(high - low) +
           "\"></b><u style=\"left:calc(" + percent(value / scale) + " - 1px)\"></u>";
  }
  return out + "</div>";
}

std::string scores_section(const SystemScores& system) {
  std::string out = "<section><h2>Scores</h2>";
  for (std::size_t m = 0; m < system.table.metrics().size(); ++m) {
    const Metric& metric = system.table.metrics()[m];
    if (!metric.detail_of.empty()) continue;
    const double value = system.table.corpus_value(metric);
    const Interval* interval =
        m < system.intervals.size() && metric.resampled ? &system.intervals[m] : nullptr;
    const bool shown = interval != nullptr && std::isfinite(interval->low);
    const char* arrow = metric.direction == Direction::kHigher  ? " ↑"
                        : metric.direction == Direction::kLower ? " ↓"
                                                                : "";
    out += "<div class=\"score\"><span class=\"name\">" + escaped(metric.name) + arrow +
           "</span><span class=\"num\">" + decimal(value) + "</span>" + bar(metric, value, interval) +
           "<span class=\"range\">" +
           (shown ? decimal(interval->low) + " to " + decimal(interval->high) : std::string()) +
           "</span><span class=\"how\">" +
           escaped(metric.variant + (metric.preprocessing.empty() ? "" : "; text " + metric.preprocessing) +
                   (metric.policy.empty() ? "" : "; " + metric.policy)) +
           "</span></div>";
  }
  return out + "</section>";
}

std::string findings_section(const SystemScores& system) {
  std::string bars;
  for (const Metric& metric : system.table.metrics()) {
    if (metric.detail_of.empty()) continue;
    const double value = system.table.corpus_value(metric);
    bars += "<div class=\"finding\"><span>" + escaped(metric.detail_of) + "</span>" +
            bar(metric, value, nullptr) + "<span class=\"num\">" + decimal(value) + "</span></div>";
  }
  if (bars.empty()) return "";
  return "<section><h2>F1 of each finding</h2><p class=\"soft\">A finding that no reference has scores "
         "0.</p>" +
         bars + "</section>";
}

std::string confusion_section(const SystemScores& system) {
  if (system.hypothesis_labels.empty()) return "";
  static constexpr std::array<const char*, 4> kNames = {"unmentioned", "positive", "negative", "uncertain"};
  const auto counts = chexpert_confusion(system.hypothesis_labels, system.reference_labels);
  std::string out =
      "<section><h2>Confusion</h2><p class=\"soft\">Rows: the reference. Columns: the scored report.</p><div "
      "class=\"tables\">";
  for (std::size_t f = 0; f < kFindings; ++f) {
    out += "<figure><figcaption>" + escaped(finding_names()[f]) + "</figcaption><table><thead><tr><th></th>";
    for (const char* name : kNames)
      out += std::string("<th scope=\"col\">") + std::string(name).substr(0, 5) + "</th>";
    out += "</tr></thead><tbody>";
    for (std::size_t r = 0; r < 4; ++r) {
      out += std::string("<tr><th scope=\"row\">") + kNames[r] + "</th>";
      for (std::size_t h = 0; h < 4; ++h) {
        const std::size_t count = counts[f][r][h];
        out += std::string("<td class=\"") +
               (count == 0 ? "zero"
                : r == h   ? "same"
                           : "") +
               "\">" + std::to_string(count) + "</td>";
      }
      out += "</tr>";
    }
    out += "</tbody></table></figure>";
  }
  return out + "</div></section>";
}

std::string marked(const std::vector<MarkedWord>& words, const char* css) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool opens = words[i].only_here && (i == 0 || !words[i - 1].only_here);
    const bool closes = words[i].only_here && (i + 1 == words.size() || !words[i + 1].only_here);
    if (i > 0) out += ' ';
    if (opens) out += std::string("<mark") + css + ">";
    out += escaped(words[i].word);
    if (closes) out += "</mark>";
  }
  return out.empty() ? "<span class=\"soft\">(empty)</span>" : out;
}

std::string pair_html(const EvaluationItem& item, const std::string& metric, double value) {
  const MarkedTexts texts = mark_differences(item.hypothesis, item.references.front());
  return "<article class=\"pair\"><header><strong>" + escaped(item.id) + "</strong><span class=\"soft\">" +
         escaped(metric) + " " + decimal(value) + "</span></header><div><h4>Scored report</h4>" +
         marked(texts.a, "") + "</div><div><h4>Reference</h4>" + marked(texts.b, " class=\"miss\"") +
         "</div></article>";
}

// What reports are ranked by: the first of these that was computed.
const Metric* ranking_metric(const SystemScores& system) {
  for (const char* name : {"clinical-agreement", "ROUGE-L", "METEOR-1.5-noparaphrase", "BLEU-1"}) {
    if (const Metric* metric = system.table.find(name)) return metric;
  }
  for (const Metric& metric : system.table.metrics()) {
    if (metric.per_sample && metric.direction == Direction::kHigher) return &metric;
  }
  return nullptr;
}

std::string examples_section(const SystemScores& system, const EvaluationSet& set) {
  const Metric* metric = ranking_metric(system);
  if (metric == nullptr || set.items.size() != system.table.rows()) return "";
  std::vector<std::pair<double, std::size_t>> order;
  for (std::size_t i = 0; i < set.items.size(); ++i) {
    const double value = system.table.sample_value(*metric, i);
    if (std::isfinite(value)) order.emplace_back(value, i);
  }
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  const std::size_t shown = std::min(kExamples, order.size() / 2 + order.size() % 2);
  std::string out =
      "<section><h2>Worst reports</h2><p class=\"soft\">By " + escaped(metric->name) +
      ". <mark>Only in the scored report</mark> <mark class=\"miss\">only in the reference</mark></p>";
  for (std::size_t i = 0; i < shown; ++i)
    out += pair_html(set.items[order[i].second], metric->name, order[i].first);
  out += "</section><section><h2>Best reports</h2>";
  for (std::size_t i = 0; i < std::min(shown, order.size() - shown); ++i) {
    const auto& [value, index] = order[order.size() - 1 - i];
    out += pair_html(set.items[index], metric->name, value);
  }
  return out + "</section>";
}

std::string comparison_section(const Evaluation& evaluation) {
  if (evaluation.comparisons.empty()) return "";
  std::string out =
      "<section><h2>Systems "
      "compared</h2><figure><table><thead><tr><th>Metric</th><th>A</th><th></th><th>B</th><th></th><th>p</"
      "th></tr></thead><tbody>";
  for (std::size_t i = 0; i < evaluation.comparisons.size(); ++i) {
    const Comparison& c = evaluation.comparisons[i];
    out += "<tr><th scope=\"row\">" + escaped(c.metric) + "</th><td>" +
           escaped(evaluation.compared[i].first) + "</td><td>" + decimal(c.a) + "</td><td>" +
           escaped(evaluation.compared[i].second) + "</td><td>" + decimal(c.b) + "</td><td>" + decimal(c.p) +
           "</td></tr>";
  }
  return out + "</tbody></table></figure></section>";
}

}  // namespace

std::string render_html(const Evaluation& evaluation, const std::vector<EvaluationSet>& sets) {
  std::string out =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width,initial-scale=1\">"
      "<meta name=\"color-scheme\" content=\"light dark\"><title>" +
      std::string(kTitle) + "</title><style>" + kHtmlStyle + "</style></head><body><main><h1>" + kTitle +
      "</h1><dl class=\"stamp\">";
  for (const auto& [name, value] : evaluation.stamp.entries) {
    std::string label = name;
    replace_all(label, "_", " ");
    out += "<div><dt>" + escaped(label) + "</dt><dd>" + escaped(value) + "</dd></div>";
  }
  out += "</dl>" + comparison_section(evaluation);
  for (std::size_t s = 0; s < evaluation.systems.size(); ++s) {
    const SystemScores& system = evaluation.systems[s];
    out += "<h2>" + escaped(system.name) + "</h2><p class=\"soft\">" + std::to_string(system.table.rows()) +
           " reports";
    for (const auto& [name, count] : system.counts.named()) {
      std::string label = name;
      replace_all(label, "_", " ");
      if (count > 0 && name != "scored" && name != "rows") out += ", " + label + " " + std::to_string(count);
    }
    out += "</p>";
    for (const std::string& note : system.notes) out += "<p class=\"soft\">" + escaped(note) + "</p>";
    out += scores_section(system) + findings_section(system) + confusion_section(system);
    if (s < sets.size()) out += examples_section(system, sets[s]);
  }
  return out + "<p class=\"soft\">Research use only, never a diagnosis.</p></main></body></html>\n";
}

}  // namespace hilum
