#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>

#include <gtest/gtest.h>

#include "hilum/index.h"

#include "core/files/file.h"

namespace hilum::retrieval {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kDimension = 48;

// Unit vectors around a few centres: what encoders give.
std::vector<std::vector<float>> clustered(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<std::vector<float>> centres(20, std::vector<float>(kDimension));
  for (auto& centre : centres) {
    for (float& v : centre) v = normal(random);
  }
  std::vector<std::vector<float>> out;
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<float> vector = centres[i % centres.size()];
    float norm = 0;
    for (float& v : vector) {
      v += 0.3F * normal(random);
      norm += v * v;
    }
    for (float& v : vector) v /= std::sqrt(norm);
    out.push_back(std::move(vector));
  }
  return out;
}

class SimilarIndexTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::path(testing::TempDir()) /
            ("hilum_index_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(root_);
    fs::create_directories(root_);
  }
  void TearDown() override { fs::remove_all(root_); }

  std::string folder(const std::string& name) const { return (root_ / name).string(); }
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(root_)) found.push_back(entry.path().filename().string());
    std::sort(found.begin(), found.end());
    return found;
  }

  std::string build(const std::string& name, const std::vector<std::vector<float>>& vectors, IndexKind kind,
                    Storage storage, std::size_t first = 0) {
    IndexSpec spec{kind, storage, kDimension, "tiny@sha256:0", "global"};
    auto builder = IndexBuilder::create(folder(name), spec);
    EXPECT_TRUE(builder.is_ok()) << builder.status().message();
    for (std::size_t i = 0; i < vectors.size(); ++i) {
      const std::string number = std::to_string(first + i);
      const Status status = (*builder)->add(
          vectors[i].data(),
          {"i" + number, "s" + number, "p" + std::to_string((first + i) / 3), {"fact " + number}, ""});
      EXPECT_TRUE(status.is_ok()) << status.message();
    }
    const Status status = (*builder)->finish();
    EXPECT_TRUE(status.is_ok()) << status.message();
    return folder(name);
  }

  fs::path root_;
};

std::vector<std::size_t> brute_force(const std::vector<std::vector<float>>& vectors,
                                     const std::vector<float>& query, std::size_t top) {
  std::vector<std::pair<double, std::size_t>> scored;
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < query.size(); ++j)
      sum += static_cast<double>(vectors[i][j]) * static_cast<double>(query[j]);
    scored.emplace_back(-sum, i);
  }
  std::sort(scored.begin(), scored.end());
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < top; ++i) rows.push_back(scored[i].second);
  return rows;
}

TEST_F(SimilarIndexTest, FlatFindsExactlyWhatBruteForceFinds) {
  const auto vectors = clustered(500, 1);
  const auto index = SimilarIndex::open(build("flat", vectors, IndexKind::kFlat, Storage::kFp32));
  ASSERT_TRUE(index.is_ok()) << index.status().message();
  const auto queries = clustered(10, 2);
  std::vector<SearchQuery> asked;
  for (const auto& query : queries) asked.push_back({query.data(), "", "", ""});
  const auto found = (*index)->search(asked, {7, -1e30F, 1});
  ASSERT_TRUE(found.is_ok());
  for (std::size_t q = 0; q < queries.size(); ++q) {
    std::vector<std::size_t> rows;
    for (const Hit& hit : (*found)[q]) rows.push_back(hit.row);
    EXPECT_EQ(rows, brute_force(vectors, queries[q], 7));
  }
  EXPECT_EQ((*index)->entry(3)->facts, (std::vector<std::string>{"fact 3"}));
}

TEST_F(SimilarIndexTest, EveryKindAndStorageRecallsNearlyAll) {
  const auto vectors = clustered(3000, 3);
  const auto queries = clustered(40, 3);
  for (const IndexKind kind : {IndexKind::kFlat, IndexKind::kIvf, IndexKind::kHnsw}) {
    for (const Storage storage : {Storage::kFp32, Storage::kFp16, Storage::kInt8}) {
      const std::string name = to_name(kind) + to_name(storage);
      const auto index = SimilarIndex::open(build(name, vectors, kind, storage));
      ASSERT_TRUE(index.is_ok()) << index.status().message();
      std::size_t hits = 0;
      for (const auto& query : queries) {
        const auto found = (*index)->search({{query.data(), "", "", ""}}, {10, -1e30F, 1});
        ASSERT_TRUE(found.is_ok()) << found.status().message();
        const auto exact = brute_force(vectors, query, 10);
        for (const Hit& hit : found->front())
          hits += static_cast<std::size_t>(std::count(exact.begin(), exact.end(), hit.row));
      }
      EXPECT_GE(hits, storage == Storage::kInt8 ? 370u : 395u) << name << " of 400";
    }
  }
}

