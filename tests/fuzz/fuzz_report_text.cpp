// Any bytes as a report: sentences, cleaning, sections, Open-i XML, labels, measurements and the structured
// form must take them, and what they return must lie inside the text.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "nlp/labels/labels.h"
#include "nlp/measurements/measurements.h"
#include "nlp/sections/sections.h"
#include "nlp/structure/structure.h"
#include "nlp/words/clean.h"
#include "nlp/words/sentences.h"

namespace {

template <typename T>
const T& loaded(hilum::Result<T> result) {
  if (!result) std::abort();  // the tables are not found: nothing would be tested
  static const T value = result.take();
  return value;
}

void check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hilum::nlp;
  static const SectionParser& parser = loaded(SectionParser::load());
  static const Labeler& chexpert = loaded(Labeler::load("chexpert14"));
  static const MeasurementParser& measurements = loaded(MeasurementParser::load());
  static const Structurer& structurer = loaded(Structurer::load());
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const SplitText split = split_sentences(text);
  std::size_t at = 0;
  for (const Token& token : split.tokens) {
    check(at <= token.begin && token.begin < token.end && token.end <= size);
    at = token.end;
  }
  at = 0;
  for (const Sentence& sentence : split.sentences) {
    check(sentence.first_token == at && sentence.first_token < sentence.end_token);
    at = sentence.end_token;
  }
  check(at == split.tokens.size());
  for (const SectionDialect dialect : {SectionDialect::kMit, SectionDialect::kSei}) {
    check(!SectionParser::by_name(parser.parse(text, dialect), dialect).empty());
  }
  check(parser.main_section("s50525523", text).text.size() <= size);
  if (const auto sections = parse_iu_xml(text)) check(!sections->empty());
  clean_indication(text);
  for (const LabelEvidence& item : chexpert.label(text).evidence) {
    check(item.begin < item.end && item.end <= size && item.cue_begin <= item.cue_end &&
          item.cue_end <= size);
  }
  for (const Measurement& item : measurements.parse(text)) check(item.begin < item.end && item.end <= size);
  const OrganReport report = structurer.structure(text);
  for (const OrganSection& section : report.sections) check(!section.items.empty());
  structurer.check(text, nullptr);
  structurer.check(structurer.to_text(report), nullptr);
  return 0;
}
