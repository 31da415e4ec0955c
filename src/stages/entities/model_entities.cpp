#include "stages/entities/model_entities.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "nlp/radgraph/words.h"
#include "nlp/words/sentences.h"

namespace hilum::stages {
namespace {

// The document as DyGIE++ writes it: the whole report is one sentence.
Json dygie_document(const std::vector<std::string>& words, const runtime::SpanGraph& found,
                    const runtime::EntitySpec& spec) {
  Json entities = Json::array();
  for (const runtime::SpanEntity& entity : found.entities) {
    entities.push_back(
        {entity.span.first, entity.span.last, spec.labels[entity.label], entity.score, entity.probability});
  }
  Json relations = Json::array();
  for (const runtime::SpanRelation& relation : found.relations) {
    relations.push_back({relation.from.first, relation.from.last, relation.to.first, relation.to.last,
                         spec.relations[relation.relation], relation.score, relation.probability});
  }
  return {{"sentences", Json::array({words})},
          {"predicted_ner", Json::array({entities})},
          {"predicted_relations", Json::array({relations})}};
}

// A document with each label and relation once: what the reader refuses here, it would refuse in every
// report.
Status check_names(const runtime::EntitySpec& spec) {
  runtime::SpanGraph every;
  for (std::size_t i = 0; i < spec.labels.size(); ++i) every.entities.push_back({{0, 0}, i, 1, 1});
  for (std::size_t i = 0; i < spec.relations.size(); ++i)
    every.relations.push_back({{0, 0}, {0, 0}, i, 1, 1});
  const auto read = nlp::graphs_from_json(dygie_document({"word"}, every, spec), "");
  return read ? Status::ok()
              : Status(ErrorCode::kBundleInvalid, "manifest.json: entities: " + read.status().message());
}

}  // namespace

Result<ModelEntities> ModelEntities::open(const std::string& bundle_name,
                                          const runtime::ModelOptions& options, nlp::SeeMode mode) {
  HILUM_ASSIGN(const std::string folder, runtime::find_bundle(bundle_name));
  HILUM_ASSIGN(const runtime::Bundle bundle, runtime::Bundle::open(folder));
  ModelEntities opened;
  HILUM_ASSIGN(opened.model_, runtime::EntityModel::open(bundle, options));
  HILUM_RETURN_IF_ERROR(check_names(opened.model_->spec()).at(bundle.folder()));
  opened.identity_ = bundle.identity();
  opened.words_ = mode == nlp::SeeMode::kSeiCompat ? "sei" : opened.model_->spec().words;
  return opened;
}

Result<nlp::ExtractedReport> ModelEntities::extract(const std::string& text) const {
  HILUM_ASSIGN(const nlp::RadGraphWords kind, nlp::radgraph_words_from_name(words_));
  const std::vector<std::string> words = nlp::radgraph_words(text, kind);
  HILUM_ASSIGN(const runtime::SpanGraph found, model_->run(words));
  HILUM_ASSIGN(auto graphs, nlp::graphs_from_json(dygie_document(words, found, model_->spec()), ""));
  nlp::ExtractedReport report;
  report.graph = std::move(graphs.front());
  report.token_bytes = nlp::locate_words(text, words);
  for (const nlp::Sentence& sentence : nlp::split_sentences(text).sentences)
    report.sentences.push_back({sentence.begin, sentence.end});
  for (const nlp::GraphEntity& entity : report.graph.entities) {
    const auto behind = std::upper_bound(
        report.sentences.begin(), report.sentences.end(), report.token_bytes[entity.first].begin,
        [](std::size_t byte, const nlp::ByteRange& range) { return byte < range.begin; });
    report.sentence_of.push_back(
        static_cast<std::size_t>(std::max<std::ptrdiff_t>(behind - report.sentences.begin(), 1) - 1));
  }
  return report;
}

Json ModelEntities::provenance() const {
  return {{"bundle", identity_}, {"engine", model_->engine()}, {"words", words_}};
}

}  // namespace hilum::stages
