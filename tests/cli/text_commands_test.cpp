// Text commands and what they take in: records, CSV columns, one plain report, and bad bytes.
#include <cstdio>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "hilum/json.h"

#include "run_command.h"

namespace hilum::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Outcome {
  Status status;
  std::vector<Json> records;
};

Outcome run_text(const std::vector<std::string>& args, const std::string& input) {
  const Ran ran = run_command(args, input);
  Outcome outcome;
  outcome.status = ran.status;
  std::istringstream lines(ran.out);
  for (std::string line; std::getline(lines, line);) outcome.records.push_back(Json::parse(line));
  return outcome;
}

std::string effusion(const Json& record) { return record["labels"]["Pleural Effusion"].get<std::string>(); }

TEST(TextInput, RecordsKeepTheirKeys) {
  const auto done =
      run_text({"label"},
               "\n {\"id\":\"a\",\"text\":\"Effusion.\",\"mine\":{\"x\":1}}\n{\"id\":\"b\",\"text\":\"\"}\n");
  ASSERT_TRUE(done.status.is_ok()) << done.status.to_string();
  ASSERT_EQ(done.records.size(), 2u);
  EXPECT_EQ(done.records[0]["mine"]["x"], 1);
  EXPECT_EQ(effusion(done.records[0]), "positive");
  EXPECT_EQ(effusion(done.records[1]), "unmentioned");
}

TEST(TextInput, TheReportComesBeforeText) {
  const auto done =
      run_text({"label"}, R"({"id":"a","text":"Effusion.","report":{"findings":"No effusion."}})");
  EXPECT_EQ(effusion(done.records.at(0)), "negative");
}

TEST(TextInput, TextKeysAreJoined) {
  const auto done = run_text({"label", "--text-key", "findings,impression"},
                             R"({"id":"a","findings":"No effusion","impression":"Effusion"})");
  EXPECT_EQ(effusion(done.records.at(0)), "positive");
}

TEST(TextInput, BlanksAroundKeysMeanNothing) {
  const auto done = run_text({"label", "--text-key", "findings, impression ,"},
                             R"({"id":"a","findings":"No effusion","impression":"Effusion"})");
  EXPECT_EQ(effusion(done.records.at(0)), "positive");
}

TEST(TextInput, AKeyThatNoRecordHasIsTold) {
  const std::string log = ::testing::TempDir() + "/hilum_keys.log";
  std::remove(log.c_str());
  const auto done = run_text({"label", "--text-key", "findings,impresion", "--log-file", log},
                             "{\"id\":\"a\",\"findings\":\"x\"}\n{\"id\":\"b\",\"findings\":\"y\"}\n");
  EXPECT_TRUE(done.status.is_ok());
  std::ostringstream said;
  said << std::ifstream(log).rdbuf();
  EXPECT_THAT(said.str(), HasSubstr("label: no record has 'impresion' (--text-key)"));
  EXPECT_EQ(said.str().find("impresion"), said.str().rfind("impresion")) << "once";
}

TEST(TextInput, ATerminalIsNotWaitedFor) {
  for (const char* command : {"label", "sections", "structure", "diff"}) {
    TestStreams t("");
    t.streams.in_is_terminal = true;
    const Status status = run({command}, {}, commands(), t.streams);
    EXPECT_EQ(status.code(), ErrorCode::kUsage) << command;
    EXPECT_THAT(status.message(), StartsWith(std::string(command) + ": which reports?"));
  }
  TestStreams typed("No effusion.");
  typed.streams.in_is_terminal = true;
  EXPECT_TRUE(run({"label", "--input", "text"}, {}, commands(), typed.streams).is_ok());
}

