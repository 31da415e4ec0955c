// Reports of MIMIC-CXR by study: a tree of .txt files, or the CSV of sections that MIT-LCP's script makes.
// The CSV is indexed by byte offset, not held. Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "datasets/context.h"
#include "datasets/input_file.h"

namespace hilum::datasets {

class ReportStore {
 public:
  virtual ~ReportStore() = default;
  // The sections of a study's report; empty when there is none.
  virtual Result<std::optional<ReportSections>> find(std::uint32_t subject, std::uint32_t study) = 0;
};

// `path`: a folder (with or without files/ or mimic-cxr-reports/ inside) or a CSV. kCsvInvalid, kConfig.
Result<std::unique_ptr<ReportStore>> open_reports(const std::string& path, const ContextPtr& context);

// "p10/p10000032/s50414267"
std::string mimic_study_path(std::uint32_t subject, std::uint32_t study);

// The folder that holds p10, p11, …: `root`, or files/, images/ or mimic-cxr-reports/ in it.
std::string mimic_files_root(const std::string& root);

// One report file's sections. The file must be UTF-8 or is repaired.
Result<ReportSections> read_report(const std::string& path, const ReportSplitter& splitter);

}  // namespace hilum::datasets
