// Model bundles: a folder with a manifest and the files it names (docs/bundles.md). Nothing of a bundle is
// trusted before it was checked: paths stay inside the folder, sizes and SHA-256 fit, and TorchScript, which
// can hold code, is only handed on from bytes that were hashed. Values; thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
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

// A part of the manifest that only those need who run the bundle: its tokenizer, what a role says of itself
// ("entities", "maps"). What a part holds is told beside what uses it, so a role can be added without a
// change here.
struct ManifestPart {
  virtual ~ManifestPart() = default;
};

struct Manifest {
  std::string name, version, license, intended_use, min_libtorch;
  std::vector<std::string> training_data;
  std::string results;  // JSON text, as it stands there
  Preprocess preprocess;
  std::vector<BundleLabel> labels;
  DecodeOptions decode;
  std::vector<BundleFile> files;
  std::map<std::string, std::shared_ptr<const ManifestPart>, std::less<>> parts;  // by their key

  template <typename Part>
  void add(Part part) {
    parts[Part::kKey] = std::make_shared<const Part>(std::move(part));
  }

  // The part of this kind, null when the manifest has none; it lives as long as a copy of the manifest.
  template <typename Part>
  const Part* part() const {
    const auto found = parts.find(Part::kKey);
    return found == parts.end() ? nullptr : static_cast<const Part*>(found->second.get());
  }

  const BundleFile* file_of_role(std::string_view role) const;  // null when there is none
  const BundleFile* file_at(std::string_view path) const;
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

// The bundle that is meant where none is named.
inline constexpr const char* kDefaultBundle = "hilum-base";

// The folder of a bundle: `name_or_path` itself if it is a folder with a manifest, else a bundle of that name
// in $HILUM_MODEL_PATH (folders separated by ':') or in the shipped `models`. kBundleMissing, with the
// nearest name.
Result<std::string> find_bundle(const std::string& name_or_path);

// Folders of every bundle in those places, in that order; the first of a name hides later ones.
std::vector<std::string> list_bundles();

}  // namespace hilum::runtime
