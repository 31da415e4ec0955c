#include "options/dry_run.h"

#include <filesystem>

#include <nlohmann/json.hpp>

#include "hilum/json.h"

#include "core/text/text.h"

namespace hilum::cli {
namespace {

constexpr std::size_t kIndent = 9;

// "stage:   label"; without a name a further line of the one above.
std::string line(const std::string& name, const std::string& value) {
  std::string out = name.empty() ? "" : name + ": ";
  if (out.size() < kIndent) out.resize(kIndent, ' ');
  return out + value + "\n";
}

std::string keys(const std::string& name, const std::vector<RecordKey>& keys) {
  std::string out;
  for (const RecordKey& key : keys) out += line(out.empty() ? name : "", key.path + " (" + key.what + ")");
  return out;
}

// "hilum-base 0.4.0 sha256:…", or the entries of an array, a line each.
std::string loaded(const std::string& name, const Json& value) {
  if (value.is_string()) return line(name, value.get<std::string>());
  if (!value.is_array()) return line(name, value.dump());
  std::string out;
  for (const Json& item : value) out += loaded(name, item);
  return out;
}

}  // namespace

Status say_plan(const Context& context, const Stage& stage, const Source& source, const std::string& resume) {
  const StageInfo& info = stage.info();
  std::string out = line("stage", info.name + ", " + info.summary) + line("input", source.describe()) +
                    keys("reads", info.reads) + keys("writes", info.writes);
  for (const auto& [name, value] : stage.provenance().items()) out += loaded(name, value);
  for (const std::string& table : info.tables) out += line("table", "configs/" + table);
  const bool begun = !resume.empty() && std::filesystem::exists(resume);
  out +=
      line("output", resume.empty() ? "standard output" : resume + (begun ? ", which is there already" : ""));
  return context.streams.out->write(out);
}

}  // namespace hilum::cli
