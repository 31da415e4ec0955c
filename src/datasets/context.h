// What every reader needs: the options, checked, and where notes go. Immutable once made; shared by the
// readers of one run.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hilum/datasets.h"

#include "datasets/reports/sections.h"
#include "datasets/table.h"
#include "datasets/views.h"

namespace hilum::datasets {

struct Context {
  StudyOptions options;
  ViewFilter views;
  std::string split;  // normalised
  std::shared_ptr<const ReportSplitter> reports;

  // kUsage for a value that cannot be, kConfig for a bad table of section names.
  static Result<std::shared_ptr<const Context>> make(StudyOptions options);

  void note(Reason reason, std::string what, std::string detail = "") const;
  NoteCallback note_callback() const { return options.note; }

  // Whether a study is in the split and shard asked for; says why not in a note. Readers ask as early as they
  // can. The shard goes by the patient, by the study where no patient is known.
  bool admits(std::string_view patient_id, std::string_view study_id, std::string_view split) const;

  // Whether the file is there, or need not be looked for.
  bool has_file(const std::string& path) const;
};

using ContextPtr = std::shared_ptr<const Context>;

// "val", "valid", "dev" and "validation" are validate; other names in lower case.
std::string normal_split(std::string_view split);

// Takes the images out that are of another view or not there, with a note each.
void keep_wanted_images(const Context& context, std::vector<ImageRef>& images, Reason if_missing);

}  // namespace hilum::datasets
