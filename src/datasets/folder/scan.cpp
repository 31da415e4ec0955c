#include "datasets/folder/scan.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <unordered_map>

#include "hilum/image.h"

#include "core/log.h"
#include "core/system/interrupt.h"
#include "core/text/text.h"
#include "datasets/json/annotation_item.h"
#include "datasets/paths.h"
#include "datasets/patients.h"
#include "datasets/views.h"

namespace hilum::datasets {
namespace {

constexpr std::size_t kHeadBytes = 512;
constexpr std::size_t kManyImages = 12;  // more than any study of the public sets has

std::string read_head(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string head(kHeadBytes, '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(in.gcount()));
  return head;
}

// De-identification writes one name into every file; taken as a patient it would make strangers each other's
// priors.
bool is_anonymous(const std::string& patient_id) { return contains(to_upper(patient_id), "ANON"); }

class Scan {
 public:
  explicit Scan(ContextPtr context) : context_(std::move(context)) {}

  Status add(const std::string& path, bool only_path) {
    if (is_file(path)) {
      const std::string stem = without_extension(file_name(path));
      return add_file(path, "file:" + path, only_path ? stem : without_extension(path));
    }
    if (!is_folder(path)) return {ErrorCode::kFileNotFound, path + ": no such file or folder"};
    return add_folder(path, only_path ? "" : file_name(path), true, {});
  }

  std::vector<FolderStudy> take() {
    find_reports();
    for (const auto& [path, used] : texts_) {
      if (!used) context_->note(Reason::kNotAnImage, path, "text that belongs to no study");
    }
    for (const auto& [key, place] : by_key_) {
      const std::size_t count = groups_[place].study.images.size();
      if (starts_with(key, "folder:") && count > kManyImages) {
        log_warn(key.substr(7) + ": " + std::to_string(count) +
                 " images in one folder are read as one study; give that folder itself to make each its own");
      }
    }
    std::vector<FolderStudy> studies;
    for (Group& group : groups_) studies.push_back(std::move(group.study));
    return studies;
  }

 private:
  struct Group {
    FolderStudy study;
    std::vector<std::string> folders;  // those its images lie in
  };

  // `name` is the folder's place below the path given: the id of the study in it.
  Status add_folder(const std::string& folder, const std::string& name, bool is_root,
                    std::vector<std::string> above) {
    HILUM_RETURN_IF_ERROR(stop_status());
    std::error_code ignored;
    const std::string real = std::filesystem::canonical(folder, ignored).string();
    if (std::find(above.begin(), above.end(), real) != above.end()) {
      context_->note(Reason::kNotAnImage, folder, "a link to a folder above it");
      return Status::ok();
    }
    above.push_back(real);
    for (const std::string& entry : list_folder(folder)) {
      const std::string path = join_path(folder, entry);
      const std::string below = name.empty() ? entry : name + "/" + entry;
      if (is_folder(path)) {
        HILUM_RETURN_IF_ERROR(add_folder(path, below, false, above));
      } else if (is_root) {
        HILUM_RETURN_IF_ERROR(add_file(path, "file:" + path, without_extension(below)));
      } else {
        HILUM_RETURN_IF_ERROR(add_file(path, "folder:" + folder, name));
      }
    }
    return Status::ok();
  }

  Status add_file(const std::string& path, const std::string& key, const std::string& id) {
    const std::string head = read_head(path);
    const auto format = detect_format(head);
    if (!format) {
      if (ends_with(to_lower(path), ".txt")) {
        texts_.emplace(path, false);
      } else {
        context_->note(Reason::kNotAnImage, path, is_file(path) ? "" : "cannot be opened");
      }
      return Status::ok();
    }
    if (*format == ImageFormat::kDicom) {
      add_dicom(path, key, id);
      return Status::ok();
    }
    Group& group = group_of(key, id, path);
    group.study.images.push_back({path, image_id(key, id, path), "unknown"});
    if (const MimicIds ids = ids_in_path(path); ids.subject != 0)
      group.study.patient_id = "p" + std::to_string(ids.subject);
    return Status::ok();
  }

  void add_dicom(const std::string& path, const std::string& key, const std::string& id) {
    const auto tags = read_dicom_tags(path);
    if (!tags) {
      context_->note(Reason::kImageUnreadable, path, tags.status().message());
      return;
    }
    if (!is_projection_modality(tags->modality)) {
      context_->note(Reason::kWrongModality, path, tags->modality + " (" + tags->sop_class + ")");
      return;
    }
    const bool named = !tags->study_instance_uid.empty();
    Group& group = group_of(named ? "uid:" + tags->study_instance_uid : key,
                            named ? tags->study_instance_uid : id, path);
    FolderStudy& study = group.study;
    const std::string instance =
        tags->sop_instance_uid.empty() ? image_id(key, id, path) : tags->sop_instance_uid;
    study.images.push_back({path, instance, normal_view(tags->view_position)});
    if (study.patient_id.empty() && !is_anonymous(tags->patient_id)) study.patient_id = tags->patient_id;
    const StudyTime time = parse_dicom_time(tags->study_date, tags->study_time);
    if (!study.time.day) study.time = time;
    if (!study.age) study.age = parse_age(tags->patient_age);
    if (study.sex.empty()) study.sex = tags->patient_sex;
  }

  // Different in every study: file names alone ("frontal.png") come again and again.
  static std::string image_id(const std::string& key, const std::string& id, const std::string& path) {
    return starts_with(key, "file:") ? id : id + "/" + without_extension(file_name(path));
  }

  Group& group_of(std::string key, std::string id, const std::string& path) {
    if (context_->options.one_study) key = "one";
    const auto [it, added] = by_key_.emplace(std::move(key), groups_.size());
    if (added) {
      groups_.emplace_back();
      groups_.back().study.id = std::move(id);
    }
    Group& group = groups_[it->second];
    const std::string folder = parent_of(path);
    if (std::find(group.folders.begin(), group.folders.end(), folder) == group.folders.end()) {
      group.folders.push_back(folder);
    }
    return group;
  }

  // <image>.txt; for a study that has a folder to itself also <folder>.txt or the only text in the folder.
  void find_reports() {
    std::unordered_map<std::string, std::size_t> owners;
    for (const Group& group : groups_) {
      for (const std::string& folder : group.folders) ++owners[folder];
    }
    std::unordered_map<std::string, std::vector<std::string>> texts_in;
    for (const auto& [path, used] : texts_) texts_in[parent_of(path)].push_back(path);
    for (Group& group : groups_) {
      std::vector<std::string> places;
      for (const ImageRef& image : group.study.images) {
        places.push_back(join_path(parent_of(image.path), without_extension(file_name(image.path)) + ".txt"));
      }
      for (const std::string& folder : group.folders) {
        if (owners[folder] > 1) continue;
        places.push_back(folder + ".txt");
        if (texts_in[folder].size() == 1) places.push_back(texts_in[folder][0]);
      }
      for (const std::string& place : places) {
        const auto found = texts_.find(place);
        if (found == texts_.end()) continue;
        found->second = true;
        group.study.report = place;
        break;
      }
    }
  }

  ContextPtr context_;
  std::vector<Group> groups_;
  std::unordered_map<std::string, std::size_t> by_key_;
  std::map<std::string, bool> texts_;  // path -> belongs to a study
};

}  // namespace

Result<std::vector<FolderStudy>> scan_folders(const std::vector<std::string>& paths,
                                              const ContextPtr& context) {
  Scan scan(context);
  for (const std::string& path : paths) HILUM_RETURN_IF_ERROR(scan.add(path, paths.size() == 1));
  return scan.take();
}

}  // namespace hilum::datasets