TEST_F(SimilarIndexTest, AQueryLeavesOutItsOwnPatientStudyAndId) {
  const auto vectors = clustered(300, 5);
  for (const IndexKind kind : {IndexKind::kFlat, IndexKind::kIvf}) {
    const auto index = SimilarIndex::open(build(to_name(kind), vectors, kind, Storage::kFp32));
    ASSERT_TRUE(index.is_ok());
    const auto own = (*index)->search({{vectors[30].data(), "", "", ""}}, {1, -1e30F, 1});
    EXPECT_EQ(own->front().front().row, 30u);
    const auto found = (*index)->search({{vectors[30].data(), "p10", "s31", "i60"}}, {290, -1e30F, 1});
    EXPECT_EQ(found->front().size(), 290u) << "the search widens until there are enough";
    for (const Hit& hit : found->front()) {
      EXPECT_NE(hit.row / 3, 10u);
      EXPECT_NE(hit.row, 60u);
    }
  }
}

TEST_F(SimilarIndexTest, MinScoreCuts) {
  const auto vectors = clustered(100, 6);
  const auto index = SimilarIndex::open(build("a", vectors, IndexKind::kFlat, Storage::kFp32));
  const auto found = (*index)->search({{vectors[0].data(), "", "", ""}}, {50, 0.999F, 1});
  EXPECT_EQ(found->front().size(), 1u);
}

