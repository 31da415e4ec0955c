// Runs a stage over records as a program does, through the public headers alone.
#pragma once

#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "hilum/run.h"

#include "unit/test_streams.h"

namespace hilum {

struct StageRun {
  Status status;  // why the run ended early; else ok
  RunCounts counts;
  std::vector<Json> records;
};

// Runs `stage` on what `source` gives; `extra` get each record behind the list of records.
inline StageRun run_stage(Stage& stage, Source& source, std::vector<std::unique_ptr<Writer>> extra = {},
                          const RunOptions& options = {}) {
  TestStreams streams("");
  extra.insert(extra.begin(), jsonl_writer(streams.out));
  const auto writer = tee_writer(std::move(extra));
  StageRun ran;
  auto counts = run(stage, source, *writer, options, streams.streams);
  ran.status = counts.status();
  if (counts) ran.counts = counts.take();
  std::istringstream lines(streams.out.text());
  for (std::string line; std::getline(lines, line);) ran.records.push_back(Json::parse(line));
  return ran;
}

// The same on JSON Lines.
inline StageRun run_stage(Stage& stage, const std::string& lines,
                          std::vector<std::unique_ptr<Writer>> extra = {}, const RunOptions& options = {}) {
  std::istringstream in(lines);
  const auto source = jsonl_source(in);
  return run_stage(stage, *source, std::move(extra), options);
}

}  // namespace hilum
