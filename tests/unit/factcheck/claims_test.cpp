#include "factcheck/claims.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace hilum::factcheck {
namespace {

const ClaimReader& reader() {
  static const auto loaded = ClaimReader::load();
  if (!loaded) ADD_FAILURE() << loaded.status().to_string();
  return *loaded;
}

std::string summary(const std::string& text) {
  std::string out;
  for (const Claim& c : reader().read(text)) {
    const Json json = to_json(c);
    if (c.type == Claim::Type::kMeasurement) {
      out += "[" + c.measurement.finding + " " + c.measurement.source_text + "]";
      continue;
    }
    out += "[" + json.at("finding").get<std::string>() + " " + json.at("assertion").get<std::string>();
    for (const char* key : {"laterality", "zone", "severity"}) {
      if (!json.at(key).is_null()) out += " " + json.at(key).get<std::string>();
    }
    if (c.finding.narrowed) out += " narrowed";
    if (c.finding.old) out += " old";
    out += "]";
  }
  return out;
}

TEST(FindingClaims, SideZoneSeverity) {
  EXPECT_EQ(summary("Small left pleural effusion."), "[pleural_effusion present left small]");
  EXPECT_EQ(summary("There is consolidation in the right lower lobe."),
            "[consolidation present right lower]");
  EXPECT_EQ(summary("Bilateral effusions."), "[pleural_effusion present bilateral]");
  EXPECT_EQ(summary("Small to moderate right effusion."), "[pleural_effusion present right moderate]");
  EXPECT_EQ(summary("Opacity in the left base and a right upper lobe nodule."),
            "[opacity present left lower][nodule present right upper]");
}

TEST(FindingClaims, Assertion) {
  EXPECT_EQ(summary("No pleural effusion, pneumothorax, or consolidation."),
            "[pleural_effusion absent][pneumothorax absent][consolidation absent]");
  EXPECT_EQ(summary("No pneumothorax, but there is a small effusion."),
            "[pneumothorax absent][pleural_effusion present small]");
  EXPECT_EQ(summary("Possible right pneumothorax."), "[pneumothorax uncertain right]");
  EXPECT_EQ(summary("Pneumonia cannot be excluded."), "[pneumonia uncertain]");
  EXPECT_EQ(summary("Pneumothorax is not seen."), "[pneumothorax absent]");
  EXPECT_EQ(summary("No change in the right effusion."), "[pleural_effusion present right]");
}

TEST(FindingClaims, TheLanguageLayerFindsWhatTheListDoesNotName) {
  EXPECT_EQ(summary("Mild scoliosis of the thoracic spine."), "[scoliosis present small]");
  EXPECT_EQ(summary("No adenopathy. Small left effusion."),
            "[adenopathy absent][pleural_effusion present left small]");
  const auto claims = reader().read("There is a mild wedge deformity of T10.");
  ASSERT_EQ(claims.size(), 1u);
  EXPECT_EQ(claims[0].finding.finding, "wedge_deformity");
  EXPECT_TRUE(claims[0].finding.spotted);
  EXPECT_FALSE(reader().read("Small left effusion.")[0].finding.spotted);
}

TEST(FindingClaims, PartialDenialAndOldFindings) {
  EXPECT_EQ(summary("No large effusion or pneumothorax."),
            "[pleural_effusion absent large narrowed][pneumothorax absent]");
  EXPECT_EQ(summary("Old healed left rib fractures."), "[fracture present left old]");
}

TEST(FindingClaims, NormalStatements) {
  EXPECT_EQ(summary("The lungs are clear. Heart size is normal."), "[lungs normal][heart normal]");
  EXPECT_EQ(summary("Otherwise the lungs are clear."), "[lungs normal narrowed]");
}

TEST(Claims, MeasurementsStandAmongFindings) {
  EXPECT_EQ(summary("ETT tip 4 cm above the carina. 8 mm left nodule."),
            "[endotracheal_tube present][endotracheal_tube 4 cm][nodule 8 mm][nodule present left]");
}

TEST(Claims, AnyBytes) {
  EXPECT_EQ(summary(""), "");
  std::string bytes;
  for (int i = 0; i < 3000; ++i) bytes += static_cast<char>((i * 89) & 0xFF);
  for (const Claim& c : reader().read(bytes)) EXPECT_LE(c.end, bytes.size());
  std::string long_text;
  for (int i = 0; i < 3000; ++i) long_text += "No effusion 3 mm ";
  EXPECT_GE(reader().read(long_text).size(), 3000u);
}

}  // namespace
}  // namespace hilum::factcheck