TEST_F(SimilarIndexTest, AnAlteredForeignOrNewerIndexIsRefusedWithTheReason) {
  const std::string path = build("a", clustered(50, 7), IndexKind::kFlat, Storage::kFp16);
  EXPECT_EQ(SimilarIndex::open(folder("none")).status().code(), ErrorCode::kIndexInvalid);
  {
    std::fstream file(path + "/vectors.bin", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(100);
    file.put('\x55');
  }
  const auto altered = SimilarIndex::open(path);
  EXPECT_NE(altered.status().message().find("vectors.bin is not the one"), std::string::npos)
      << altered.status().message();
  EXPECT_TRUE(SimilarIndex::open(path, true).is_ok());
  fs::resize_file(path + "/vectors.bin", 1000);
  EXPECT_NE(SimilarIndex::open(path, true).status().message().find("another size"), std::string::npos);
  auto manifest = *read_file(path + "/manifest.json", 1 << 20);
  manifest.replace(manifest.find("\"format_version\": 1"), 19, "\"format_version\": 9");
  ASSERT_TRUE(write_file(path + "/manifest.json", manifest).is_ok());
  EXPECT_NE(SimilarIndex::open(path).status().message().find("format version 9, this build reads up to 1"),
            std::string::npos);
  ASSERT_TRUE(write_file(path + "/manifest.json", "{\"format\":\"other\"}").is_ok());
  EXPECT_NE(SimilarIndex::open(path).status().message().find("is no Hilum index"), std::string::npos);
}

TEST_F(SimilarIndexTest, MergingIsTheSameAsBuildingAtOnce) {
  const auto vectors = clustered(120, 8);
  const std::vector<std::vector<float>> head(vectors.begin(), vectors.begin() + 50);
  const std::vector<std::vector<float>> tail(vectors.begin() + 50, vectors.end());
  const std::string whole = build("whole", vectors, IndexKind::kFlat, Storage::kInt8);
  const std::string first = build("first", head, IndexKind::kFlat, Storage::kInt8);
  const std::string second = build("second", tail, IndexKind::kFlat, Storage::kInt8, 50);
  ASSERT_TRUE(merge_indexes({first, second}, folder("merged")).is_ok());
  for (const char* file : {"vectors.bin", "cases.jsonl", "cases.offsets", "cases.keys", "manifest.json"}) {
    EXPECT_EQ(*read_file(folder("merged") + "/" + file, 1u << 24), *read_file(whole + "/" + file, 1u << 24))
        << file;
  }
}

TEST_F(SimilarIndexTest, AppendingIsTheSameAsBuildingAtOnce) {
  const auto vectors = clustered(120, 8);
  const std::vector<std::vector<float>> head(vectors.begin(), vectors.begin() + 50);
  const std::string whole = build("whole", vectors, IndexKind::kIvf, Storage::kInt8);
  const std::string grown = build("grown", head, IndexKind::kIvf, Storage::kInt8);
  // A closing slash, as a shell completes the name, and a path with dots.
  for (const std::string& path : {grown + "/", folder("grown/../grown/.")}) {
    auto builder = IndexBuilder::append(path);
    ASSERT_TRUE(builder.is_ok()) << builder.status().message();
    const std::size_t first = (*builder)->rows(), last = first == 50 ? 80 : 120;
    for (std::size_t i = first; i < last; ++i) {
      const std::string number = std::to_string(i);
      ASSERT_TRUE((*builder)
                      ->add(vectors[i].data(),
                            {"i" + number, "s" + number, "p" + std::to_string(i / 3), {"fact " + number}, ""})
                      .is_ok());
    }
    EXPECT_EQ(SimilarIndex::open(grown).value()->rows(), first) << "until it is finished";
    ASSERT_TRUE((*builder)->finish().is_ok());
  }
  for (const char* file : {"vectors.bin", "cases.jsonl", "cases.offsets", "cases.keys", "manifest.json"}) {
    EXPECT_EQ(*read_file(grown + "/" + file, 1u << 24), *read_file(whole + "/" + file, 1u << 24)) << file;
  }
  EXPECT_EQ(names(), (std::vector<std::string>{"grown", "whole"})) << "nothing is left beside it";
}

TEST_F(SimilarIndexTest, AnAppendThatEndsEarlyLeavesTheOldIndexAlone) {
  const auto vectors = clustered(20, 9);
  const std::string path = build("a", vectors, IndexKind::kFlat, Storage::kFp32);
  {
    auto builder = IndexBuilder::append(path);
    ASSERT_TRUE(builder.is_ok());
    ASSERT_TRUE((*builder)->add(vectors[0].data(), {"new", "", "", {}, ""}).is_ok());
    EXPECT_EQ(IndexBuilder::append(path).status().code(), ErrorCode::kOutputFailed) << "one at a time";
  }
  EXPECT_EQ(SimilarIndex::open(path).value()->rows(), 20u);
  EXPECT_EQ(names(), std::vector<std::string>{"a"});
  EXPECT_TRUE(IndexBuilder::append(path).is_ok()) << "the lock went with the builder";
  EXPECT_EQ(IndexBuilder::append(folder("none")).status().code(), ErrorCode::kIndexInvalid);
}

TEST_F(SimilarIndexTest, ANameWithAClosingSlashIsTheFoldersName) {
  build("a/", clustered(5, 10), IndexKind::kFlat, Storage::kFp32);
  EXPECT_TRUE(SimilarIndex::open(folder("a")).is_ok());
  EXPECT_EQ(names(), std::vector<std::string>{"a"});
}

TEST_F(SimilarIndexTest, AVectorThatIsNotFiniteIsRefused) {
  auto builder = IndexBuilder::create(folder("a"), {IndexKind::kFlat, Storage::kFp32, 2, "m", "global"});
  const float bad[] = {1.0F, std::nanf("")};
  EXPECT_EQ((*builder)->add(bad, {"x", "", "", {}, ""}).code(), ErrorCode::kRecordInvalid);
  EXPECT_EQ((*builder)->finish().code(), ErrorCode::kNoInput);
  EXPECT_FALSE(fs::exists(folder("a")));
}

TEST_F(SimilarIndexTest, AnExistingFolderIsNotOverwritten) {
  fs::create_directories(folder("a"));
  EXPECT_EQ(
      IndexBuilder::create(folder("a"), {IndexKind::kFlat, Storage::kFp32, 2, "m", "global"}).status().code(),
      ErrorCode::kOutputFailed);
}

}  // namespace
}  // namespace hilum::retrieval
