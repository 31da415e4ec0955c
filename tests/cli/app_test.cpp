#include <sstream>

#include <gtest/gtest.h>

#include "app/flags.h"
#include "run_command.h"

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

TEST(App, NoCommandIsAUsageError) { EXPECT_EQ(run_with({}).status.code(), ErrorCode::kUsage); }

}  // namespace
}  // namespace hilum::cli
