#include "eval/meteor/paraphrases.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <memory>
#include <optional>

#include <zlib.h>

#include "core/files/sha256.h"
#include "core/text/text.h"

namespace hilum::eval {
namespace {

constexpr std::size_t kMaxLine = 1u << 20;

// Lines of a file that may be compressed.
class LineReader {
 public:
  explicit LineReader(const std::string& path) : file_(gzopen(path.c_str(), "rb"), gzclose) {
    if (file_) gzbuffer(file_.get(), 1u << 17);
  }
  bool is_open() const { return file_ != nullptr; }
  std::size_t number() const { return number_; }

  // False at the end, or when the rest cannot be read (failed()).
  bool next(std::string& line) {
    line.clear();
    char part[4096];
    while (line.size() < kMaxLine) {
      if (gzgets(file_.get(), part, sizeof part) == nullptr) break;
      line += part;
      if (!line.empty() && line.back() == '\n') break;
    }
    if (line.empty()) return false;
    ++number_;
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
    return true;
  }
  bool failed() const {
    int error = Z_OK;
    gzerror(file_.get(), &error);
    return error != Z_OK && error != Z_STREAM_END;
  }

 private:
  std::unique_ptr<gzFile_s, int (*)(gzFile)> file_;
  std::size_t number_ = 0;
};

bool is_number(std::string_view text) {
  const std::string_view trimmed = trim(text);
  double value = 0;
  const auto parsed = std::from_chars(trimmed.data(), trimmed.data() + trimmed.size(), value);
  return !trimmed.empty() && parsed.ec == std::errc() && parsed.ptr == trimmed.data() + trimmed.size();
}

// Numbers of the words, or nothing when a word is not among those of the texts.
std::optional<Phrase> phrase_of(std::string_view line, const Vocabulary& words) {
  Phrase out;
  for (const std::string& word : split_words(line)) {
    const auto id = words.find(word);
    if (!id) return std::nullopt;
    out.push_back(*id);
  }
  return out;
}

}  // namespace

Result<ParaphraseTable> ParaphraseTable::load(const std::string& path, const Vocabulary& words) {
  if (!std::filesystem::is_regular_file(path))
    return Status(ErrorCode::kFileNotFound, path + ": no such file (METEOR's paraphrase-en.gz is meant)");
  LineReader reader(path);
  if (!reader.is_open()) return Status(ErrorCode::kFileUnreadable, path + ": cannot be read");
  ParaphraseTable out;
  std::string number, phrase, paraphrase;
  while (reader.next(number)) {
    if (!is_number(number)) {
      return Status(ErrorCode::kFileInvalid,
                    path + ": line " + std::to_string(reader.number()) +
                        " should be a number (three lines a pair: number, phrase, paraphrase)");
    }
    if (!reader.next(phrase) || !reader.next(paraphrase)) {
      if (reader.failed()) break;
      return Status(ErrorCode::kFileInvalid,
                    path + ": ends inside a pair, at line " + std::to_string(reader.number()));
    }
    ++out.pairs_;
    const auto from = phrase_of(phrase, words);
    const auto to = from ? phrase_of(paraphrase, words) : std::nullopt;
    if (!to || from->empty() || to->empty()) continue;
    ++out.kept_;
    out.longest_ = std::max(out.longest_, from->size());
    out.paraphrases_[*from].push_back(*to);
  }
  if (reader.failed())
    return Status(ErrorCode::kFileUnreadable,
                  path + ": damaged after line " + std::to_string(reader.number()));
  if (out.pairs_ == 0) return Status(ErrorCode::kFileInvalid, path + ": no paraphrases");
  HILUM_ASSIGN(const std::string hash, sha256_file(path));
  out.description_ = std::filesystem::path(path).filename().string() + " (" + std::to_string(out.pairs_) +
                     " pairs, sha256 " + hash.substr(0, 12) + ")";
  return out;
}

std::vector<ParaphraseTable::Hit> ParaphraseTable::at(const Phrase& text, std::size_t at) const {
  std::vector<Hit> out;
  for (std::size_t length = 1; length <= std::min(longest_, text.size() - at); ++length) {
    const auto found = paraphrases_.find(text.substr(at, length));
    if (found == paraphrases_.end()) continue;
    for (const Phrase& paraphrase : found->second) out.push_back({length, &paraphrase});
  }
  return out;
}

}  // namespace hilum::eval
