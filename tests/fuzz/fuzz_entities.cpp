// The first byte picks the reader: report text, RadGraph output, or a structured report as JSON or as a
// table. What is read can be written and read again.
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "nlp/entities/entities.h"
#include "nlp/lunguage/lunguage.h"

namespace {

using namespace hilum;

void require(bool condition) {
  if (!condition) std::abort();
}

void extract(std::string_view text) {
  static const auto* const extractor = new Result<nlp::EntityExtractor>(nlp::EntityExtractor::load());
  static const auto* const qualifiers = new Result<nlp::QualifierFinder>(nlp::QualifierFinder::load());
  require(extractor->is_ok() && qualifiers->is_ok());
  const nlp::ExtractedReport report = extractor->value().extract(text);
  for (const nlp::GraphEntity& entity : report.graph.entities) {
    require(entity.first <= entity.last && entity.last < report.graph.tokens.size());
    for (const nlp::GraphRelation& relation : entity.relations)
      require(relation.target < report.graph.entities.size());
  }
  nlp::factual_sentences(report.graph, nlp::SeeMode::kFixed);
  nlp::factual_sentences(report.graph, nlp::SeeMode::kSeiCompat);
  const nlp::LunguageReport structured = nlp::lunguage_report(report, text, qualifiers->value());
  if (!structured.entities.empty()) require(nlp::lunguage_problems(structured).empty());
}

void read_graphs(std::string_view bytes) {
  std::istringstream in{std::string(bytes)};
  nlp::RadGraphReader reader(in, "fuzz");
  for (;;) {
    const auto graph = reader.next();
    if (!graph) continue;
    if (!graph->has_value()) return;
    nlp::factual_sentences(**graph, nlp::SeeMode::kFixed);
    nlp::factual_sentences(**graph, nlp::SeeMode::kSeiCompat);
    nlp::graph_to_json(**graph);
  }
}

void read_structured(std::string_view bytes) {
  const auto json = parse_json(bytes);
  if (!json) return;
  const auto report = nlp::lunguage_from_json(*json);
  if (!report) return;
  nlp::lunguage_problems(*report);
  require(nlp::lunguage_from_json(nlp::lunguage_to_json(*report)).is_ok());
}

void read_table(std::string_view bytes) {
  std::istringstream in{std::string(bytes)};
  const auto reports = nlp::lunguage_from_table(in, "fuzz");
  if (!reports) return;
  for (const nlp::LunguageReport& report : *reports) nlp::lunguage_table_rows(report);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0:
      extract(bytes);
      break;
    case 1:
      read_graphs(bytes);
      break;
    case 2:
      read_structured(bytes);
      break;
    default:
      read_table(bytes);
      break;
  }
  return 0;
}
