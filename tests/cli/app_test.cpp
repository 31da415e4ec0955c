#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include <gtest/gtest.h>

#include "app/flags.h"
#include "run_command.h"
#include "source_dir.h"

namespace hilum::cli {
namespace {

Ran run_with(const std::vector<std::string>& args, const std::vector<std::string>& environment = {}) {
  return run_command(args, "", environment);
}

TEST(App, HelpAndVersion) {
  EXPECT_NE(run_with({"--help"}).out.find("Research use only"), std::string::npos);
  EXPECT_EQ(run_with({"--version"}).out.rfind("hilum 0.", 0), 0u);
  EXPECT_NE(run_with({"help", "exit-codes"}).out.find("dicom_unreadable"), std::string::npos);
}

TEST(App, HelpIsThatOfTheInnermostCommand) {
  EXPECT_NE(run_with({"model", "info", "--help"}).out.find("Usage: hilum model info "), std::string::npos);
  EXPECT_NE(run_with({"evaluate", "--help"}).out.find("Usage: hilum evaluate "), std::string::npos);
  EXPECT_EQ(run_with({"help", "evaluate"}).out, run_with({"evaluate", "--help"}).out);
}

TEST(App, SuggestsTheCommandMeant) {
  const Status status = run_with({"hlep"}).status;
  EXPECT_EQ(status.exit_code(), 2);
  EXPECT_EQ(status.message(), "no command 'hlep'; did you mean 'help'?");
}

TEST(App, SuggestsTheTopicMeant) {
  EXPECT_EQ(run_with({"help", "exit-code"}).status.message(),
            "no help on 'exit-code'; did you mean 'exit-codes'?");
}

TEST(App, AnUnknownVariableIsAnError) {
  const Status status = run_with({"help"}, {"HILUM_LOGLEVEL=debug"}).status;
  EXPECT_EQ(status.code(), ErrorCode::kConfig);
  EXPECT_NE(status.message().find("did you mean HILUM_LOG_LEVEL?"), std::string::npos) << status.message();
}

TEST(Flags, StandWhereTheLibraryNamesASetting) {
  EXPECT_EQ(with_flags("setting 'device': no CUDA (see the setting 'max_tokens')"),
            "--device: no CUDA (see --max-tokens)");
  for (const char* plain : {"", "no settings", "setting 'x", "setting ''", "setting 'A b'", "a 'beam'"})
    EXPECT_EQ(with_flags(plain), plain);
  EXPECT_EQ(with_flags(Status(ErrorCode::kInterrupted, "stopped").to_string()),
            "stopped (run again with --resume)");
}

// Values of options are not taken for the command.
TEST(App, TheCommandIsFoundBehindTheProgramsOptions) {
  const std::string path = testing::TempDir() + "app_test.ini";
  std::ofstream(path) << "[label]\nscheme=nih14\n";
  EXPECT_EQ(run_with({"--config", path, "label", "--explian"}).status.message(),
            "label: no option '--explian'; did you mean '--explain'?");
  EXPECT_EQ(run_with({"--color", "always", "generte"}).status.message(),
            "no command 'generte'; did you mean 'generate'?");
  EXPECT_EQ(run_with({"index", "biuld", "folder"}).status.message(),
            "index: no command 'biuld'; did you mean 'build'?");
  EXPECT_EQ(run_with({"model"}).status.message(), "model: which command?");
}

TEST(App, AVariableGoesBehindTheCommandNotBehindAValueOfItsName) {
  const std::string log = testing::TempDir() + "label";
  const Ran ran =
      run_command({"--log-file", log, "label"}, "Possible pneumonia.", {"HILUM_LABEL_POLICY=positive"});
  EXPECT_TRUE(ran.status.is_ok()) << ran.status.message();
  EXPECT_NE(ran.out.find("\"Pneumonia\":\"positive\""), std::string::npos) << ran.out;
}

TEST(App, AVariableOfACommandHasItsName) {
  const Status old = run_with({"label"}, {"HILUM_BEAM=5"}).status;
  EXPECT_EQ(old.code(), ErrorCode::kConfig);
  EXPECT_EQ(old.message(), "environment variable HILUM_BEAM is now HILUM_GENERATE_BEAM");
  const Ran ran = run_with({"label", "--print-config"}, {"HILUM_LABEL_POLICY=ignore"});
  EXPECT_NE(ran.out.find("policy=\"ignore\""), std::string::npos) << ran.out;
  EXPECT_TRUE(run_with({"help"}, {"HILUM_INDEX_BUILD_KIND=ivf"}).status.is_ok());
}

// A default of another command, or one that needs a flag that is not given, is no error.
TEST(App, ADefaultThatCannotBeUsedIsIgnored) {
  for (const char* variable : {"HILUM_THREADS=4", "HILUM_DEVICE=cpu", "HILUM_LABEL_THREADS=4"}) {
    for (const char* command : {"label", "entities"}) {
      const Ran ran = run_command({command}, "Normal heart size.", {variable});
      EXPECT_TRUE(ran.status.is_ok()) << variable << ": " << ran.status.message();
    }
  }
  const std::string path = testing::TempDir() + "app_defaults.ini";
  std::ofstream(path) << "[label]\nthreads=4\n";
  const Ran ran = run_command({"--config", path, "label"}, "Normal heart size.");
  EXPECT_TRUE(ran.status.is_ok()) << ran.status.message();
  EXPECT_EQ(run_with({"label", "--threads", "4"}).status.code(), ErrorCode::kUsage);
}

TEST(App, ACommandsOwnVariableBeatsTheOneForAll) {
  const Ran ran = run_with({"generate", "--print-config"}, {"HILUM_THREADS=3", "HILUM_GENERATE_THREADS=2"});
  EXPECT_NE(ran.out.find("threads=2"), std::string::npos) << ran.out;
}

// Waiting for someone to type records, without a word, looks like a program that hangs.
TEST(App, ACommandThatWouldWaitOnATerminalAsks) {
  const std::vector<std::vector<std::string>> calls = {{"sections"}, {"entities"}, {"label"},   {"structure"},
                                                       {"diff"},     {"generate"}, {"evaluate"}};
  for (const std::vector<std::string>& call : calls) {
    const Status status = run_at_terminal(call).status;
    EXPECT_EQ(status.code(), ErrorCode::kUsage) << call[0] << ": " << status.message();
    EXPECT_NE(status.message().find("?"), std::string::npos) << call[0] << ": " << status.message();
  }
}

TEST(App, ADryRunSaysWhatWouldBeDoneAndDoesNothing) {
  const std::string path = testing::TempDir() + "app_dry_run.jsonl";
  std::filesystem::remove(path);
  for (const char* command : {"sections", "entities", "label", "structure", "diff"}) {
    const Ran ran = run_command({command, "--dry-run", "--resume", path}, "Normal heart size.");
    EXPECT_TRUE(ran.status.is_ok()) << command << ": " << ran.status.message();
    for (const char* line : {"stage:   ", "input:   ", "reads:   ", "writes:  ", "config:  sha256:"})
      EXPECT_NE(ran.out.find(line), std::string::npos) << command << ": " << ran.out;
    EXPECT_NE(ran.out.find("output:  " + path + "\n"), std::string::npos) << ran.out;
    EXPECT_FALSE(std::filesystem::exists(path)) << command;
  }
}

// The documentation's table is made by `hilum help records --markdown`.
TEST(App, TheDocumentedKeysAreThoseThatStagesDeclare) {
  const Ran ran = run_with({"help", "records", "--markdown"});
  ASSERT_TRUE(ran.status.is_ok());
  std::ifstream file(source_dir() + "/docs/records.md");
  const std::string page((std::istreambuf_iterator<char>(file)), {});
  EXPECT_NE(page.find("\n\n" + ran.out + "\n"), std::string::npos) << "docs/records.md should have\n"
                                                                   << ran.out;
  EXPECT_NE(run_with({"help", "records"}).out.find("\nlabel\n  reads\n"), std::string::npos);
}

TEST(App, NoCommandIsAUsageError) { EXPECT_EQ(run_with({}).status.code(), ErrorCode::kUsage); }

}  // namespace
}  // namespace hilum::cli
