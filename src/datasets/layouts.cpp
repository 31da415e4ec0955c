#include "datasets/layouts.h"

#include <algorithm>
#include <fstream>

#include <nlohmann/json.hpp>

#include "core/text/text.h"
#include "datasets/input_file.h"
#include "datasets/json/json_items.h"
#include "datasets/paths.h"
#include "datasets/table.h"

namespace hilum::datasets {
namespace {

bool no_file(const std::string&, const std::string&) { return false; }
bool no_folder(const std::string&) { return false; }

bool has_key(const std::string& entry, std::initializer_list<const char*> keys) {
  return std::any_of(keys.begin(), keys.end(), [&](const char* key) { return contains(entry, key); });
}

// Keys of ReXrank's files; annotation files share some of the others.
bool is_rexrank(const std::string&, const std::string& first_entry) {
  return has_key(first_entry, {"\"section_findings\"", "\"key_image_path\"", "\"frontal_lateral\""});
}

bool is_annotation(const std::string& path, const std::string& first_entry) {
  return !is_rexrank(path, first_entry) &&
         has_key(first_entry, {"\"image_path\"", "\"anchor_scan\"", "\"id\""});
}

bool has_annotation(const std::string& folder) { return is_file(join_path(folder, "annotation.json")); }

SourceResult open_annotations(const std::string& path, Opening& opening) {
  return open_annotation(is_folder(path) ? join_path(path, "annotation.json") : path, opening.context,
                         opening.index);
}

bool is_table(const std::string& path) { return ends_with(path, ".csv") || ends_with(path, ".csv.gz"); }

bool is_mimic_table(const std::string& path, const std::string&) {
  const std::string name = file_name(path);
  return is_table(path) && (starts_with(name, "mimic-cxr-") || starts_with(name, "cxr-record-list"));
}

// files/p10 and its like.
bool has_mimic_tree(const std::string& folder) {
  const std::string files = join_path(folder, "files");
  for (const std::string& name : list_folder(files)) {
    if (name.size() == 3 && name[0] == 'p' && parse_id(name) && is_folder(join_path(files, name)))
      return true;
  }
  return false;
}

bool has_mimic(const std::string& folder) { return has_mimic_tables(folder) || has_mimic_tree(folder); }

SourceResult open_mimic_tree(const std::string& path, Opening& opening) {
  const std::string root = is_folder(path) ? path : parent_of(path);
  const std::string& tables = opening.context->options.tables;
  if (tables.empty() || opening.index == nullptr)
    HILUM_RETURN_IF_ERROR(opening.load_index(tables.empty() ? root : tables));
  return open_mimic(root, opening.context, opening.index);
}

bool is_iu_xml(const std::string& path, const std::string&) {
  return ends_with(path, ".xml") || ends_with(path, ".tgz") || ends_with(path, ".tar.gz") ||
         ends_with(path, ".tar");
}

bool is_iu_csv(const std::string& path, const std::string&) {
  return is_table(path) && starts_with(file_name(path), "indiana_");
}

bool has_iu_csv(const std::string& folder) { return !find_table(folder, "", "indiana_reports").empty(); }

// Beside the tables the XML files are not asked: the tables name the images.
bool has_iu_xml(const std::string& folder) {
  if (has_iu_csv(folder)) return false;
  if (is_folder(join_path(folder, "ecgen-radiology"))) return true;
  const auto names = list_folder(folder);
  return std::any_of(names.begin(), names.end(),
                     [](const std::string& name) { return ends_with(name, ".xml"); });
}

}  // namespace

Status Opening::load_index(const std::string& folder) {
  HILUM_ASSIGN(MimicIndex made, MimicIndex::open(folder, context->note_callback()));
  index = std::make_shared<const MimicIndex>(std::move(made));
  return Status::ok();
}

bool has_mimic_tables(const std::string& folder) {
  return !find_table(folder, "mimic-cxr-", "-metadata").empty() ||
         !find_table(folder, "", "cxr-record-list").empty();
}

const std::vector<Layout>& layouts() {
  static const std::vector<Layout> table = {
      {"folder",
       {"files"},
       no_file,
       no_folder,
       [](const std::string& path, Opening& opening) { return open_folder({path}, opening.context); }},
      {"mimic-cxr", {"mimic-cxr-jpg"}, is_mimic_table, has_mimic, open_mimic_tree},
      {"iu-xml",
       {},
       is_iu_xml,
       has_iu_xml,
       [](const std::string& path, Opening& opening) { return open_iu_xml(path, opening.context); }},
      {"iu-csv",
       {},
       is_iu_csv,
       has_iu_csv,
       [](const std::string& path, Opening& opening) { return open_iu_csv(path, opening.context); }},
      {"annotation", {"r2gen", "sei", "evoke", "mlrg"}, is_annotation, has_annotation, open_annotations},
      {"rexrank",
       {},
       is_rexrank,
       no_folder,
       [](const std::string& path, Opening& opening) { return open_rexrank(path, opening.context); }},
  };
  return table;
}

const Layout* find_layout(const std::string& name) {
  for (const Layout& layout : layouts()) {
    if (layout.name == name || std::count(layout.also.begin(), layout.also.end(), name) != 0) return &layout;
  }
  return nullptr;
}

const std::vector<std::string>& layout_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out = {"auto"};
    for (const Layout& layout : layouts()) {
      out.emplace_back(layout.name);
      out.insert(out.end(), layout.also.begin(), layout.also.end());
    }
    return out;
  }();
  return names;
}

namespace {

Result<std::string> layout_of_file(const std::string& path) {
  std::string first_entry;
  const bool json = ends_with(path, ".json") || ends_with(path, ".json.gz");
  if (json) {
    HILUM_ASSIGN(auto file, InputFile::open(path));
    JsonItemReader reader(file->stream(), path);
    HILUM_ASSIGN(auto first, reader.next());
    if (!first) return Status(ErrorCode::kDatasetInvalid, path + ": holds no entries");
    first_entry = std::move(first->text);
  }
  for (const Layout& layout : layouts()) {
    if (layout.has_file(path, first_entry)) return std::string(layout.name);
  }
  if (json) return Status(ErrorCode::kDatasetInvalid, path + ": neither an annotation file nor ReXrank's");
  if (is_table(path))
    return Status(ErrorCode::kDatasetInvalid, path + ": a table of a data set that is not known by its name");
  return std::string(layouts().front().name);
}

}  // namespace

Result<std::string> detect_layout(const std::string& path) {
  if (is_file(path)) return layout_of_file(path);
  if (!is_folder(path)) return Status(ErrorCode::kFileNotFound, path + ": no such file or folder");
  for (const Layout& layout : layouts()) {
    if (layout.has_folder(path)) return std::string(layout.name);
  }
  return std::string(layouts().front().name);
}

namespace {

// Its first line is a record of its own: JSON Lines, however the file's name ends.
bool begins_with_record(const std::string& path) {
  constexpr std::size_t kMostBytes = 1u << 20;  // records are shorter
  std::ifstream in(path, std::ios::binary);
  std::string start(kMostBytes, '\0');
  in.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<std::size_t>(in.gcount()));
  const auto line = parse_json(start.substr(0, start.find('\n')));
  return line && line->is_object() && line->contains("id") && (*line)["id"].is_string();
}

}  // namespace

bool is_dataset_file(const std::string& path) {
  if (!is_file(path) || (ends_with(path, ".json") && begins_with_record(path))) return false;
  const auto layout = detect_layout(path);
  return layout && *layout != "folder";
}

}  // namespace hilum::datasets
