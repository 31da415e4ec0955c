// From a record to the model's input: reads the images, turns texts into ids and notes what is absent.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hilum/model.h"
#include "hilum/record.h"
#include "hilum/stage.h"
#include "hilum/status.h"

#include "nlp/entities/entities.h"

namespace hilum {

// What is to be said of a study's inputs.
struct StudyNotes {
  std::vector<std::string> warnings;
  std::vector<std::string> not_taken;  // what the record has and the bundle has no input for
  std::size_t unknown_words = 0;
};

struct PreparedStudy : StudyNotes {
  StudyInput input;
  std::string anchor_path;
};

// The payload of stages that look at a study's images.
struct StudyPayload : Payload {
  PreparedStudy study;
};

// Whether the bundle reads the facts of reports, so that an extractor is needed for reports without them.
bool wants_facts(const runtime::Manifest& manifest);

// `extractor` may be null where the model reads no facts.
Result<PreparedStudy> prepare_study(const Json& record, const Model& model, std::uint64_t seed,
                                    const nlp::EntityExtractor* extractor = nullptr);

// Ids of similar cases, the list at a record's `similar`; `notes` gets what was cut or unknown.
Result<std::vector<std::vector<std::int64_t>>> similar_ids(const Json& similar, const Model& model,
                                                           const nlp::EntityExtractor* extractor,
                                                           StudyNotes& notes);

}  // namespace hilum
