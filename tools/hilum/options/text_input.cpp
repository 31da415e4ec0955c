#include "options/text_input.h"

#include <fstream>
#include <memory>
#include <optional>
#include <streambuf>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "hilum/jsonl.h"
#include "hilum/record.h"

#include "core/text/text.h"
#include "core/text/utf8.h"
#include "record/csv.h"
#include "run/record_loop.h"

namespace hilum::cli {
namespace {

// A stream whose bytes are JSON Lines made one at a time, so that the record loop needs no second kind of
// input and memory stays flat.
class LineBuffer : public std::streambuf {
 public:
  using Source = std::function<std::optional<std::string>()>;
  explicit LineBuffer(Source source) : source_(std::move(source)) {}

 protected:
  int_type underflow() override {
    auto next = source_();
    if (!next) return traits_type::eof();
    line_ = std::move(*next);
    line_.push_back('\n');
    setg(line_.data(), line_.data(), line_.data() + line_.size());
    return traits_type::to_int_type(line_.front());
  }

 private:
  Source source_;
  std::string line_;
};

// The record of a row, or one that carries the row's error.
std::string line_of(Result<Json> record, const std::string& id, const std::string& stage) {
  Json out = record ? record.take() : Json{{"schema", kSchema}, {"id", id}};
  if (!record) set_error(out, record.status(), stage);
  // Only valid UTF-8 and no number gets here, so it can be written.
  return out.dump();
}

Status check_utf8(const std::string& text, const std::string& where) {
  const std::size_t at = find_invalid_utf8(text);
  if (at == std::string_view::npos) return Status::ok();
  return {ErrorCode::kUtf8Invalid, where + ": invalid UTF-8 at byte " + std::to_string(at)};
}

Result<Json> row_record(const CsvReader& reader, const std::vector<std::string>& row, const std::string& id) {
  Json record = Json::object();
  for (std::size_t i = 0; i < row.size(); ++i) {
    HILUM_RETURN_IF_ERROR(check_utf8(row[i], id + ", column '" + reader.columns()[i] + "'"));
    record[reader.columns()[i]] = row[i];
  }
  if (!reader.find_column("id")) record["id"] = id;
  return record;
}

LineBuffer::Source csv_source(CsvReader reader, const std::string& stage) {
  auto shared = std::make_shared<CsvReader>(std::move(reader));
  return [shared, stage]() -> std::optional<std::string> {
    auto row = shared->next();
    if (row && !row->has_value()) return std::nullopt;
    const std::string id = "row-" + std::to_string(shared->row_number());
    if (!row) return line_of(row.status(), id, stage);
    return line_of(row_record(*shared, **row, id), id, stage);
  };
}

Result<Json> plain_record(std::istream& in) {
  std::string text;
  std::vector<char> chunk(1u << 16);
  while (in.read(chunk.data(), static_cast<std::streamsize>(chunk.size())), in.gcount() > 0) {
    text.append(chunk.data(), static_cast<std::size_t>(in.gcount()));
    // Escaped, a byte can take six in the line that is made of it.
    if (text.size() > kMaxLineBytes / 8) {
      return Status(ErrorCode::kTooLarge,
                    "standard input: a report of more than " + std::to_string(kMaxLineBytes / 8) + " bytes");
    }
  }
  HILUM_RETURN_IF_ERROR(check_utf8(text, "standard input"));
  return Json{{"id", "stdin"}, {"text", std::move(text)}};
}

LineBuffer::Source plain_source(std::istream& in, const std::string& stage) {
  auto done = std::make_shared<bool>(false);
  return [&in, stage, done]() -> std::optional<std::string> {
    if (*done || in.peek() == std::char_traits<char>::eof()) return std::nullopt;
    *done = true;
    return line_of(plain_record(in), "stdin", stage);
  };
}

// White space in front means nothing in JSON Lines, but belongs to a plain report (the first header of a raw
// MIMIC report follows a newline), so it is looked at and given back.
class PeekBuffer : public std::streambuf {
 public:
  explicit PeekBuffer(std::istream& in) : in_(in) {
    int c = in_.get();
    while (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      front_.push_back(static_cast<char>(c));
      // A longer run is no report; give up looking.
      if (front_.size() > 4096) break;
      c = in_.get();
    }
    if (c != std::char_traits<char>::eof()) front_.push_back(static_cast<char>(c));
    setg(front_.data(), front_.data(), front_.data() + front_.size());
  }
  bool begins_with_brace() const { return !front_.empty() && front_.back() == '{'; }

