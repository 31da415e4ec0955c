// The stages behind `hilum index build` and `hilum retrieve`: the vector of a record's first image, or of its
// facts, by a bundle's encoders, into an index or against one. Immutable; their functions are called from
// several threads.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "hilum/index.h"
#include "hilum/status.h"

#include "run/batch_loop.h"
#include "runtime/models/model.h"
#include "runtime/models/text_encoder_model.h"

namespace hilum {

// A stage that leaves each record's vector in it (binary, under a key of its own) for index_writer.
BatchStage vector_stage(std::shared_ptr<const runtime::Model> model, bool rows, int threads);

// Length of the vector that vector_stage left in a record, or 0.
std::size_t vector_dimension(const Json& record);

// Takes what vector_stage left and adds it to `builder` with the record's id, study_id, patient_id,
// `entities.facts` and, if `reports`, `reference.findings`. Records with an error are passed over. `builder`
// must outlive it.
RecordWriter index_writer(retrieval::IndexBuilder& builder, bool reports);

struct RetrieveStageOptions {
  retrieval::SearchOptions search;
  bool reports = false;  // put the cases' reports into the record, where the index has them
  int threads = 1;
};

// A stage that adds `similar` to each record, its own patient, study and id left out.
// kIndexInvalid when the index holds vectors of another model.
Result<BatchStage> retrieve_stage(std::shared_ptr<const runtime::Model> model, const runtime::Bundle& bundle,
                                  std::shared_ptr<const retrieval::SimilarIndex> index,
                                  const RetrieveStageOptions& options);

// The same by words: the text encoder's vector of what stands at the dotted path `query`, a list of facts or
// a text, of which the facts are taken. "facts" is the record's own: at `facts`, else at `entities.facts`.
// Facts are joined by " . ". kIndexInvalid also for an index of rows.
Result<BatchStage> retrieve_by_text_stage(std::shared_ptr<const runtime::TextEncoderModel> encoder,
                                          const runtime::Bundle& bundle,
                                          std::shared_ptr<const retrieval::SimilarIndex> index,
                                          const std::string& query, const RetrieveStageOptions& options);

}  // namespace hilum
