#include "stages/measure/given_anatomy.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <optional>

#include <nlohmann/json.hpp>

#include "core/files/file.h"
#include "core/text/text.h"
#include "io/dicom/segmentation.h"
#include "io/raster/png.h"
#include "record/csv.h"

namespace hilum::stages {
namespace {

constexpr std::size_t kMaxPointBytes = 256u << 20;
constexpr const char* kGiven = "given";

// Given masks and points replace earlier ones of the same name.
template <typename T>
void put(std::vector<T>& items, T item) {
  for (T& old : items) {
    if (old.name != item.name) continue;
    old = std::move(item);
    return;
  }
  items.push_back(std::move(item));
}

Status add_segments(const std::string& path, GivenAnatomy& given) {
  HILUM_ASSIGN(std::vector<DicomSegment> segments, read_dicom_seg(path));
  for (DicomSegment& s : segments) {
    anatomy::Structure structure{structure_name(s.label),
                                 {static_cast<std::size_t>(s.mask.width),
                                  static_cast<std::size_t>(s.mask.height), std::move(s.mask.values)},
                                 1,
                                 1,
                                 kGiven};
    if (!structure.mask.empty()) put(given.structures, std::move(structure));
  }
  return Status::ok();
}

std::optional<double> number_of(const std::string& text) {
  const std::string_view t = trim(text);
  double value = 0;
  const auto [end, error] = std::from_chars(t.data(), t.data() + t.size(), value);
  if (error != std::errc() || end != t.data() + t.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

Result<PointsByImage> points_of_csv(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Status(ErrorCode::kFileNotFound, path);
  HILUM_ASSIGN(CsvReader reader, CsvReader::open(in, path));
  HILUM_ASSIGN(const std::size_t image, reader.column("image"));
  HILUM_ASSIGN(const std::size_t name, reader.column("name"));
  HILUM_ASSIGN(const std::size_t x, reader.column("x"));
  HILUM_ASSIGN(const std::size_t y, reader.column("y"));
  PointsByImage points;
  for (;;) {
    HILUM_ASSIGN(const auto row, reader.next());
    if (!row) return points;
    const auto px = number_of((*row)[x]), py = number_of((*row)[y]);
    if (!px || !py || (*row)[name].empty()) {
      return Status(ErrorCode::kCsvInvalid, path + ", row " + std::to_string(reader.row_number()) +
                                                ": a point needs a name and the numbers x and y");
    }
    points[(*row)[image]].push_back({(*row)[name], {*px, *py}, 1, kGiven});
  }
}

Result<PointsByImage> points_of_json(const std::string& path) {
  HILUM_ASSIGN(const Json json, read_json_file(path, kMaxPointBytes));
  PointsByImage points;
  const auto bad = [&](const std::string& where) {
    return Status(ErrorCode::kRecordInvalid, path + ": '" + where + "' should be {\"name\": [x, y]}");
  };
  if (!json.is_object()) return bad("");
  for (const auto& [image, named] : json.items()) {
    if (!named.is_object()) return bad(image);
    for (const auto& [name, at] : named.items()) {
      if (!at.is_array() || at.size() != 2 || !at[0].is_number() || !at[1].is_number())
        return bad(image + "." + name);
      points[image].push_back({name, {at[0].get<double>(), at[1].get<double>()}, 1, kGiven});
    }
  }
  return points;
}

}  // namespace

std::string image_stem(const std::string& path) { return std::filesystem::path(path).stem().string(); }

Status add_mask_file(const std::string& path, GivenAnatomy& given) {
  HILUM_ASSIGN(const std::string start, read_file_start(path, 1024));
  if (looks_like_dicom(start)) return add_segments(path, given);
  HILUM_ASSIGN(const Mask picture, read_mask_png(path));
  auto structures = anatomy::read_masks(picture.values, static_cast<std::size_t>(picture.width),
                                        static_cast<std::size_t>(picture.height), kGiven);
  if (!structures) return structures.status().at(path);
  for (anatomy::Structure& s : *structures) put(given.structures, std::move(s));
  return Status::ok();
}

Status add_mask_of(const std::string& name, const std::string& path, GivenAnatomy& given) {
  HILUM_ASSIGN(Mask picture, read_mask_png(path));
  put(given.structures,
      anatomy::Structure{name,
                         {static_cast<std::size_t>(picture.width), static_cast<std::size_t>(picture.height),
                          std::move(picture.values)},
                         1,
                         1,
                         kGiven});
  return Status::ok();
}

Result<PointsByImage> read_points(const std::string& path) {
  HILUM_ASSIGN(const std::string start, read_file_start(path, 64));
  return !trim(start).empty() && trim(start).front() == '{' ? points_of_json(path) : points_of_csv(path);
}

void add_points(const PointsByImage& points, const std::string& image, GivenAnatomy& given) {
  for (const std::string& key :
       {image_stem(image), std::filesystem::path(image).filename().string(), image}) {
    const auto found = points.find(key);
    if (found == points.end()) continue;
    for (const anatomy::Landmark& point : found->second) put(given.landmarks, point);
  }
}

Status add_record_anatomy(const Json& record, GivenAnatomy& given) {
  const Json* anatomy_key = find_path(record, "anatomy");
  if (anatomy_key == nullptr || anatomy_key->is_null()) return Status::ok();
  if (!anatomy_key->is_object()) return {ErrorCode::kRecordInvalid, "'anatomy' should be an object"};
  HILUM_ASSIGN(const std::string mask, text_at(*anatomy_key, "mask"));
  if (!mask.empty()) HILUM_RETURN_IF_ERROR(add_mask_file(mask, given));
  for (const char* key : {"structures", "landmarks"}) {
    const Json* list = find_path(*anatomy_key, key);
    if (list == nullptr) continue;
    if (!list->is_array())
      return {ErrorCode::kRecordInvalid, std::string("'anatomy.") + key + "' should be a list"};
    for (const Json& item : *list) {
      HILUM_ASSIGN(const std::string name, text_at(item, "name"));
      HILUM_ASSIGN(const std::string source, text_at(item, "source"));
      if (name.empty())
        return {ErrorCode::kRecordInvalid, std::string("an entry of 'anatomy.") + key + "' has no name"};
      if (key == std::string("structures")) {
        HILUM_ASSIGN(const std::string file, text_at(item, "mask"));
        if (!file.empty()) HILUM_RETURN_IF_ERROR(add_mask_of(name, file, given));
        continue;
      }
      // Points that a bundle found are found again.
      if (!source.empty() && source != kGiven) continue;
      const Json *x = find_path(item, "x"), *y = find_path(item, "y");
      if (x == nullptr || y == nullptr || !x->is_number() || !y->is_number())
        return {ErrorCode::kRecordInvalid, "the landmark '" + name + "' needs the numbers x and y"};
      put(given.landmarks, anatomy::Landmark{name, {x->get<double>(), y->get<double>()}, 1, kGiven});
    }
  }
  return Status::ok();
}

}  // namespace hilum::stages
