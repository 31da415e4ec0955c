// Model bundles: a folder with a manifest and the files it names (docs/bundles.md). Nothing of a bundle is
// trusted before it was checked: paths stay inside the folder, sizes and SHA-256 fit, and TorchScript, which
// can hold code, is only handed on from bytes that were hashed. Values; thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hilum/json.h"
#include "hilum/preprocess.h"
#include "hilum/status.h"

// How tokens are chosen: a bundle's defaults (`decode` in its manifest), which the command line may override.
// Values.
namespace hilum::runtime {

enum class Strategy { kGreedy, kBeam, kSample };

// kSum: the sum of log-probabilities (the rule of the R2Gen family). kLengthNormalised: that sum divided by
// length^length_penalty, the end token counted (the rule of Hugging Face's beam search).
enum class Scoring { kSum, kLengthNormalised };

// When a length-normalised beam search is over. kPublished stops as Hugging Face's default does, a heuristic
// that may miss a longer and better hypothesis; kExact only when nothing that is still alive can win. The sum
// rule needs no choice: its stop is always exact, because sums only fall.
enum class EarlyStop { kPublished, kExact, kNever };

struct DecodeOptions {
  Strategy strategy = Strategy::kBeam;
  int beam = 3;
  int max_tokens = 100;  // generated tokens, the end token among them
  int min_tokens = 0;    // before the end token may come
  Scoring scoring = Scoring::kSum;
  double length_penalty = 1.0;
  EarlyStop early_stop = EarlyStop::kPublished;
  int no_repeat_ngram = 0;  // no n-gram of this length twice; 0: off
  double temperature = 1.0;
  int top_k = 0;              // sample among the k likeliest; 0: all
  double top_p = 1.0;         // sample among the likeliest that make up this probability
  std::vector<int> suppress;  // ids that are never generated
  // Greedy only: what a token's log-probability loses for each time it would repeat a run of three tokens
  // (the R2Gen family's rule). 0: off.
  double trigram_penalty = 0.0;
};

// `base` with the fields that `object` has. kBundleInvalid names the field.
Result<DecodeOptions> decode_options_from_json(const Json& object, const DecodeOptions& base = {});

// kUsage names the first impossible value.
Status check(const DecodeOptions& options);

}  // namespace hilum::runtime

