#include <algorithm>
#include <map>

#include "core/files/file.h"
#include "core/text/text.h"
#include "nlp/lunguage/lunguage.h"

namespace hilum::nlp {
namespace {

constexpr std::size_t kMaxFileBytes = 1u << 20;
constexpr double kGapDays =
    90;  // "a gap of months": an abnormal finding without a word of change starts anew

const Attribute* find_attribute(const LunguageEntity& entity, std::string_view relation) {
  for (const Attribute& attribute : entity.attributes) {
    if (attribute.relation == relation) return &attribute;
  }
  return nullptr;
}

bool says(const LunguageEntity& entity, std::string_view relation, std::string_view word) {
  return std::any_of(entity.attributes.begin(), entity.attributes.end(), [&](const Attribute& attribute) {
    return attribute.relation == relation && contains(attribute.value, word);
  });
}

bool is_device(const LunguageEntity& entity) { return entity.category == "oth"; }

bool is_normal(const LunguageEntity& entity) {
  if (entity.status == "negative") return true;
  for (const char* word : {"normal", "clear", "unremarkable", "intact", "midline"}) {
    if (says(entity, "morphology", word)) return true;
  }
  return false;
}

// Retrocardiac is the left base; a base is the lower zone.
std::string region_of(const LunguageEntity& entity) {
  std::string place = entity.name;
  for (const Attribute& attribute : entity.attributes) {
    if (attribute.relation == "location") place += " " + attribute.value;
  }
  if (contains(place, "retrocardiac")) return "lower";
  for (const auto& [word, region] : {std::pair("apic", "upper"),
                                     {"apex", "upper"},
                                     {"upper", "upper"},
                                     {"middle", "middle"},
                                     {"lingula", "middle"},
                                     {"mid", "middle"},
                                     {"lower", "lower"},
                                     {"bas", "lower"}}) {
    if (contains(place, word)) return region;
  }
  return {};
}

std::string side_of(const LunguageEntity& entity) {
  return entity.laterality.empty() && says(entity, "location", "retrocardiac") ? "left" : entity.laterality;
}

std::string change_of(const LunguageEntity& entity) {
  for (const char* relation : {"improved", "worsened", "no change"}) {
    if (const Attribute* attribute = find_attribute(entity, relation)) return attribute->value;
  }
  return {};
}

struct Group {
  std::vector<std::pair<LunguageEntity*, double>> rows;  // with the day, in order of time
};

// Numbers the episodes of a group.
void number_episodes(Group& group) {
  int episode = 1;
  bool resolved = false;
  for (std::size_t i = 0; i < group.rows.size(); ++i) {
    LunguageEntity& row = *group.rows[i].first;
    if (i > 0) {
      const LunguageEntity& before = *group.rows[i - 1].first;
      const double gap = group.rows[i].second - group.rows[i - 1].second;
      const bool switched = is_normal(row) != is_normal(before);
      bool starts = switched;
      if (is_device(row)) {
        starts = before.status == "negative" && row.status == "positive";  // put in again
      } else if (!switched && !is_normal(row)) {
        starts = (resolved || gap > kGapDays) && change_of(row).empty();
      }
      if (starts) ++episode;
    }
    resolved = says(row, "improved", "resol") || says(row, "improved", "clear");
    row.temporal_group = episode;
  }
}

void name_group(Group& group, const std::string& finding) {
  const LunguageEntity* last = group.rows.back().first;
  std::string name = finding;
  if (const Attribute* location = find_attribute(*last, "location")) name += " " + location->value;
  for (auto row = group.rows.rbegin(); row != group.rows.rend(); ++row) {
    const std::string change = change_of(*row->first);
    if (change.empty()) continue;
    name += " " + change;
    break;
  }
  for (const auto& [entity, day] : group.rows) entity->entity_group = name;
}

}  // namespace

Result<FindingGrouper> FindingGrouper::load(const std::string& file) {
  std::string path = file;
  if (file.empty()) {
    HILUM_ASSIGN(path, find_data("configs/lexicon/groups.txt"));
  }
  HILUM_ASSIGN(const std::string text, read_file(path, kMaxFileBytes));
  FindingGrouper grouper;
  std::size_t number = 0;
  for (const std::string& raw : split(text, '\n')) {
    ++number;
    const std::string_view line = trim(raw);
    if (line.empty() || line.front() == '#') continue;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) {
      return Status(ErrorCode::kConfig,
                    path + ":" + std::to_string(number) + ": should be 'concept: term, term'");
    }
    const std::string finding(trim(line.substr(0, colon)));
    for (const std::string& term : split(line.substr(colon + 1), ',')) {
      grouper.concepts_.emplace_back(std::string(trim(term)), finding);
    }
  }
  std::sort(grouper.concepts_.begin(), grouper.concepts_.end());
  return grouper;
}

std::string FindingGrouper::concept_of(const LunguageEntity& entity) const {
  const auto found =
      std::lower_bound(concepts_.begin(), concepts_.end(), std::make_pair(entity.name, std::string()));
  return found != concepts_.end() && found->first == entity.name ? found->second : entity.name;
}

void FindingGrouper::group(std::vector<LunguageReport>& reports) const {
  std::map<std::vector<std::string>, Group> groups;
  for (LunguageReport& report : reports) {
    for (LunguageEntity& entity : report.entities) {
      std::vector<std::string> key{concept_of(entity), side_of(entity)};
      if (!is_device(entity)) key.push_back(region_of(entity));
      groups[key].rows.emplace_back(&entity, report.day);
    }
  }
  for (auto& [key, group] : groups) {
    number_episodes(group);
    name_group(group, key[0]);
  }
}

}  // namespace hilum::nlp
