#include "datasets/views.h"

#include <gtest/gtest.h>

namespace hilum::datasets {
namespace {

TEST(Views, NamesOfManySourcesBecomeOne) {
  EXPECT_EQ(normal_view("pa"), "PA");
  EXPECT_EQ(normal_view("postero-anterior_Erect"), "PA");
  EXPECT_EQ(normal_view(" Frontal "), "FRONTAL");
  EXPECT_EQ(normal_view("AP AXIAL"), "AP AXIAL");
  EXPECT_TRUE(is_lateral(normal_view("l")));
}

TEST(Views, ADecubitusFilmIsTakenFromTheFront) {
  for (const char* text : {"LLD", "rld", "AP LLD"}) {
    EXPECT_TRUE(is_frontal(normal_view(text))) << text;
    EXPECT_FALSE(is_lateral(normal_view(text))) << text;
  }
}

TEST(Views, AMissingViewIsUnknown) {
  for (const char* text : {"", " ", "unk", "nan", "None", "UNKNOWN"})
    EXPECT_EQ(normal_view(text), "unknown") << text;
}

TEST(Views, GroupsAndNames) {
  const auto frontal = ViewFilter::from_names({"frontal"});
  EXPECT_TRUE(frontal->keeps("PA"));
  EXPECT_TRUE(frontal->keeps("AP LLD"));
  EXPECT_FALSE(frontal->keeps("LL"));
  EXPECT_FALSE(frontal->keeps("unknown"));
  const auto some = ViewFilter::from_names({"ll", "unknown"});
  EXPECT_TRUE(some->keeps("LL"));
  EXPECT_TRUE(some->keeps("unknown"));
  EXPECT_FALSE(some->keeps("LATERAL"));
  EXPECT_TRUE(ViewFilter::from_names({})->keeps("SWIMMERS"));
}

TEST(Views, AWrongNameIsRefusedWithTheNearest) {
  const auto filter = ViewFilter::from_names({"frontl"});
  EXPECT_EQ(filter.status().code(), ErrorCode::kUsage);
  EXPECT_EQ(filter.status().message(), "no view 'frontl'; did you mean 'frontal'?");
}

}  // namespace
}  // namespace hilum::datasets
