#include <gtest/gtest.h>

#include "hilum/datasets.h"

#include "unit/datasets/tree.h"

namespace hilum::datasets {
namespace {

TEST(DatasetFile, IsToldFromRecordsAndImages) {
  const testing::Tree tree;
  const auto is_one = [&](const std::string& name, const std::string& text) {
    tree.write(name, text);
    return is_dataset_file(tree.path(name));
  };
  EXPECT_TRUE(is_one("a.json", R"({"train":[{"id":"x","image_path":["a.png"]}]})"));
  EXPECT_TRUE(is_one("b.json", "[\n{\"id\":\"x\",\"image_path\":[\"a.png\"]}\n]"));
  EXPECT_FALSE(is_one("c.json", R"({"id":"x","images":[{"path":"a.png","id":"i"}]})"));
  EXPECT_FALSE(is_one("d.json", R"({"images":[{"path":"a.png","id":"i"}],"id":"x"})"));
  EXPECT_FALSE(is_one("e.json", "no JSON"));
  EXPECT_FALSE(is_one("f.csv", "a,b\n"));
  tree.write_png("a.png");
  EXPECT_FALSE(is_dataset_file(tree.path("a.png")));
  EXPECT_FALSE(is_dataset_file(tree.path("absent.json")));
  EXPECT_FALSE(is_dataset_file(tree.root()));
}

}  // namespace
}  // namespace hilum::datasets
