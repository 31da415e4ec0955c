// hilum inspect: what an image file is, what is done to its pixels, and what a model would see.
#include "app/command.h"

#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "hilum/bundle.h"
#include "hilum/image.h"
#include "hilum/jsonl.h"
#include "hilum/preprocess.h"
#include "hilum/record.h"
#include "hilum/run.h"

#include "core/system/interrupt.h"
#include "io/image_json.h"
#include "io/raster/png.h"

namespace hilum::cli {
namespace {

struct InspectOptions {
  std::vector<std::string> files;
  std::string pixels_path;
  std::string png_path;
  std::string bundle;
};

// Without a bundle asked for, the default one's; where that is not installed, what Hilum does by itself.
Result<Preprocess> preprocess_of(const std::string& bundle) {
  const auto folder = runtime::find_bundle(bundle.empty() ? runtime::kDefaultBundle : bundle);
  if (!folder) return bundle.empty() ? Result<Preprocess>(default_preprocess()) : folder.status();
  HILUM_ASSIGN(const runtime::Bundle opened, runtime::Bundle::open(*folder));
  return opened.manifest().preprocess;
}

Result<ImageFile> inspect_file(const std::string& path, const InspectOptions& options) {
  HILUM_ASSIGN(const LoadedImage loaded, load_image(path));
  if (!options.pixels_path.empty()) {
    HILUM_RETURN_IF_ERROR(write_png_gray16(options.pixels_path, loaded.pixels.width, loaded.pixels.height,
                                           loaded.pixels.pixels));
  }
  if (!options.png_path.empty()) {
    HILUM_ASSIGN(const Preprocess how, preprocess_of(options.bundle));
    auto input = preprocess(loaded.pixels, how);
    if (!input) return input.status().at(path);
    HILUM_RETURN_IF_ERROR(
        write_png_gray8(options.png_path, input->seen.width, input->seen.height, input->seen.pixels));
  }
  return loaded.file;
}

// Errors that no other file of the list can escape.
bool ends_the_run(ErrorCode code) {
  return code == ErrorCode::kOutputFailed || code == ErrorCode::kBundleMissing ||
         code == ErrorCode::kBundleInvalid || code == ErrorCode::kBundleAltered ||
         code == ErrorCode::kBundleTooNew;
}

Status run_inspect(const InspectOptions& options, Context& context) {
  if (options.files.size() > 1 && !(options.pixels_path.empty() && options.png_path.empty())) {
    return {ErrorCode::kUsage, "--pixels and --png take one FILE"};
  }
  RunCounts counts;
  for (const std::string& path : options.files) {
    HILUM_RETURN_IF_ERROR(stop_status());
    ++counts.seen;
    const auto file = inspect_file(path, options);
    if (!file && (options.files.size() == 1 || ends_the_run(file.status().code()))) return file.status();
    if (file) ++counts.done;
    if (!file) counts.add_failure(file.status());
    if (context.streams.out_is_terminal) {
      const std::string text = file ? image_to_text(*file) : path + "\n  " + file.status().to_string() + "\n";
      HILUM_RETURN_IF_ERROR(context.streams.out->write(text));
      continue;
    }
    Json record = file ? image_to_json(*file) : Json{{"path", path}};
    if (!file) set_error(record, file.status(), "inspect");
    HILUM_RETURN_IF_ERROR(write_jsonl(*context.streams.out, record));
  }
  if (counts.failed > 0 && !context.quiet)
    *context.streams.err << "hilum inspect: " << counts.to_string("files") << "\n";
  return counts.status();
}

}  // namespace

Command make_inspect_command() {
  return {"inspect", "Say what an image file is and what is done to its pixels", "Reading",
          [](CLI::App& app) -> Run {
            auto options = std::make_shared<InspectOptions>();
            app.add_option("FILE", options->files, "DICOM, PNG or JPEG")->required();
            app.add_option("--pixels", options->pixels_path,
                           "Write the pixels after modality and VOI LUT as 16-bit PNG: 0 black, 65535 white");
            app.add_option("--png", options->png_path, "Write what the model sees as 8-bit PNG");
            app.add_option("--bundle", options->bundle,
                           "Whose preprocessing --png shows: a name (see hilum model list) or a folder");
            app.footer(
                "Text on a terminal, one JSON object a file in a pipe.\n\n"
                "  hilum inspect chest.dcm\n"
                "  hilum inspect chest.dcm --png seen.png\n"
                "  hilum inspect *.dcm | jq '.spacing'\n\n"
                "--pixels holds the first VOI LUT's or window's output range scaled to 0..65535 (no window: "
                "minimum\n"
                "to maximum), inverted for MONOCHROME1, rounded to the nearest value.\n");
            return [options](Context& context) { return run_inspect(*options, context); };
          }};
}

}  // namespace hilum::cli
