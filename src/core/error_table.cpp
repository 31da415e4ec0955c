#include "hilum/error_code.h"

namespace hilum {

const std::vector<ErrorInfo>& error_table() {
  using E = ErrorCode;
  static const std::vector<ErrorInfo> table = {
      {E::kOk, "ok", 0, "everything went well", ""},
      {E::kPipeClosed, "pipe_closed", 0, "the reader of our output left", ""},
      {E::kNegativeAnswer, "negative_answer", 1, "the run went well and the answer is negative", ""},
      {E::kUsage, "usage", 2, "the command line does not fit", "see --help"},
      {E::kConfig, "config", 2, "a setting is unknown or has an impossible value", "see hilum help settings"},
      {E::kSomeFailed, "some_failed", 3, "some records failed, the others are complete",
       "see `error` in the records"},
      {E::kNoInput, "no_input", 4, "there was no usable input",
       "check the input and the counts; failed records say why in `error`"},
      {E::kFileNotFound, "file_not_found", 4, "no such file or folder", "check the path"},
      {E::kFileUnreadable, "file_unreadable", 4, "the file cannot be read",
       "check its permissions and that it is whole"},
      {E::kFileInvalid, "file_invalid", 4, "the file is not of the form that is expected",
       "check that it is the file that was meant and that it is whole"},
      {E::kTooLarge, "too_large", 4, "larger than the limit", "see hilum help limits"},
      {E::kJsonInvalid, "json_invalid", 4, "not valid JSON", "one JSON object a line"},
      {E::kRecordInvalid, "record_invalid", 4, "a record lacks a field or has it in the wrong type",
       "see hilum help records"},
      {E::kUtf8Invalid, "utf8_invalid", 4, "not valid UTF-8", "convert it, for example with iconv"},
      {E::kCsvInvalid, "csv_invalid", 4, "not the table that was expected",
       "check the header line and quotes"},
      {E::kDatasetInvalid, "dataset_invalid", 4, "not a data set layout that is known",
       "see hilum help studies"},
      {E::kFormatUnknown, "format_unknown", 4, "neither DICOM, PNG nor JPEG", "convert the image"},
      {E::kDicomUnreadable, "dicom_unreadable", 4, "the DICOM file is damaged or cut short",
       "fetch the file again"},
      {E::kDicomUnsupported, "dicom_unsupported", 4, "DICOM of a kind that is not read",
       "single-frame greyscale images are read"},
      {E::kWrongModality, "wrong_modality", 4, "not a projection X-ray", "CR, DX, RG and SC are taken"},
      {E::kImageUnreadable, "image_unreadable", 4, "the image is damaged or cut short",
       "fetch the file again"},
      {E::kIndexInvalid, "index_invalid", 4, "the index is altered, foreign or too new",
       "rebuild it with hilum index build"},
      {E::kOutputFailed, "output_failed", 5, "output could not be written",
       "check free space and permissions"},
      {E::kBundleMissing, "bundle_missing", 6, "no such model bundle", "see hilum model list"},
      {E::kBundleInvalid, "bundle_invalid", 6, "the bundle's manifest or files do not fit the format",
       "see hilum model verify"},
      {E::kBundleAltered, "bundle_altered", 6, "a file of the bundle is not the one the manifest names",
       "fetch the bundle again"},
      {E::kBundleTooNew, "bundle_too_new", 6, "the bundle needs a newer hilum", "upgrade hilum"},
      {E::kModuleMissing, "module_missing", 7, "a run-time module could not be opened",
       "reinstall hilum, or set HILUM_MODULE_DIR"},
      {E::kInferenceFailed, "inference_failed", 7, "the model could not be run",
       "try a smaller setting 'replicas', or hilum model selftest"},
      {E::kInternal, "internal", 70, "a bug in hilum", "please report it with the command line"},
      {E::kInterrupted, "interrupted", 130, "stopped by SIGINT; the output is valid and resumable",
       "run again with the setting 'resume'"},
      {E::kTerminated, "terminated", 143, "stopped by SIGTERM; the output is valid and resumable",
       "run again with the setting 'resume'"},
  };
  return table;
}

const ErrorInfo& error_info(ErrorCode code) { return error_table()[static_cast<std::size_t>(code)]; }

const std::vector<ExitCode>& exit_codes() {
  static const std::vector<ExitCode> codes = {
      {0, "ok (also when the reader of our pipe left)"},
      {1, "the answer is negative (--fail-on, evaluate --min)"},
      {2, "usage or configuration"},
      {3, "some records failed, the others are complete"},
      {4, "no usable input (or all of it failed)"},
      {5, "output not written"},
      {6, "model bundle missing, altered or too new"},
      {7, "inference failed"},
      {70, "a bug in hilum"},
      {130, "interrupted (SIGINT); output valid and resumable"},
      {143, "terminated (SIGTERM); output valid and resumable"},
  };
  return codes;
}

}  // namespace hilum
