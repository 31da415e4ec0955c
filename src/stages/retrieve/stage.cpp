#include "stages/retrieve/stage.h"

#include <cstring>

#include <nlohmann/json.hpp>

#include "hilum/record.h"

#include "core/text/text.h"
#include "nlp/entities/entities.h"
#include "nlp/facts/see.h"
#include "stages/common/similar_cases.h"
#include "stages/common/study_input.h"

namespace hilum {
namespace {

constexpr const char* kVectorKey = "\x01vector";  // never written: no key of a record begins so

// Only the first image counts; further views and priors need not be read.
Status prepare_first_image(BatchItem& item, const runtime::Model& model) {
  Json only = {{"id", item.record.value("id", Json())}};
  const Json* images = find_path(item.record, "images");
  if (images != nullptr && images->is_array() && !images->empty())
    only["images"] = Json::array({images->front()});
  HILUM_ASSIGN(PreparedStudy prepared, prepare_study(only, model, 0));
  item.prepared = std::make_shared<PreparedStudy>(std::move(prepared));
  return Status::ok();
}

std::function<void(BatchItem&)> preparation(std::shared_ptr<const runtime::Model> model) {
  return [model = std::move(model)](BatchItem& item) { item.status = prepare_first_image(item, *model); };
}

Result<std::vector<std::vector<float>>> vectors_of(const std::vector<BatchItem*>& items,
                                                   const runtime::Model& model, bool rows) {
  std::vector<const runtime::StudyInput*> inputs;
  for (const BatchItem* item : items)
    inputs.push_back(&static_cast<const PreparedStudy*>(item->prepared.get())->input);
  return model.vectors(inputs, rows);
}

void fail_all(const std::vector<BatchItem*>& items, const Status& status) {
  for (BatchItem* item : items) item->status = status;
}

// Searches for the items' vectors and writes `similar` into their records.
void answer(const std::vector<BatchItem*>& items, const std::vector<std::vector<float>>& vectors,
            const retrieval::SimilarIndex& index, const RetrieveStageOptions& options,
            const Json& provenance) {
  std::vector<const Json*> records;
  for (const BatchItem* item : items) records.push_back(&item->record);
  auto similar = find_similar(records, vectors, index, options.search, options.reports);
  if (!similar) return fail_all(items, similar.status());
  for (std::size_t i = 0; i < items.size(); ++i) {
    items[i]->status = (*similar)[i].status();
    if (!items[i]->status.is_ok()) continue;
    items[i]->record["similar"] = (*similar)[i].take();
    add_provenance(items[i]->record, "retrieve", provenance);
  }
}

// What a record asks for: the facts at `query`, or those of the text there. A text in which no rule finds a
// fact is its own.
Result<std::vector<std::string>> facts_of_query(const Json& record, const std::string& query,
                                                const nlp::EntityExtractor& extractor) {
  const bool own_facts = query == "facts";
  const Json* found = find_path(record, query);
  if (found == nullptr && own_facts) found = find_path(record, "entities.facts");
  std::vector<std::string> facts;
  if (found != nullptr && found->is_array()) {
    for (const Json& fact : *found) {
      if (!fact.is_string())
        return Status(ErrorCode::kRecordInvalid, "'" + query + "' should be a list of texts");
      if (const std::string text = collapse_spaces(fact.get_ref<const std::string&>()); !text.empty())
        facts.push_back(text);
    }
  } else if (found != nullptr && found->is_string()) {
    const auto& text = found->get_ref<const std::string&>();
    facts = nlp::factual_sentences(extractor.extract(text).graph, nlp::SeeMode::kFixed);
    if (facts.empty()) facts.push_back(collapse_spaces(text));
    if (facts.front().empty()) facts.clear();
  }
  if (!facts.empty()) return facts;
  return Status(
      ErrorCode::kRecordInvalid,
      "nothing to ask for at '" + query + "'" +
          (own_facts ? ": hilum entities makes facts of a report, or give --query report.findings" : ""));
}

}  // namespace

BatchStage vector_stage(std::shared_ptr<const runtime::Model> model, bool rows, int threads) {
  BatchStage stage;
  stage.enter_replica = [model, threads] { model->use_threads(threads); };
  stage.prepare = preparation(model);
  stage.process = [model, rows](std::vector<BatchItem*>& items) {
    const auto vectors = vectors_of(items, *model, rows);
    if (!vectors) return fail_all(items, vectors.status());
    for (std::size_t i = 0; i < items.size(); ++i) {
      const std::vector<float>& vector = (*vectors)[i];
      std::vector<std::uint8_t> bytes(vector.size() * sizeof(float));
      std::memcpy(bytes.data(), vector.data(), bytes.size());
      items[i]->record[kVectorKey] = Json::binary(std::move(bytes));
    }
  };
  return stage;
}

std::size_t vector_dimension(const Json& record) {
  const auto found = record.find(kVectorKey);
  return found == record.end() ? 0 : found->get_binary().size() / sizeof(float);
}

RecordWriter index_writer(retrieval::IndexBuilder& builder, bool reports) {
  RecordWriter writer;
  writer.write = [&builder, reports](const Json& record) -> Status {
    const auto found = record.find(kVectorKey);
    if (found == record.end()) return Status::ok();
    const auto& bytes = found->get_binary();
    std::vector<float> vector(bytes.size() / sizeof(float));
    std::memcpy(vector.data(), bytes.data(), bytes.size());
    retrieval::Case entry;
    entry.id = text_or_empty(record, "id");
    entry.study_id = text_or_empty(record, "study_id");
    entry.patient_id = text_or_empty(record, "patient_id");
    if (const Json* facts = find_path(record, "entities.facts"); facts != nullptr && facts->is_array()) {
      for (const Json& fact : *facts) {
        if (fact.is_string()) entry.facts.push_back(fact.get<std::string>());
      }
    }
    if (reports) entry.report = text_or_empty(record, "reference.findings");
    return builder.add(vector.data(), entry);
  };
  writer.flush = [] { return Status::ok(); };
  return writer;
}

Result<BatchStage> retrieve_stage(std::shared_ptr<const runtime::Model> model, const runtime::Bundle& bundle,
                                  std::shared_ptr<const retrieval::SimilarIndex> index,
                                  const RetrieveStageOptions& options) {
  HILUM_RETURN_IF_ERROR(check_vector_source(*index, bundle.manifest()));
  BatchStage stage;
  const bool rows = index->spec().vector == "rows";
  const Json provenance = {{"bundle", bundle.identity()}, {"index_rows", index->rows()}};
  stage.enter_replica = [model, options] { model->use_threads(options.threads); };
  stage.prepare = preparation(model);
  stage.process = [model, index, options, rows, provenance](std::vector<BatchItem*>& items) {
    const auto vectors = vectors_of(items, *model, rows);
    if (!vectors) return fail_all(items, vectors.status());
    answer(items, *vectors, *index, options, provenance);
  };
  return stage;
}

Result<BatchStage> retrieve_by_text_stage(std::shared_ptr<const runtime::TextEncoderModel> encoder,
                                          const runtime::Bundle& bundle,
                                          std::shared_ptr<const retrieval::SimilarIndex> index,
                                          const std::string& query, const RetrieveStageOptions& options) {
  HILUM_RETURN_IF_ERROR(check_vector_source(*index, bundle.manifest()));
  if (index->spec().vector != "global") {
    return Status(ErrorCode::kIndexInvalid,
                  "the index holds whole images (" + index->spec().vector +
                      "), and a text has one vector: build it with --vector global");
  }
  HILUM_ASSIGN(nlp::EntityExtractor loaded, nlp::EntityExtractor::load());
  const auto extractor = std::make_shared<const nlp::EntityExtractor>(std::move(loaded));
  BatchStage stage;
  const Json provenance = {{"bundle", bundle.identity()}, {"index_rows", index->rows()}, {"query", query}};
  stage.enter_replica = [encoder, options] { encoder->use_threads(options.threads); };
  stage.prepare = [query, extractor](BatchItem& item) {
    auto facts = facts_of_query(item.record, query, *extractor);
    if (!facts) {
      item.status = facts.status();
      return;
    }
    item.prepared = std::make_shared<std::string>(join(*facts, " . "));
  };
  stage.process = [encoder, index, options, provenance](std::vector<BatchItem*>& items) {
    std::vector<std::string> texts;
    for (const BatchItem* item : items)
      texts.push_back(*static_cast<const std::string*>(item->prepared.get()));
    auto encoded = encoder->pooled(texts);
    if (!encoded) return fail_all(items, encoded.status());
    std::vector<std::vector<float>> vectors;
    for (runtime::TextVector& text : *encoded) vectors.push_back(std::move(text.vector));
    answer(items, vectors, *index, options, provenance);
  };
  return stage;
}

}  // namespace hilum