namespace hilum::runtime {

inline constexpr int kBundleFormatVersion = 1;
inline constexpr std::size_t kMaxManifestBytes = 8u << 20;

struct BundleFile {
  std::string path;  // relative to the bundle
  std::string role;  // "image_encoder", …, "tokenizer"
  std::uint64_t bytes = 0;
  std::string sha256;
};

struct BundleLabel {
  std::string name;
  double threshold = 0.5;
  std::vector<std::string> aliases;  // what other label sets call it
  std::string kind = "finding";      // or "view", or "quality": a reason not to rely on the report
};

struct TokenizerSpec {
  std::string type;    // "sentencepiece", "wordlevel", "bpe", "wordpiece"
  std::string file;    // tokenizer.model or tokenizer.json; for bpe also vocab.json, for wordpiece vocab.txt
  std::string merges;  // merges.txt beside a vocab.json
  int pad = -1, bos = -1, eos = -1, unk = -1;
  int impression = -1;  // the token between findings and impression
  bool lower = false;   // texts are turned to lower case first
};

// How a text becomes the ids of `<name>_ids`.
struct TextInputSpec {
  std::vector<int> prefix, suffix;  // ids around the text
  int max_tokens = 100;             // prefix and suffix included; the text is cut at its end
  bool facts = false;               // the model reads the facts of a report, not its sentences
  std::vector<int> separator;       // ids between two facts; without them " . " joins the facts as text
  bool clean_indication = false;    // the text goes through SEI's cleaning first
};

// Rows of the decoder's memory and where they come from, in order from row 0. Rows behind the listed ones may
// follow.
struct MemoryPart {
  std::string input;  // "anchor", "predictions", …
  int start = 0, rows = 0;
  int grid_height = 0, grid_width = 0;  // for images: their cells, row by row; else 0
};

// One map of the segmenter, in the order of its outputs: a structure's mask or a landmark's bump.
struct BundleMap {
  std::string name;           // "right_lung", …, "carina"
  std::string kind = "mask";  // or "point"
  double threshold = 0.5;     // of the probability
};

// How a span scorer and a pair scorer (RadGraph's) find entities and relations in a report.
struct EntitySpec {
  std::vector<std::string> labels;     // of the span scores, in order; "no entity" always scores 0
  std::vector<std::string> relations;  // of the pair scores, in order; "no relation" always scores 0
  int max_span_width = 8;              // words
  double spans_per_word = 0.5;         // how many spans the pair scorer sees
  int max_tokens = 512;                // of one row of the text encoder, begin and end token included
  std::string words = "radgraph";      // how a report becomes words: "radgraph" or "radgraph-xl"
};

struct ReportLabel {
  std::string name;
  std::vector<std::string>
      classes;  // "positive", "negative", "uncertain", "unmentioned" in the model's order
};

// What a report labeler (CheXbert's) says: for each label the scores of its classes, one after the other.
struct ReportLabelSpec {
  std::vector<ReportLabel> labels;
  int max_tokens = 512;  // of a report, begin and end token included
};

// How a text encoder's vectors are used to compare texts.
struct TextEncodingSpec {
  int max_tokens = 512;          // of a text, begin and end token included
  std::string pooling = "mean";  // one vector of a text: mean of its tokens, "first" token, or "global"
  bool has_baseline = false;     // of BERTScore; then what unrelated texts score:
  double precision = 0, recall = 0, f1 = 0;
};

// What a sentence labeler (SRR-BERT) says: the score of each label for one sentence.
struct SentenceLabelSpec {
  std::vector<std::string> labels;
  int max_tokens = 512;    // of a sentence, begin and end token included
  double threshold = 0.5;  // sigmoid(score) above it: the sentence has the label
};

// The bundle's own index of similar cases, which `hilum generate` asks where a record brings none.
struct SimilarCasesSpec {
  std::string index;  // folder of the index; its files are listed in `files`
  int top = 3;        // cases a study
};

struct SelftestCase {
  std::string image;
  std::string indication;
  std::vector<int> ids;                       // expected tokens of greedy decoding
  std::map<std::string, double> predictions;  // expected probabilities
  std::map<std::string, double> areas;        // expected share of the picture that each mask covers
};

struct Manifest {
  std::string name, version, license, intended_use, min_libtorch;
  std::vector<std::string> training_data;
  std::string results;  // JSON text, as it stands there
  Preprocess preprocess;
  std::vector<BundleLabel> labels;
  std::map<std::string, int> views;  // names of views in lower case: rows of the model's view table
  std::optional<TokenizerSpec> tokenizer;
  std::map<std::string, TextInputSpec> text_inputs;
  std::vector<std::string> conditioner_inputs;
  std::optional<SimilarCasesSpec> similar_cases;
  std::optional<EntitySpec> entities;
  std::optional<ReportLabelSpec> report_labels;
  std::optional<TextEncodingSpec> text_encoding;
  std::optional<SentenceLabelSpec> sentence_labels;
  std::vector<MemoryPart> memory_layout;
  std::vector<BundleMap> maps;         // of the role `segmenter`
  std::vector<std::string> landmarks;  // of the role `landmarks`, in the order of its points
  DecodeOptions decode;
  std::vector<BundleFile> files;
  double selftest_tolerance = 1e-4;
  std::vector<SelftestCase> selftest;

  const BundleFile* file_of_role(std::string_view role) const;  // null when there is none
  const BundleFile* file_at(std::string_view path) const;
  // The row of a view by its name in any case; that of "unknown", else 0, for one that is not listed.
  int view_row(std::string_view view) const;
};

// kBundleTooNew (both versions named), else kBundleInvalid naming the field. Paths are checked for form only.
Result<Manifest> parse_manifest(std::string_view text);

class Bundle {
 public:
  // Reads the manifest of a folder and checks that every file is there, inside the folder and of the right
  // size. kBundleMissing, kBundleInvalid, kBundleAltered, kBundleTooNew.
  static Result<Bundle> open(const std::string& folder);

  const Manifest& manifest() const { return manifest_; }
  const std::string& folder() const { return folder_; }
  // "name@sha256:…" of the manifest, which holds the hashes of everything else.
  const std::string& identity() const { return identity_; }

  // The bytes of a file named in the manifest, after their hash was checked (kBundleAltered).
  Result<std::string> read(const BundleFile& file) const;

  // Checks the hash of every file.
  Status verify() const;

  // The place of a file that is not run and therefore not hashed (self-test inputs).
  Result<std::string> locate(const std::string& relative) const;

 private:
  std::string folder_;
  std::string identity_;
  Manifest manifest_;
};

// The folder of a bundle: `name_or_path` itself if it is a folder with a manifest, else a bundle of that name
// in $HILUM_MODEL_PATH (folders separated by ':') or in the shipped `models`. kBundleMissing, with the
// nearest name.
Result<std::string> find_bundle(const std::string& name_or_path);

// Folders of every bundle in those places, in that order; the first of a name hides later ones.
std::vector<std::string> list_bundles();

}  // namespace hilum::runtime