TEST(TextInput, AResumedRunTriesFailedRecordsAgain) {
  const std::string path = ::testing::TempDir() + "/hilum_text_resume.jsonl";
  std::remove(path.c_str());
  const std::string broken = "{\"id\":\"a\",\"text\":7}\n{\"id\":\"b\",\"text\":\"Edema.\"}\n";
  EXPECT_EQ(run_text({"label", "--resume", path}, broken).status.code(), ErrorCode::kSomeFailed);
  EXPECT_EQ(run_text({"label", "--resume", path}, broken).status.code(), ErrorCode::kSomeFailed);
  EXPECT_EQ(run_text({"label", "--resume", path, "--keep-failed"}, broken).status.code(),
            ErrorCode::kSomeFailed);
  const std::string whole = "{\"id\":\"a\",\"text\":\"Effusion.\"}\n{\"id\":\"b\",\"text\":\"Edema.\"}\n";
  EXPECT_TRUE(run_text({"label", "--resume", path}, whole).status.is_ok());
  std::ostringstream file;
  file << std::ifstream(path).rdbuf();
  EXPECT_EQ(file.str(), run_command({"label"}, whole).out);
  EXPECT_EQ(run_text({"label", "--keep-failed"}, whole).status.code(), ErrorCode::kUsage);
  std::remove(path.c_str());
}

TEST(TextInput, ARecordWithoutTextFailsAlone) {
  const auto done = run_text(
      {"label"}, "{\"id\":\"a\"}\n{\"id\":\"b\",\"text\":7}\n{\"id\":\"c\",\"text\":\"Effusion\"}\n");
  EXPECT_EQ(done.status.code(), ErrorCode::kSomeFailed);
  EXPECT_EQ(done.records.at(0)["error"]["code"], "record_invalid");
  EXPECT_THAT(done.records.at(0)["error"]["message"].get<std::string>(), HasSubstr("--text-key"));
  EXPECT_EQ(done.records.at(1)["error"]["code"], "record_invalid");
  EXPECT_EQ(effusion(done.records.at(2)), "positive");
}

TEST(TextInput, PlainTextIsOneReport) {
  const auto done = run_text({"label"}, "No effusion.\n\nEdema.\n");
  ASSERT_EQ(done.records.size(), 1u);
  EXPECT_EQ(done.records[0]["id"], "stdin");
  EXPECT_EQ(effusion(done.records[0]), "negative");
  EXPECT_EQ(done.records[0]["labels"]["Edema"], "positive");
  EXPECT_EQ(effusion(run_text({"label"}, "effusion").records.at(0)), "positive");
  EXPECT_EQ(run_text({"label", "--input", "text"}, "{not a record").records.size(), 1u);
}

TEST(TextInput, ThePlainTextIsUntouched) {
  const std::string report = "\n FINDINGS: clear\n\n";
  EXPECT_EQ(run_text({"sections"}, report).records.at(0)["text"], report);
}

TEST(TextInput, NothingInIsNoInput) {
  EXPECT_EQ(run_text({"label"}, "").status.code(), ErrorCode::kNoInput);
  EXPECT_EQ(run_text({"label", "--input", "jsonl"}, "\n\n").status.code(), ErrorCode::kNoInput);
}

TEST(TextInput, InvalidUtf8IsAnErrorOfItsRecord) {
  const auto plain = run_text({"label"}, "effusion \xFF");
  EXPECT_EQ(plain.records.at(0)["error"]["code"], "utf8_invalid");
  const auto lines =
      run_text({"label"}, "{\"id\":\"a\",\"text\":\"\xC3(\"}\n{\"id\":\"b\",\"text\":\"Effusion\"}\n");
  EXPECT_EQ(lines.status.code(), ErrorCode::kSomeFailed);
  EXPECT_EQ(lines.records.at(0)["error"]["code"], "utf8_invalid");
  EXPECT_EQ(effusion(lines.records.at(1)), "positive");
}

TEST(TextInput, CsvRowsAreRecords) {
  const auto done = run_text({"label", "--csv", "-", "--column", "report.text"},
                             "uid,report.text\n7,\"No effusion,\nnothing.\"\n8,Effusion\n9\n");
  EXPECT_EQ(done.status.code(), ErrorCode::kSomeFailed);
  ASSERT_EQ(done.records.size(), 3u);
  EXPECT_EQ(done.records[0]["id"], "row-1");
  EXPECT_EQ(done.records[0]["uid"], "7");
  EXPECT_EQ(effusion(done.records[0]), "negative");
  EXPECT_EQ(effusion(done.records[1]), "positive");
  EXPECT_EQ(done.records[2]["error"]["code"], "csv_invalid");
}

