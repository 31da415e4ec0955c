#include "generate_source.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>

#include <nlohmann/json.hpp>

#include "hilum/core/file.h"
#include "hilum/core/text.h"
#include "hilum/core/utf8.h"
#include "hilum/record/study.h"

namespace hilum::cli {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMaxReportBytes = 1u << 20;

bool is_record_file(const std::string& path) { return ends_with(path, ".jsonl") || ends_with(path, ".json"); }

bool looks_like_image(const fs::path& path) {
  const std::string extension = to_lower(path.extension().string());
  static const std::set<std::string> known = {".dcm", ".dicom", ".png", ".jpg", ".jpeg", ""};
  return known.count(extension) > 0 && path.filename().string().front() != '.';
}

// Images below a folder, in the order of their paths.
Result<std::vector<std::string>> images_in(const std::string& folder) {
  std::vector<std::string> found;
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::error_code ignored;
    if (it->is_regular_file(ignored) && looks_like_image(it->path())) found.push_back(it->path().string());
  }
  if (error) return Status(ErrorCode::kFileUnreadable, folder + ": " + error.message());
  if (found.empty()) return Status(ErrorCode::kNoInput, folder + ": no DICOM, PNG or JPEG in this folder");
  std::sort(found.begin(), found.end());
  return found;
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
  std::vector<std::string> paths;
  for (const std::string& input : options.inputs) {
    std::error_code ignored;
    if (fs::is_directory(input, ignored)) {
      HILUM_ASSIGN(const auto found, images_in(input));
      paths.insert(paths.end(), found.begin(), found.end());
    } else if (!fs::exists(input, ignored)) {
      return Status(ErrorCode::kFileNotFound, input + ": no such file or folder");
    } else {
      paths.push_back(input);
    }
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
      state->current = jsonl_source(*state->file);
      if (!*state->file)
        return Status(ErrorCode::kFileUnreadable, state->paths[state->next - 1] + ": cannot be opened");
    }
  };
}

}  // namespace

Result<RecordSource> generate_source(const GenerateCliOptions& options, Streams& streams) {
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
    return standard_input ? jsonl_source(*streams.in) : source_of_files(inputs);
  }
  if (std::any_of(inputs.begin(), inputs.end(), is_record_file) ||
      std::find(inputs.begin(), inputs.end(), "-") != inputs.end()) {
    return Status(ErrorCode::kUsage, "hilum generate: either images or records, not both");
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
