#include <streambuf>
#include <vector>

#include <nlohmann/json.hpp>

#include "hilum/record.h"
#include "hilum/run.h"

#include "core/text/utf8.h"

namespace hilum {
namespace {

constexpr const char* kId = "stdin";
constexpr std::size_t kMaxReportBytes = 8u << 20;
constexpr std::size_t kChunkBytes = 1u << 16;
constexpr std::size_t kMaxBlankBytes = 4096;  // a longer run of white space is no report

class PlainTextSource : public Source {
 public:
  PlainTextSource(std::istream& in, std::string name) : in_(in), name_(std::move(name)) {}

  std::optional<Item> next() override {
    if (done_ || in_.peek() == std::char_traits<char>::eof()) return std::nullopt;
    done_ = true;
    auto text = read();
    if (!text) return Item(Json{{"schema", kSchema}, {"id", kId}}, text.status());
    return Item(Json{{"id", kId}, {"text", text.take()}});
  }
  std::string describe() const override { return "one plain report on " + name_; }

 private:
  Result<std::string> read() {
    std::string text;
    std::vector<char> chunk(kChunkBytes);
    while (in_.read(chunk.data(), static_cast<std::streamsize>(chunk.size())), in_.gcount() > 0) {
      text.append(chunk.data(), static_cast<std::size_t>(in_.gcount()));
      if (text.size() > kMaxReportBytes) {
        return Status(ErrorCode::kTooLarge,
                      name_ + ": a report of more than " + std::to_string(kMaxReportBytes) + " bytes");
      }
    }
    if (const std::size_t at = find_invalid_utf8(text); at != std::string_view::npos)
      return Status(ErrorCode::kUtf8Invalid, name_ + ": invalid UTF-8 at byte " + std::to_string(at));
    return text;
  }

  std::istream& in_;
  std::string name_;
  bool done_ = false;
};

// White space in front means nothing in JSON Lines, but belongs to a plain report (the first header of a raw
// MIMIC report follows a newline), so it is looked at and given back.
class PeekBuffer : public std::streambuf {
 public:
  explicit PeekBuffer(std::istream& in) : in_(in) {
    for (int c = in_.get(); c != std::char_traits<char>::eof(); c = in_.get()) {
      front_.push_back(static_cast<char>(c));
      const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
      if (!blank || front_.size() > kMaxBlankBytes) break;
    }
    setg(front_.data(), front_.data(), front_.data() + front_.size());
  }
  bool begins_with_brace() const { return !front_.empty() && front_.back() == '{'; }

 protected:
  int_type underflow() override {
    if (in_.peek() == std::char_traits<char>::eof()) return traits_type::eof();
    chunk_.resize(kChunkBytes);
    // One byte, then what is there already: a pipe must not wait for a full chunk.
    chunk_[0] = static_cast<char>(in_.get());
    const std::streamsize more =
        in_.readsome(chunk_.data() + 1, static_cast<std::streamsize>(chunk_.size() - 1));
    setg(chunk_.data(), chunk_.data(), chunk_.data() + 1 + more);
    return traits_type::to_int_type(chunk_[0]);
  }

 private:
  std::istream& in_;
  std::string front_;
  std::string chunk_;
};

class EitherSource : public Source {
 public:
  EitherSource(std::istream& in, const std::string& name) : buffer_(in), stream_(&buffer_) {
    source_ = buffer_.begins_with_brace() ? jsonl_source(stream_, name) : plain_text_source(stream_, name);
  }
  std::optional<Item> next() override { return source_->next(); }
  Status status() const override { return source_->status(); }
  std::string describe() const override { return source_->describe(); }

 private:
  PeekBuffer buffer_;
  std::istream stream_;
  std::unique_ptr<Source> source_;
};

}  // namespace

std::unique_ptr<Source> plain_text_source(std::istream& in, std::string name) {
  return std::make_unique<PlainTextSource>(in, std::move(name));
}

std::unique_ptr<Source> text_or_jsonl_source(std::istream& in, std::string name) {
  return std::make_unique<EitherSource>(in, name);
}

}  // namespace hilum
