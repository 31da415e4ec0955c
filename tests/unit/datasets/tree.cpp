#include "tree.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <zlib.h>

namespace hilum::datasets::testing {
namespace {

void put16(std::string& out, unsigned value) {
  out.push_back(static_cast<char>(value & 0xFF));
  out.push_back(static_cast<char>(value >> 8 & 0xFF));
}

// Explicit VR, little endian, the short form of an element.
void put_element(std::string& out, unsigned group, unsigned element, const std::string& vr,
                 std::string value) {
  if (value.size() % 2 != 0) value.push_back(vr == "UI" ? '\0' : ' ');
  put16(out, group);
  put16(out, element);
  out += vr;
  put16(out, static_cast<unsigned>(value.size()));
  out += value;
}

std::string vr_of(const std::string& tag) {
  static const std::map<std::string, std::string> known = {
      {"0008,0016", "UI"}, {"0008,0018", "UI"}, {"0008,0020", "DA"}, {"0008,0030", "TM"},
      {"0008,0060", "CS"}, {"0010,0020", "LO"}, {"0010,0040", "CS"}, {"0010,1010", "AS"},
      {"0018,5101", "CS"}, {"0020,000d", "UI"}};
  return known.at(tag);
}

}  // namespace

Tree::Tree() {
  std::string pattern = (std::filesystem::temp_directory_path() / "hilum-datasets-XXXXXX").string();
  root_ = mkdtemp(pattern.data());
}

Tree::~Tree() {
  std::error_code ignored;
  std::filesystem::remove_all(root_, ignored);
}

void Tree::write(const std::string& relative, const std::string& bytes) const {
  std::filesystem::create_directories(std::filesystem::path(path(relative)).parent_path());
  std::ofstream(path(relative), std::ios::binary) << bytes;
}

void Tree::write_gzip(const std::string& relative, const std::string& bytes) const {
  write(relative, "");
  gzFile file = gzopen(path(relative).c_str(), "wb");
  gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(file);
}

void Tree::write_png(const std::string& relative) const { write(relative, "\x89PNG\r\n\x1a\n"); }

void Tree::write_jpeg(const std::string& relative) const { write(relative, "\xff\xd8\xff\xe0\x10JFIF"); }

void Tree::write_dicom(const std::string& relative, const std::map<std::string, std::string>& tags) const {
  std::string meta;
  put_element(meta, 2, 0x0010, "UI", "1.2.840.10008.1.2.1");
  std::string bytes(128, '\0');
  bytes += "DICM";
  std::string length;
  put16(length, static_cast<unsigned>(meta.size()));
  put16(length, 0);
  put_element(bytes, 2, 0, "UL", length);
  bytes += meta;
  for (const auto& [tag, value] : tags) {
    put_element(bytes, static_cast<unsigned>(std::stoul(tag.substr(0, 4), nullptr, 16)),
                static_cast<unsigned>(std::stoul(tag.substr(5), nullptr, 16)), vr_of(tag), value);
  }
  write(relative, bytes);
}

std::size_t Outcome::count(Reason reason) const {
  std::size_t found = 0;
  for (const Note& note : notes) found += note.reason == reason ? 1 : 0;
  return found;
}

std::vector<std::string> Outcome::ids() const {
  std::vector<std::string> all;
  for (const StudyItem& item : items) all.push_back(item.study.id);
  return all;
}

const StudyItem* Outcome::find(const std::string& id) const {
  for (const StudyItem& item : items) {
    if (item.study.id == id) return &item;
  }
  return nullptr;
}

Outcome read_all(const std::vector<std::string>& paths, StudyOptions options) {
  Outcome outcome;
  options.note = [&outcome](const Note& note) { outcome.notes.push_back(note); };
  auto source = open_studies(paths, std::move(options));
  if (!source) {
    outcome.status = source.status();
    return outcome;
  }
  for (;;) {
    auto item = (*source)->next();
    if (!item) {
      outcome.status = item.status();
      return outcome;
    }
    if (!item->has_value()) return outcome;
    outcome.items.push_back(std::move(**item));
  }
}

}  // namespace hilum::datasets::testing
