// Texts as rows of token ids for a bundle's models, several to a batch.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hilum/bundle.h"
#include "hilum/status.h"

#include "runtime/engine/opened_bundle.h"
#include "runtime/engine/torch_values.h"
#include "runtime/tokenizers/tokenizer.h"

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

// The numbers of a module's result, which must have this shape. kBundleInvalid; kInferenceFailed for numbers
// that are none.
Result<std::vector<float>> numbers_of(const Value& value, const std::vector<std::size_t>& shape,
                                      const std::string& what);

// A bundle's module that reads texts as rows of ids, and what it takes to run it.
struct TextScript {
  TokenizerSpec special;
  std::shared_ptr<const Tokenizer> tokenizer;
  std::optional<TorchScript> script;

  // Calls forward with the rows, each between the begin and the end token and filled up to one length, and a
  // mask that is true where an id is.
  Result<std::vector<Value>> run(const std::vector<Ids>& rows, std::size_t outputs) const;
};

// A bundle of which one module reads texts; others may be beside it.
class TextRoles : public OpenedBundle {
 protected:
  // Opens the module `role` and the tokenizer. `does` is for the message where the bundle lacks the role. The
  // errors of check_role, load_tokenizer, OpenedBundle::open and open_role.
  Status open(const Bundle& bundle, const char* role, const char* does, const std::string& device);

  TextScript texts_;
};

struct TextScores {
  std::vector<std::vector<float>> scores;  // `width` numbers a text
  std::vector<bool> cut;
};

// What a module that gives `width` numbers a text says of each, in batches. `what` names them in errors.
Result<TextScores> text_scores(const TextScript& model, const std::vector<std::string>& texts, int max_tokens,
                               std::size_t width, const std::string& what);

}  // namespace hilum::runtime
