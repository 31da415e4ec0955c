#include "generate/source.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <utility>

#include <nlohmann/json.hpp>

#include "hilum/datasets.h"
#include "hilum/record.h"

#include "core/files/file.h"
#include "core/text/text.h"
#include "core/text/utf8.h"
#include "options/study_counts.h"

namespace hilum::cli {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMaxReportBytes = 1u << 20;

bool is_record_file(const std::string& path) { return ends_with(path, ".jsonl") || ends_with(path, ".json"); }

bool is_folder(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

// A study around one image; the id is the file's path, which tells it from every other.
Study study_of(const std::string& path, const GenerateCliOptions& options) {
  Study study;
  study.id = path;
  study.images.push_back({path, "", ""});
  for (const std::string& view : options.views) study.images.push_back({view, "", ""});
  study.indication = options.indication;
  return study;
}

Result<std::vector<Study>> studies_of(const GenerateCliOptions& options) {
  const std::vector<std::string>& paths = options.inputs;
  for (const std::string& path : paths) {
    std::error_code ignored;
    if (!fs::exists(path, ignored))
      return Status(ErrorCode::kFileNotFound, path + ": no such file or folder");
  }
  const bool about_one =
      !options.views.empty() || !options.prior_image.empty() || !options.prior_report.empty();
  if (about_one && paths.size() != 1) {
    return Status(ErrorCode::kUsage,
                  "--views, --prior-image and --prior-report go with one image, and there are " +
                      std::to_string(paths.size()));
  }
  std::vector<Study> studies;
  for (const std::string& path : paths) studies.push_back(study_of(path, options));
  if (!options.prior_image.empty() || !options.prior_report.empty()) {
    PriorStudy prior;
    prior.id = "prior";
    if (!options.prior_image.empty()) prior.images.push_back({options.prior_image, "", ""});
    if (!options.prior_report.empty()) {
      HILUM_ASSIGN(const std::string text, read_file(options.prior_report, kMaxReportBytes));
      if (find_invalid_utf8(text) != std::string::npos)
        return Status(ErrorCode::kUtf8Invalid, options.prior_report);
      prior.report.findings = std::string(trim(text));
    }
    studies.front().priors.push_back(std::move(prior));
  }
  return studies;
}

// The studies of folders and data sets as `hilum studies` reads them, grouped and with their priors. What is
// left out is counted on `err` at the end.
Result<RecordSource> source_of_folders(const GenerateCliOptions& options, std::ostream& err, bool quiet) {
  if (!options.views.empty() || !options.prior_image.empty() || !options.prior_report.empty()) {
    return Status(
        ErrorCode::kUsage,
        "--views, --prior-image and --prior-report go with one image; in a folder, studies and priors "
        "are told by dates and names (hilum studies --help)");
  }
  auto counts = std::make_shared<StudyCounts>();
  datasets::StudyOptions read;
  read.note = [counts](const datasets::Note& note) { counts->add(note); };
  HILUM_ASSIGN(auto opened, datasets::open_studies(options.inputs, read));
  const std::shared_ptr<datasets::StudySource> source = std::move(opened);
  const std::string indication = options.indication;
  return RecordSource([=, &err]() -> Result<std::optional<Json>> {
    HILUM_ASSIGN(auto item, source->next());
    if (!item) {
      if (counts->records() == 0) {
        return Status(ErrorCode::kNoInput, join(options.inputs, ", ") + ": no study" +
                                               (counts->reasons().empty() ? "" : ": " + counts->reasons()));
      }
      if (!quiet) err << counts->to_string();
      return std::optional<Json>();
    }
    counts->add(item->study);
    if (item->study.indication.empty()) item->study.indication = indication;
    return std::optional<Json>(datasets::record_of(*item));
  });
}

RecordSource source_of_files(const std::vector<std::string>& paths) {
  struct State {
    std::vector<std::string> paths;
    std::size_t next = 0;
    std::unique_ptr<std::ifstream> file;
    RecordSource current;
  };
  auto state = std::make_shared<State>();
  state->paths = paths;
  return [state]() -> Result<std::optional<Json>> {
    for (;;) {
      if (state->current) {
        auto record = state->current();
        if (!record) return record.status().at(state->paths[state->next - 1]);
        if (record->has_value()) return record;
      }
      if (state->next == state->paths.size()) return std::optional<Json>();
      state->file = std::make_unique<std::ifstream>(state->paths[state->next++], std::ios::binary);
      state->current = jsonl_record_source(*state->file);
      if (!*state->file)
        return Status(ErrorCode::kFileUnreadable, state->paths[state->next - 1] + ": cannot be opened");
    }
  };
}

}  // namespace

Result<RecordSource> generate_source(const GenerateCliOptions& options, Streams& streams, bool quiet) {
  const std::vector<std::string>& inputs = options.inputs;
  const bool standard_input = inputs.empty() || (inputs.size() == 1 && inputs[0] == "-");
  const bool record_files = !inputs.empty() && std::all_of(inputs.begin(), inputs.end(), is_record_file);
  if (standard_input && inputs.empty() && streams.in_is_terminal) {
    return Status(ErrorCode::kUsage,
                  "hilum generate: which images? Name files or a folder, or pipe records in");
  }
  if (standard_input || record_files) {
    if (!options.indication.empty() || !options.views.empty() || !options.prior_image.empty() ||
        !options.prior_report.empty()) {
      return Status(
          ErrorCode::kUsage,
          "--indication, --views, --prior-image and --prior-report go with images, not with records");
    }
    for (const std::string& path : inputs) {
      std::error_code ignored;
      if (record_files && !fs::exists(path, ignored))
        return Status(ErrorCode::kFileNotFound, path + ": no such file");
    }
    return standard_input ? jsonl_record_source(*streams.in) : source_of_files(inputs);
  }
  if (std::any_of(inputs.begin(), inputs.end(), is_record_file) ||
      std::find(inputs.begin(), inputs.end(), "-") != inputs.end()) {
    return Status(ErrorCode::kUsage, "hilum generate: either images or records, not both");
  }
  if (std::any_of(inputs.begin(), inputs.end(), is_folder)) {
    return source_of_folders(options, *streams.err, quiet);
  }
  HILUM_ASSIGN(auto studies, studies_of(options));
  auto list = std::make_shared<std::vector<Study>>(std::move(studies));
  auto next = std::make_shared<std::size_t>(0);
  return RecordSource([list, next]() -> Result<std::optional<Json>> {
    if (*next == list->size()) return std::optional<Json>();
    return std::optional<Json>(study_to_json((*list)[(*next)++]));
  });
}

}  // namespace hilum::cli
