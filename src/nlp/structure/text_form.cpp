// The text form of a structured report: writing, reading with a check, and the way back to free text.
#include <algorithm>

#include "core/text/suggest.h"
#include "core/text/text.h"
#include "nlp/structure/structure.h"

namespace hilum::nlp {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

// Index of a name, letter case aside.
std::size_t index_of(const std::vector<std::string>& names, std::string_view name) {
  const std::string folded = to_lower(name);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (to_lower(names[i]) == folded) return i;
  }
  return kNone;
}

// "12. text" as its number and text.
std::pair<std::size_t, std::string_view> numbered(std::string_view line) {
  const std::size_t digits = line.find_first_not_of("0123456789");
  if (digits == 0 || digits == kNone || digits > 4 || line[digits] != '.') return {0, line};
  return {static_cast<std::size_t>(std::stoul(std::string(line.substr(0, digits)))),
          trim(line.substr(digits + 1))};
}

}  // namespace

std::string Structurer::to_text(const OrganReport& report) const {
  std::string out;
  std::string section;
  for (const OrganSection& part : report.sections) {
    const bool is_list = part.section == "Findings" || part.section == "Impression";
    if (part.section != section) {
      if (!out.empty()) out += '\n';
      out += part.section + ":" + (is_list ? "\n" : " ");
      section = part.section;
    }
    if (part.section == "Findings") out += part.name + ":\n";
    for (std::size_t i = 0; i < part.items.size(); ++i) {
      if (part.section == "Findings") {
        out += "- " + part.items[i] + "\n";
      } else if (part.section == "Impression") {
        out += std::to_string(i + 1) + ". " + part.items[i] + "\n";
      } else {
        out += (i > 0 ? " " : "") + part.items[i];
      }
    }
    if (!is_list) out += '\n';
  }
  return out;
}

std::vector<StructureProblem> Structurer::check(std::string_view text, OrganReport* report) const {
  std::vector<StructureProblem> problems;
  OrganReport read;
  std::vector<std::string> known = sections_;
  known.insert(known.end(), headings_.begin(), headings_.end());
  std::size_t section = kNone;
  std::size_t heading = kNone;
  std::size_t line_number = 0;
  std::vector<bool> seen_sections(sections_.size(), false);
  std::vector<bool> seen_headings(headings_.size(), false);
  const auto problem = [&](const std::string& message) { problems.push_back({line_number, message}); };
  const auto add_item = [&](const std::string& name, std::string_view item) {
    if (contains(item, "___")) problem("holds a word that was taken out ('___')");
    if (read.sections.empty() || read.sections.back().section != sections_[section] ||
        read.sections.back().name != name) {
      read.sections.push_back({sections_[section], name, {}});
    }
    read.sections.back().items.emplace_back(item);
  };
  for (const std::string& raw : split(text, '\n')) {
    ++line_number;
    const std::string_view line = trim(raw);
    if (line.empty()) continue;
    const std::size_t colon = line.find(':');
    const std::size_t opened = colon == kNone ? kNone : index_of(sections_, trim(line.substr(0, colon)));
    const bool in_findings = section != kNone && sections_[section] == "Findings";
    if (opened != kNone) {
      if (seen_sections[opened]) problem("section '" + sections_[opened] + "' comes twice");
      for (std::size_t later = opened + 1; later < sections_.size(); ++later) {
        if (seen_sections[later]) {
          problem("section '" + sections_[opened] + "' should come before '" + sections_[later] + "'");
          break;
        }
      }
      seen_sections[opened] = true;
      section = opened;
      heading = kNone;
      const std::string_view rest = trim(line.substr(colon + 1));
      if (rest.empty()) continue;
      if (sections_[section] == "Findings" || sections_[section] == "Impression") {
        problem("the items of '" + sections_[section] + "' begin on the next line");
      }
      add_item(sections_[section], rest);
    } else if (line.back() == ':' && line.front() != '-' && numbered(line).first == 0) {
      const std::string_view name = trim(line.substr(0, line.size() - 1));
      const std::size_t found = in_findings ? index_of(headings_, name) : kNone;
      if (found == kNone) {
        const std::string nearest = nearest_word(std::string(name), known);
        problem("no section or heading '" + std::string(name) + "'" +
                (nearest.empty() ? "" : "; did you mean '" + nearest + "'?"));
        heading = kNone;
        continue;
      }
      if (seen_headings[found]) problem("heading '" + headings_[found] + "' comes twice");
      for (std::size_t later = found + 1; later < headings_.size(); ++later) {
        if (seen_headings[later]) {
          problem("heading '" + headings_[found] + "' should come before '" + headings_[later] + "'");
          break;
        }
      }
      seen_headings[found] = true;
      heading = found;
    } else if (section == kNone) {
      problem("stands before the first section");
      read.unplaced.emplace_back(line);
    } else if (in_findings) {
      const bool bullet = starts_with(line, "- ");
      if (!bullet) problem("a finding begins with '- '");
      const std::string_view item = trim(bullet ? line.substr(2) : line);
      if (heading == kNone) {
        problem("a finding without a heading above it");
        read.unplaced.emplace_back(item);
      } else {
        add_item(headings_[heading], item);
      }
    } else if (sections_[section] == "Impression") {
      const auto [number, item] = numbered(line);
      const bool same = !read.sections.empty() && read.sections.back().section == "Impression";
      const std::size_t expected = same ? read.sections.back().items.size() + 1 : 1;
      if (number != expected)
        problem("an impression should be numbered '" + std::to_string(expected) + ".' here");
      add_item(sections_[section], item);
    } else {
      add_item(sections_[section], line);
    }
  }
  line_number = std::max<std::size_t>(line_number, 1);
  if (!seen_sections[index_of(sections_, "Findings")] && !seen_sections[index_of(sections_, "Impression")]) {
    problem("neither 'Findings:' nor 'Impression:'");
  }
  if (report != nullptr) *report = std::move(read);
  return problems;
}

std::string Structurer::paragraph(const OrganReport& report, std::string_view section) {
  std::string out;
  for (const OrganSection& part : report.sections) {
    if (part.section != section) continue;
    for (const std::string& item : part.items) {
      out += (out.empty() ? "" : " ") + item;
      if (std::string_view(".!?").find(out.back()) == std::string_view::npos) out += '.';
    }
  }
  return out;
}

}  // namespace hilum::nlp
