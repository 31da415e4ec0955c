// Texts as rows of token ids for a bundle's models, several to a batch.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hilum/core/status.h"
#include "hilum/runtime/bundle.h"
#include "hilum/runtime/tokenizer.h"

#include "runtime/torch_values.h"

namespace hilum::runtime {

using Ids = std::vector<std::int64_t>;

struct TextRows {
  std::vector<Ids> ids;   // without begin and end token
  std::vector<bool> cut;  // the text had more tokens than the model reads
};

// The ids of each text, white space collapsed, cut so that with begin and end token there are at most
// `max_tokens`.
Result<TextRows> text_rows(const Tokenizer& tokenizer, const std::vector<std::string>& texts, int max_tokens);

// Which rows go together: similar lengths, so that little is padded. Every index once.
std::vector<std::vector<std::size_t>> row_batches(const std::vector<Ids>& rows);
std::vector<Ids> picked(const std::vector<Ids>& rows, const std::vector<std::size_t>& which);

// Rows of ids, each between the begin and the end token, filled up to one length; the mask is true where an
// id is.
Result<std::pair<Value, Value>> id_rows(const TorchScript& script, const std::vector<Ids>& rows,
                                        const TokenizerSpec& tokens);

// The numbers of a module's result, which must have this shape. kBundleInvalid; kInferenceFailed for numbers
// that are none.
Result<std::vector<float>> numbers_of(const Value& value, const std::vector<std::size_t>& shape,
                                      const std::string& what);

// The tokenizer of a bundle that has this role. kBundleInvalid, naming what it cannot do, when it has not.
Result<std::shared_ptr<const Tokenizer>> tokenizer_of(const Bundle& bundle, const char* role,
                                                      const char* does);

}  // namespace hilum::runtime