TEST(TextInput, CsvMistakesAreNamed) {
  const auto column = run_text({"label", "--csv", "-", "--column", "reprot"}, "id,report\n1,x\n");
  EXPECT_EQ(column.status.code(), ErrorCode::kCsvInvalid);
  EXPECT_THAT(column.status.message(), HasSubstr("id, report"));
  EXPECT_EQ(run_text({"label", "--csv", "/nowhere.csv", "--column", "x"}, "").status.code(),
            ErrorCode::kFileNotFound);
  EXPECT_EQ(run_text({"label", "--csv", "-"}, "").status.code(), ErrorCode::kUsage);
}

TEST(TextInput, ALongLineIsTaken) {
  std::string text = "No effusion. ";
  while (text.size() < (10u << 20)) text += "The lungs are clear. ";
  const auto done = run_text({"label"}, R"({"id":"a","text":")" + text + "Edema.\"}\n");
  ASSERT_TRUE(done.status.is_ok()) << done.status.to_string();
  EXPECT_EQ(done.records.at(0)["labels"]["Edema"], "positive");
}

TEST(SectionsCommand, NamesAndIndication) {
  const auto done = run_text({"sections", "--dialect", "sei"},
                             "x\n INDICATION: ___F with cough // pna?\n FINDINGS: a\n b\n");
  EXPECT_EQ(done.records.at(0)["sections"]["findings"], "a b");
  EXPECT_EQ(done.records.at(0)["indication_clean"], "woman with cough pna");
}

TEST(SectionsCommand, HandMadeChoiceByStudy) {
  const auto done = run_text({"sections", "--main-section"},
                             R"({"id":"s50913680","text":"x\n IMPRESSION: i\n RECOMMENDATION(S): r\n"})");
  EXPECT_EQ(done.records.at(0)["main_section"]["name"], "recommendations");
  EXPECT_EQ(done.records.at(0)["main_section"]["text"], "r");
}

TEST(SectionsCommand, IndianaXml) {
  const auto done =
      run_text({"sections", "--dialect", "iu"},
               "<e><uId id=\"CXR1\"/><AbstractText Label=\"FINDINGS\">Clear.</AbstractText></e>");
  EXPECT_EQ(done.records.at(0)["id"], "CXR1");
  EXPECT_EQ(done.records.at(0)["sections"]["findings"], "Clear.");
  const auto other = run_text({"sections", "--dialect", "iu"}, "no xml");
  EXPECT_EQ(other.records.at(0)["error"]["code"], "file_invalid");
}

TEST(LabelCommand, ExplainsAndFollowsThePolicy) {
  const auto done = run_text({"label", "--explain", "--policy", "positive"}, "Possible effusion.");
  EXPECT_EQ(effusion(done.records.at(0)), "positive");
  const Json& item = done.records[0]["label_evidence"].at(0);
  EXPECT_EQ(item["phrase"], "effusion");
  EXPECT_EQ(item["status"], "uncertain");
  EXPECT_EQ(item["cue"], "Possible");
  EXPECT_EQ(item["begin"], 9);
}

TEST(LabelCommand, SchemesHaveTheirOwnNames) {
  EXPECT_EQ(run_text({"label", "--scheme", "nih14"}, "Effusion.").records.at(0)["labels"]["Effusion"],
            "positive");
  EXPECT_EQ(run_text({"label", "--scheme", "nih"}, "Effusion.").status.code(), ErrorCode::kUsage);
}

TEST(StructureCommand, SectionsUnplacedAndText) {
  const auto done = run_text({"structure"}, "FINDINGS: Lungs are clear. Blah.\nIMPRESSION: Normal lungs.");
  const Json& structured = done.records.at(0)["structured"];
  EXPECT_EQ(structured["sections"][0]["name"], "Lungs and Airways");
  EXPECT_EQ(structured["sections"][1]["items"][0], "Normal lungs.");
  EXPECT_EQ(structured["unplaced"], Json({"Blah."}));
  EXPECT_THAT(structured["text"].get<std::string>(), HasSubstr("- Lungs are clear."));
}

