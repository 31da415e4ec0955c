#include "generate/source.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/files/file.h"
#include "core/text/text.h"
#include "core/text/utf8.h"
#include "run/sources/records.h"
#include "stages/studies/source.h"

namespace hilum::cli {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMaxReportBytes = 1u << 20;

bool exists(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

// Records, whatever they are of; a data set in JSON is none.
bool is_record_file(const std::string& path) {
  return ends_with(path, ".jsonl") || (ends_with(path, ".json") && !datasets::is_dataset_file(path));
}

bool holds_studies(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored) || datasets::is_dataset_file(path);
}

// Whether something is said that goes with one image.
bool tells_of_one(const StudyFiles& study) {
  return !study.views.empty() || !study.prior_image.empty() || !study.prior_report.empty();
}

Result<std::string> read_report(const std::string& path) {
  HILUM_ASSIGN(const std::string text, read_file(path, kMaxReportBytes));
  if (find_invalid_utf8(text) != std::string::npos) return Status(ErrorCode::kUtf8Invalid, path);
  return std::string(trim(text));
}

// Each image a study; the id is the file's path, which tells it from every other.
Result<GenerateSource> source_of_images(const GenerateCommand& command) {
  for (const std::string& path : command.inputs) {
    if (!exists(path)) return Status(ErrorCode::kFileNotFound, path + ": no such file or folder");
  }
  if (tells_of_one(command.study) && command.inputs.size() != 1) {
    return Status(ErrorCode::kUsage,
                  "--views, --prior-image and --prior-report go with one image, and there are " +
                      std::to_string(command.inputs.size()));
  }
  StudyFiles study = command.study;
  if (!study.prior_report.empty()) {
    HILUM_ASSIGN(study.prior_report, read_report(study.prior_report));
  }
  std::vector<Json> records;
  for (const std::string& path : command.inputs) {
    study.image = path;
    records.push_back(record_of(study));
  }
  return GenerateSource{list_source(std::move(records), "the images " + join(command.inputs, ", "))};
}

// Grouped and with their priors.
Result<GenerateSource> source_of_studies(const GenerateCommand& command) {
  if (tells_of_one(command.study)) {
    return Status(ErrorCode::kUsage,
                  "--views, --prior-image and --prior-report go with one image; in a folder or data set, "
                  "studies and priors are told by dates and names (hilum studies --help)");
  }
  stages::StudyRecordsOptions options;
  options.paths = command.inputs;
  options.complete = [indication = command.study.indication](Study& study) {
    if (study.indication.empty()) study.indication = indication;
  };
  HILUM_ASSIGN(std::unique_ptr<stages::StudyRecords> records, stages::StudyRecords::open(std::move(options)));
  GenerateSource source;
  source.studies = &records->counts();
  source.records = std::move(records);
  return source;
}

Result<GenerateSource> source_of_records(const GenerateCommand& command, bool standard_input,
                                         Streams& streams) {
  if (!command.study.indication.empty() || tells_of_one(command.study)) {
    return Status(ErrorCode::kUsage,
                  "--indication, --views, --prior-image and --prior-report go with images, not with records");
  }
  if (standard_input) return GenerateSource{jsonl_source(*streams.in)};
  for (const std::string& path : command.inputs) {
    if (!exists(path)) return Status(ErrorCode::kFileNotFound, path + ": no such file");
  }
  return GenerateSource{record_files_source(command.inputs)};
}

}  // namespace

Result<GenerateSource> generate_source(const GenerateCommand& command, Streams& streams) {
  const std::vector<std::string>& inputs = command.inputs;
  if (inputs.empty() && streams.in_is_terminal) {
    return Status(ErrorCode::kUsage, "which images? Name files or a folder, or pipe records in");
  }
  const bool standard_input = inputs.empty() || (inputs.size() == 1 && inputs[0] == "-");
  const auto records = std::count_if(inputs.begin(), inputs.end(), is_record_file);
  if (standard_input || records == static_cast<std::ptrdiff_t>(inputs.size()))
    return source_of_records(command, standard_input, streams);
  if (records > 0 || std::find(inputs.begin(), inputs.end(), "-") != inputs.end())
    return Status(ErrorCode::kUsage, "either images or records, not both");
  if (std::any_of(inputs.begin(), inputs.end(), holds_studies)) return source_of_studies(command);
  return source_of_images(command);
}

}  // namespace hilum::cli