 protected:
  int_type underflow() override {
    if (in_.peek() == std::char_traits<char>::eof()) return traits_type::eof();
    chunk_.resize(1u << 16);
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

Result<std::string> joined_text(const Json& record, const std::vector<std::string>& keys,
                                const std::string& flag) {
  std::string text;
  bool any = false;
  for (const std::string& key : keys) {
    // A key of that very name wins over a dotted path: CSV columns may have dots.
    const auto direct = record.find(key);
    const Json* found = direct != record.end() ? &*direct : find_path(record, key);
    if (found == nullptr || found->is_null()) continue;
    if (!found->is_string()) {
      return Status(ErrorCode::kRecordInvalid, "'" + key + "' should be text and is " + found->type_name());
    }
    const auto& part = found->get_ref<const std::string&>();
    if (any && !part.empty() && !text.empty()) text += "\n\n";
    text += part;
    any = true;
  }
  if (!any) {
    return Status(ErrorCode::kRecordInvalid,
                  "no text at '" + join(keys, "' or '") + "'; " + flag + " names where it is");
  }
  return text;
}

}  // namespace

void add_text_input_options(CLI::App& app, TextInputOptions& options) {
  app.add_option("--input", options.format,
                 "What standard input holds: auto, jsonl (records) or text (one plain report)")
      ->check(CLI::IsMember({"auto", "jsonl", "text"}));
  CLI::Option* csv =
      app.add_option("--csv", options.csv, "Read a CSV file with a header line ('-': standard input)");
  CLI::Option* column = app.add_option("--column", options.column, "The CSV column that holds the text");
  csv->needs(column);
  column->needs(csv);
  app.add_option("--text-key", options.text_key,
                 "Where in a record the text is; several with commas (default: report.findings, then text)");
  app.add_option("--resume", options.resume, "Append to this file and skip the ids it has already");
}

Result<std::string> record_text(const Json& record, const TextInputOptions& options) {
  if (!options.column.empty()) return joined_text(record, {options.column}, options.key_flag);
  if (!options.text_key.empty()) return joined_text(record, split(options.text_key, ','), options.key_flag);
  const Json* findings = find_path(record, "report.findings");
  if (findings != nullptr && !findings->is_null())
    return joined_text(record, {"report.findings"}, options.key_flag);
  auto text = joined_text(record, {"text"}, options.key_flag);
  if (text || record.find("text") != record.end()) return text;
  return joined_text(record, {"report.findings", "text"}, options.key_flag);
}

Status run_text_command(Context& context, const TextInputOptions& options, const std::string& stage_name,
                        const TextStage& stage) {
  return run_record_command(context, options, stage_name, [&](Json& record) -> Status {
    HILUM_ASSIGN(const std::string text, record_text(record, options));
    return stage(record, text);
  });
}

Status run_record_command(Context& context, const TextInputOptions& options, const std::string& stage_name,
                          const std::function<Status(Json& record)>& stage) {
  Streams streams = context.streams;
  std::ifstream file;
  std::unique_ptr<std::streambuf> peeked;
  std::unique_ptr<std::istream> peeked_stream;
  LineBuffer::Source source;
  if (!options.csv.empty()) {
    std::istream* in = streams.in;
    if (options.csv != "-") {
      file.open(options.csv, std::ios::binary);
      if (!file) return {ErrorCode::kFileNotFound, options.csv + ": cannot be opened"};
      in = &file;
    }
    HILUM_ASSIGN(CsvReader reader, CsvReader::open(*in, options.csv == "-" ? "standard input" : options.csv));
    const auto column = reader.column(options.column);
    if (!column) return column.status();
    source = csv_source(std::move(reader), stage_name);
  } else if (options.format != "jsonl") {
    auto peek = std::make_unique<PeekBuffer>(*streams.in);
    const bool records = options.format == "auto" && peek->begins_with_brace();
    peeked = std::move(peek);
    peeked_stream = std::make_unique<std::istream>(peeked.get());
    streams.in = peeked_stream.get();
    if (!records) source = plain_source(*streams.in, stage_name);
  }
  std::unique_ptr<LineBuffer> lines;
  std::unique_ptr<std::istream> line_stream;
  if (source) {
    lines = std::make_unique<LineBuffer>(std::move(source));
    line_stream = std::make_unique<std::istream>(lines.get());
    streams.in = line_stream.get();
  }
  RecordLoopOptions loop{stage_name, options.resume, context.quiet};
  HILUM_ASSIGN(const RecordCounts counts, run_record_loop(streams, loop, stage));
  return counts.status();
}

}  // namespace hilum::cli