TEST(StructureCommand, ARecordGivesItsSections) {
  const auto done = run_text(
      {"structure"},
      R"({"id":"a","indication":"Cough.","report":{"findings":"No effusion.","impression":"No edema."}})");
  const Json& sections = done.records.at(0)["structured"]["sections"];
  ASSERT_EQ(sections.size(), 3u);
  EXPECT_EQ(sections[0]["section"], "History");
  EXPECT_EQ(sections[1]["name"], "Pleura");
  EXPECT_EQ(sections[2]["items"][0], "No edema.");
}

TEST(StructureCommand, ChecksAndReverses) {
  const std::string text = "Findings:\nPleura:\n- No effusion.\n\nImpression:\n1. Clear.\n";
  EXPECT_EQ(run_text({"structure", "--check"}, text).records.at(0)["structure_check"]["valid"], true);
  const auto bad =
      run_text({"structure", "--check"}, "Findings:\nPluera:\n- x").records.at(0)["structure_check"];
  EXPECT_EQ(bad["valid"], false);
  EXPECT_EQ(bad["problems"][0]["line"], 2);
  const auto free_text = run_text({"structure", "--reverse"}, text).records.at(0)["report"];
  EXPECT_EQ(free_text["findings"], "No effusion.");
  EXPECT_EQ(free_text["impression"], "Clear.");
  EXPECT_EQ(run_text({"structure", "--check", "--reverse"}, text).status.code(), ErrorCode::kUsage);
}

TEST(DiffCommand, RecordsGetTheirEdits) {
  const auto done =
      run_text({"diff"},
               R"({"id":"a","report":{"findings":"No edema."},"reference":{"findings":"Edema. Effusion."}})");
  const Json& diff = done.records.at(0)["diff"];
  EXPECT_EQ(diff["edits"][0]["op"], "replace");
  EXPECT_EQ(diff["edits"][0]["reason"], "conflict");
  EXPECT_EQ(diff["edits"][1]["op"], "add");
  EXPECT_EQ(diff["facts"]["only_to"][0]["finding"], "Pleural Effusion");
  const auto missing = run_text({"diff"}, R"({"id":"a","report":{"findings":"x"}})");
  EXPECT_THAT(missing.records.at(0)["error"]["message"].get<std::string>(),
              HasSubstr("'reference.findings'; --to names"));
}

TEST(DiffCommand, RecordsForReading) {
  const Ran ran = run_command({"diff", "--view"},
                              "{\"id\":\"a\",\"report\":{\"findings\":\"Edema.\"},\"reference\":{"
                              "\"findings\":\"Edema. Effusion.\"}}\n"
                              "{\"id\":\"b\",\"text\":\"Edema.\"}\n");
  EXPECT_EQ(ran.status.code(), ErrorCode::kSomeFailed);
  EXPECT_EQ(ran.out, "== a\n  Edema.\n+ Effusion.   (missing)\n");
}

TEST(DiffCommand, TwoFilesForReading) {
  const std::string folder = ::testing::TempDir();
  std::ofstream(folder + "/from.txt") << "No edema. Clear.";
  std::ofstream(folder + "/to.txt") << "Edema. Clear.";
  const Ran ran =
      run_command({"diff", "--view", "--color", "always", folder + "/from.txt", folder + "/to.txt"});
  ASSERT_TRUE(ran.status.is_ok()) << ran.status.to_string();
  EXPECT_EQ(ran.out, "\033[31m- No edema.   (conflict)\033[0m\n\033[32m+ Edema.\033[0m\n  Clear.\n");
  EXPECT_EQ(run_text({"diff", "/nowhere/a", "/nowhere/b"}, "").status.code(), ErrorCode::kFileNotFound);
  EXPECT_EQ(run_text({"diff", "/nowhere/a"}, "").status.code(), ErrorCode::kUsage);
}

}  // namespace
}  // namespace hilum::cli
