#include <algorithm>
#include <array>
#include <set>

#include "core/text/text.h"
#include "nlp/lunguage/lunguage.h"

namespace hilum::nlp {
namespace {

constexpr std::array<std::string_view, 8> kCategories = {
    "pf", "cf", "oth", "cof", "ncd", "patient info.", "ncd/cof", "pf/cf"};

template <typename List>
bool is_one_of(const List& list, std::string_view value) {
  return std::find(std::begin(list), std::end(list), value) != std::end(list);
}

bool is_link(const Attribute& attribute) {
  return attribute.relation == "associate" || attribute.relation == "evidence";
}

const LunguageEntity* find_entity(const LunguageReport& report, int index) {
  for (const LunguageEntity& entity : report.entities) {
    if (entity.ent_idx == index) return &entity;
  }
  return nullptr;
}

bool links_to(const LunguageEntity& from, std::string_view relation, int index) {
  return std::any_of(from.attributes.begin(), from.attributes.end(), [&](const Attribute& attribute) {
    return attribute.relation == relation && attribute.object_idx == index;
  });
}

class Checker {
 public:
  explicit Checker(const LunguageReport& report) : report_(report) {}

  std::vector<std::string> run() {
    if (report_.entities.empty()) problems_.push_back("the report has no entity");
    std::set<int> seen;
    for (const LunguageEntity& entity : report_.entities) {
      where_ = "entity " + std::to_string(entity.ent_idx) + " ('" + entity.name + "')";
      if (!seen.insert(entity.ent_idx).second) add("its ent_idx is used twice");
      check_fields(entity);
      for (const Attribute& attribute : entity.attributes) check_attribute(entity, attribute);
    }
    return std::move(problems_);
  }

 private:
  void add(const std::string& what) { problems_.push_back(where_ + ": " + what); }

  void check_fields(const LunguageEntity& entity) {
    if (entity.name.empty()) add("it has no name");
    if (entity.name != to_lower(trim(entity.name)))
      add("its name should be lower case without blanks around it");
    if (entity.ent_idx < 1) add("ent_idx should be 1 or more");
    if (entity.sent_idx < 1) add("sent_idx should be 1 or more");
    if (!report_.sentences.empty() && entity.sent_idx > static_cast<int>(report_.sentences.size())) {
      add("there is no sentence " + std::to_string(entity.sent_idx));
    }
    if (!is_one_of(kCategories, entity.category)) add("'" + entity.category + "' is no category");
    if (entity.status != "positive" && entity.status != "negative")
      add("'" + entity.status + "' is no status");
    if (entity.certainty != "definitive" && entity.certainty != "tentative") {
      add("'" + entity.certainty + "' is no certainty");
    }
    if (!entity.laterality.empty() && entity.laterality != "left" && entity.laterality != "right" &&
        entity.laterality != "bilateral") {
      add("'" + entity.laterality + "' is no laterality");
    }
    if (entity.temporal_group < 0) add("temporal_group should be 1 or more");
  }

  void check_attribute(const LunguageEntity& entity, const Attribute& attribute) {
    const std::string what = "its relation '" + attribute.relation + "' ";
    if (!is_one_of(attribute_relations(), attribute.relation)) return add(what + "is not in the schema");
    if (trim(attribute.value).empty()) add(what + "has no value");
    if (attribute.relation == "placement" && entity.category != "oth")
      add(what + "is for devices (oth) only");
    if (!is_link(attribute)) {
      if (attribute.object_idx) add(what + "takes no obj_ent_idx");
      return;
    }
    if (!attribute.object_idx) return add(what + "needs obj_ent_idx");
    const LunguageEntity* other = find_entity(report_, *attribute.object_idx);
    if (other == nullptr)
      return add(what + "names entity " + std::to_string(*attribute.object_idx) + ", which is not there");
    if (other->ent_idx == entity.ent_idx) add(what + "names the entity itself");
    if (attribute.relation == "evidence" && !links_to(*other, "associate", entity.ent_idx)) {
      add(what + "needs an 'associate' back from entity " + std::to_string(other->ent_idx));
    }
    if (attribute.relation == "associate" && !links_to(*other, "associate", entity.ent_idx) &&
        !links_to(*other, "evidence", entity.ent_idx)) {
      add(what + "needs an 'associate' or 'evidence' back from entity " + std::to_string(other->ent_idx));
    }
  }

  const LunguageReport& report_;
  std::string where_;
  std::vector<std::string> problems_;
};

}  // namespace

const std::vector<std::string>& attribute_relations() {
  static const std::vector<std::string> relations = {
      "location",   "placement",    "associate",    "evidence",
      "morphology", "distribution", "measurement",  "severity",
      "comparison", "onset",        "no change",    "improved",
      "worsened",   "past hx",      "other source", "assessment limitations"};
  return relations;
}

std::vector<std::string> lunguage_problems(const LunguageReport& report) { return Checker(report).run(); }

}  // namespace hilum::nlp
