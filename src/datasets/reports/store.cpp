#include "datasets/reports/store.h"

#include "core/files/file.h"
#include "core/text/text.h"
#include "core/text/utf8.h"
#include "datasets/paths.h"

namespace hilum::datasets {
namespace {

constexpr std::size_t kMaxReportBytes = 4u << 20;

class ReportTree : public ReportStore {
 public:
  ReportTree(std::string root, std::shared_ptr<const ReportSplitter> splitter)
      : root_(std::move(root)), splitter_(std::move(splitter)) {}

  Result<std::optional<ReportSections>> find(std::uint32_t subject, std::uint32_t study) override {
    const std::string path = join_path(root_, mimic_study_path(subject, study)) + ".txt";
    if (!is_file(path)) return std::optional<ReportSections>();
    HILUM_ASSIGN(ReportSections sections, read_report(path, *splitter_));
    return std::optional<ReportSections>(std::move(sections));
  }

 private:
  std::string root_;
  std::shared_ptr<const ReportSplitter> splitter_;
};

class ReportTable : public ReportStore {
 public:
  Status open(const std::string& path, const ContextPtr& context) {
    HILUM_ASSIGN(file_, InputFile::open(path));
    HILUM_ASSIGN(file_, make_seekable(std::move(file_), path));
    auto reader = CsvReader::open(file_->stream(), path);
    if (!reader) return reader.status();
    reader_.emplace(reader.take());
    const auto study =
        reader_->find_column("study") ? reader_->find_column("study") : reader_->find_column("study_id");
    if (!study) {
      return {ErrorCode::kCsvInvalid,
              path + ": no column 'study'; the table of sections has the header study,impression,findings,…"};
    }
    names_ = {{"findings", &ReportSections::findings},     {"impression", &ReportSections::impression},
              {"indication", &ReportSections::indication}, {"history", &ReportSections::history},
              {"technique", &ReportSections::technique},   {"comparison", &ReportSections::comparison}};
    if (!reader_->find_column("findings") && !reader_->find_column("impression")) {
      return {ErrorCode::kCsvInvalid, path + ": no column 'findings' or 'impression'"};
    }
    for (;;) {
      const std::streamoff at = file_->stream().rdbuf()->pubseekoff(0, std::ios::cur, std::ios::in);
      auto row = reader_->next();
      if (!row) {
        context->note(Reason::kRowBroken, path + ": row " + std::to_string(reader_->row_number()),
                      row.status().message());
        continue;
      }
      if (!row->has_value()) break;
      if (const auto id = parse_id((**row)[*study])) {
        offsets_.emplace(*id, at);
      } else {
        context->note(Reason::kRowBroken, path + ": row " + std::to_string(reader_->row_number()),
                      "no study id");
      }
    }
    return Status::ok();
  }

  Result<std::optional<ReportSections>> find(std::uint32_t, std::uint32_t study) override {
    const auto found = offsets_.find(study);
    if (found == offsets_.end()) return std::optional<ReportSections>();
    file_->stream().clear();
    file_->stream().rdbuf()->pubseekoff(found->second, std::ios::beg, std::ios::in);
    HILUM_ASSIGN(const auto row, reader_->next());
    if (!row) return std::optional<ReportSections>();
    ReportSections sections;
    for (const auto& [name, member] : names_) {
      if (const auto column = reader_->find_column(name)) sections.*member = collapse_spaces((*row)[*column]);
    }
    return std::optional<ReportSections>(std::move(sections));
  }

 private:
  std::unique_ptr<InputFile> file_;
  std::optional<CsvReader> reader_;
  std::vector<std::pair<std::string, std::string ReportSections::*>> names_;
  std::unordered_map<std::uint32_t, std::streamoff> offsets_;
};

}  // namespace

std::string mimic_study_path(std::uint32_t subject, std::uint32_t study) {
  const std::string id = std::to_string(subject);
  return "p" + id.substr(0, 2) + "/p" + id + "/s" + std::to_string(study);
}

std::string mimic_files_root(const std::string& root) {
  for (const char* inner : {"files", "mimic-cxr-reports/files", "mimic-cxr-reports", "images"}) {
    const std::string candidate = join_path(root, inner);
    if (is_folder(candidate)) return candidate;
  }
  return root;
}

Result<ReportSections> read_report(const std::string& path, const ReportSplitter& splitter) {
  HILUM_ASSIGN(const std::string bytes, read_file(path, kMaxReportBytes));
  return splitter.split(repair_utf8(bytes));
}

Result<std::unique_ptr<ReportStore>> open_reports(const std::string& path, const ContextPtr& context) {
  if (is_file(path)) {
    auto table = std::make_unique<ReportTable>();
    HILUM_RETURN_IF_ERROR(table->open(path, context));
    return std::unique_ptr<ReportStore>(std::move(table));
  }
  return std::unique_ptr<ReportStore>(std::make_unique<ReportTree>(mimic_files_root(path), context->reports));
}

}  // namespace hilum::datasets
