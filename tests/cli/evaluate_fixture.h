// Runs `hilum evaluate` on files of its own folder.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "hilum/json.h"

#include "app/flags.h"
#include "run_command.h"

namespace hilum::cli {

class EvaluateCommand : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::temp_directory_path() /
        (std::string("hilum_evaluate_") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& text) const {
    const std::string path = (folder_ / name).string();
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  Status evaluate(std::vector<std::string> args, const std::string& input = "") {
    args.insert(args.begin(), "evaluate");
    const Ran ran = run_command(args, input);
    out_ = ran.out;
    return {ran.status.code(), with_flags(ran.status.message())};  // as main says it
  }

  Json json() const { return Json::parse(out_); }
  std::filesystem::path folder_;
  std::string out_;
};

}  // namespace hilum::cli
