#include <nlohmann/json.hpp>

#include "core/text/text.h"
#include "nlp/entities/entities.h"
#include "nlp/facts/see.h"
#include "stages/retrieve/stage.h"

namespace hilum::stages {
namespace {

// A list of texts, white space collapsed, empty ones left out.
Result<std::vector<std::string>> facts_of_list(const Json& list, const std::string& query) {
  std::vector<std::string> facts;
  for (const Json& fact : list) {
    if (!fact.is_string())
      return Status(ErrorCode::kRecordInvalid, "'" + query + "' should be a list of texts");
    if (std::string text = collapse_spaces(fact.get_ref<const std::string&>()); !text.empty())
      facts.push_back(std::move(text));
  }
  return facts;
}

// A text in which no rule finds a fact is its own.
std::vector<std::string> facts_of_text(const std::string& text, const nlp::EntityExtractor& extractor) {
  std::vector<std::string> facts =
      nlp::factual_sentences(extractor.extract(text).graph, nlp::SeeMode::kFixed);
  if (facts.empty()) facts.push_back(collapse_spaces(text));
  if (facts.front().empty()) facts.clear();
  return facts;
}

// What a record asks for: the facts at `query`, or those of the text there.
Result<std::vector<std::string>> facts_of_query(const Json& record, const std::string& query,
                                                const nlp::EntityExtractor& extractor) {
  const bool own_facts = query == "facts";
  const Json* found = find_path(record, query);
  if (found == nullptr && own_facts) found = find_path(record, "entities.facts");
  std::vector<std::string> facts;
  if (found != nullptr && found->is_array()) {
    HILUM_ASSIGN(facts, facts_of_list(*found, query));
  } else if (found != nullptr && found->is_string()) {
    facts = facts_of_text(found->get_ref<const std::string&>(), extractor);
  }
  if (!facts.empty()) return facts;
  return Status(ErrorCode::kRecordInvalid,
                "nothing to ask for at '" + query + "'" +
                    (own_facts ? ": hilum entities makes facts of a report, or ask by the text of a key, as "
                                 "report.findings"
                               : ""));
}

struct QueryPayload : Payload {
  std::string text;
};

class ByText : public Stage {
 public:
  ByText(std::shared_ptr<const runtime::TextEncoderModel> encoder, SharedIndex index,
         const RetrieveOptions& options, Json provenance, nlp::EntityExtractor extractor)
      : encoder_(std::move(encoder)),
        index_(std::move(index)),
        options_(options),
        provenance_(std::move(provenance)),
        extractor_(std::move(extractor)) {}

  const StageInfo& info() const override { return retrieve_info(); }
  const Json& provenance() const override { return provenance_; }
  void enter_thread() override { encoder_->use_threads(1); }

  Status prepare(Item& item) override {
    HILUM_ASSIGN(const auto facts, facts_of_query(item.record(), options_.query, extractor_));
    auto payload = std::make_unique<QueryPayload>();
    payload->text = join(facts, " . ");
    item.payload = std::move(payload);
    return Status::ok();
  }

  void process(const std::vector<Item*>& items) override {
    std::vector<std::string> texts;
    for (const Item* item : items) texts.push_back(item->payload_as<QueryPayload>().text);
    auto encoded = encoder_->pooled(texts);
    if (!encoded) {
      for (Item* item : items) item->status = encoded.status();
      return;
    }
    std::vector<std::vector<float>> vectors;
    for (runtime::TextVector& text : *encoded) vectors.push_back(std::move(text.vector));
    answer(items, vectors, *index_, options_);
  }

 private:
  std::shared_ptr<const runtime::TextEncoderModel> encoder_;
  SharedIndex index_;
  RetrieveOptions options_;
  Json provenance_;
  nlp::EntityExtractor extractor_;
};

}  // namespace

Result<std::unique_ptr<Stage>> retrieve_by_text(std::shared_ptr<const runtime::TextEncoderModel> encoder,
                                                SharedIndex index, const RetrieveOptions& options,
                                                Json provenance) {
  if (index->spec().vector != "global") {
    return Status(ErrorCode::kIndexInvalid,
                  "the index holds whole images (" + index->spec().vector +
                      "), and a text has one vector: build it with setting 'vector' global");
  }
  HILUM_ASSIGN(nlp::EntityExtractor extractor, nlp::EntityExtractor::load());
  return std::unique_ptr<Stage>(std::make_unique<ByText>(std::move(encoder), std::move(index), options,
                                                         std::move(provenance), std::move(extractor)));
}

}  // namespace hilum::stages
