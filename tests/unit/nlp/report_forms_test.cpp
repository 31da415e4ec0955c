// The two structured forms of a report in one program: their types must not share a name (one definition
// rule).
#include <type_traits>

#include <gtest/gtest.h>

#include "nlp/lunguage/lunguage.h"
#include "nlp/structure/structure.h"

namespace hilum::nlp {
namespace {

TEST(ReportForms, BothCanBeCopiedInOneTranslationUnit) {
  static_assert(!std::is_same_v<OrganReport, LunguageReport>);
  OrganReport organs;
  organs.sections.push_back({"Findings", "Pleura", {"No effusion."}});
  organs.unplaced.push_back("See above.");
  const OrganReport organs_copy = organs;

  LunguageReport rows;
  rows.sentences.push_back("No effusion.");
  LunguageEntity& effusion = rows.entities.emplace_back();
  effusion.name = "effusion";
  effusion.attributes.push_back({"location", "pleura", std::nullopt});
  const LunguageReport rows_copy = rows;

  ASSERT_EQ(organs_copy.sections.size(), 1U);
  EXPECT_EQ(organs_copy.sections[0].items, organs.sections[0].items);
  EXPECT_EQ(organs_copy.unplaced, organs.unplaced);
  ASSERT_EQ(rows_copy.entities.size(), 1U);
  EXPECT_EQ(rows_copy.entities[0].attributes[0].value, "pleura");
  EXPECT_EQ(rows_copy.sentences, rows.sentences);
}

}  // namespace
}  // namespace hilum::nlp
