#include "nlp/measurements/measurements.h"

#include <nlohmann/json.hpp>

#include "core/files/file.h"
#include "core/text/text.h"
#include "nlp/measurements/internal.h"
#include "nlp/words/sentences.h"

namespace hilum::nlp {
namespace {

constexpr std::size_t kMaxSentenceTokens = 300;  // keeps the work linear on text without full stops

// Sentence ends as token indices; a sentence also ends at a semicolon, and never inside a quantity.
std::vector<std::size_t> sentence_ends(const TermText& text, const std::vector<Quantity>& quantities) {
  std::vector<std::size_t> ends;
  const SplitText split = split_sentences(text.original());
  std::size_t token = 0, quantity = 0;
  const auto close = [&](std::size_t end) {
    while (quantity < quantities.size() && quantities[quantity].last <= end) ++quantity;
    const bool inside = quantity < quantities.size() && quantities[quantity].first < end;
    if (!inside && end > (ends.empty() ? 0 : ends.back())) ends.push_back(end);
  };
  for (const Sentence& sentence : split.sentences) {
    while (token < text.size() && text[token].begin < sentence.end) {
      ++token;
      const bool endless = token - (ends.empty() ? 0 : ends.back()) >= kMaxSentenceTokens;
      if (text[token - 1].text == ";" || endless) close(token);
    }
    close(token);
  }
  if (text.size() > (ends.empty() ? 0 : ends.back())) ends.push_back(text.size());
  return ends;
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

}  // namespace

Result<MeasurementParser> MeasurementParser::load() {
  HILUM_ASSIGN(const std::string path, find_data("configs/measurements/measurements.json"));
  return load(path);
}

Result<MeasurementParser> MeasurementParser::load(const std::string& lexicon_path) {
  HILUM_ASSIGN(auto lexicon, MeasurementLexicon::read(lexicon_path));
  return MeasurementParser(std::move(lexicon));
}

std::vector<Measurement> MeasurementParser::parse(std::string_view text) const {
  std::vector<Measurement> out;
  const TermText tokens(text, lexicon_->table);
  const std::vector<TermMatch> matches = lexicon_->table.find(tokens);
  std::vector<Quantity> quantities = find_quantities(tokens, matches, *lexicon_);
  if (quantities.empty()) return out;
  const bool intubation = to_lower(text).find("intubat") != std::string::npos;

  std::vector<Antecedent> antecedents;
  std::size_t first = 0, next_match = 0, next_quantity = 0;
  for (const std::size_t last : sentence_ends(tokens, quantities)) {
    SentenceView view{tokens, *lexicon_, first, last, {}, {}, intubation};
    for (; next_match < matches.size() && matches[next_match].first < last; ++next_match) {
      if (matches[next_match].last <= last) view.matches.push_back(matches[next_match]);
    }
    for (; next_quantity < quantities.size() && quantities[next_quantity].first < last; ++next_quantity) {
      view.quantities.push_back(std::move(quantities[next_quantity]));
    }
    read_sentence(view, antecedents, out);
    first = last;
  }
  return out;
}

Json to_json(const Measurement& m) {
  return Json{{"finding", text_or_null(m.finding)},
              {"laterality", text_or_null(m.laterality)},
              {"kind", m.kind},
              {"target", text_or_null(m.target)},
              {"relation", text_or_null(m.relation)},
              {"form", m.form},
              {"values", m.values},
              {"unit", m.unit},
              {"qualifier", text_or_null(m.qualifier)},
              {"negated", m.negated},
              {"prior", m.prior},
              {"advice", m.advice},
              {"uncertain", m.uncertain},
              {"source_text", m.source_text},
              {"source_unit", text_or_null(m.source_unit)},
              {"span_bytes", {m.begin, m.end}}};
}

}  // namespace hilum::nlp
