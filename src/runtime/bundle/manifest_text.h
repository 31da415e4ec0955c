// The parts of a manifest that belong to models that read reports: `entities`, `report_labels`,
// `text_encoding` and `sentence_labels`.
#pragma once

#include "hilum/bundle.h"
#include "hilum/json.h"

namespace hilum::runtime {

// kBundleInvalid names the field.
Status read_entities(const Json& root, Manifest& manifest);
Status read_report_labels(const Json& root, Manifest& manifest);
Status read_text_encoding(const Json& root, Manifest& manifest);
Status read_sentence_labels(const Json& root, Manifest& manifest);

// What the roles of these models need besides.
Status check_text_roles(const Manifest& manifest);

}  // namespace hilum::runtime
