#include "datasets/iu/xml_feed.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "core/files/file.h"
#include "core/text/text.h"
#include "datasets/input_file.h"
#include "datasets/paths.h"

namespace hilum::datasets {
namespace {

constexpr std::size_t kMaxXmlBytes = 4u << 20;

class FileFeed : public XmlFeed {
 public:
  explicit FileFeed(std::vector<std::string> paths) : paths_(std::move(paths)) {}
  Result<std::optional<XmlFile>> next() override {
    if (at_ == paths_.size()) return std::optional<XmlFile>();
    const std::string& path = paths_[at_++];
    auto bytes = read_file(path, kMaxXmlBytes);
    if (!bytes) return std::optional<XmlFile>(XmlFile{path, "", bytes.status()});
    return std::optional<XmlFile>(XmlFile{path, bytes.take(), {}});
  }

 private:
  std::vector<std::string> paths_;
  std::size_t at_ = 0;
};

// POSIX tar: blocks of 512 bytes, a header block before each file. Names beyond 100 bytes do not occur here.
class TarFeed : public XmlFeed {
 public:
  TarFeed(std::string path, std::unique_ptr<InputFile> file)
      : path_(std::move(path)), file_(std::move(file)) {}

  Result<std::optional<XmlFile>> next() override {
    std::istream& in = file_->stream();
    for (;;) {
      char block[kBlock];
      if (!in.read(block, kBlock)) {
        HILUM_RETURN_IF_ERROR(file_->status());
        if (in.gcount() == 0) return std::optional<XmlFile>();
        return Status(ErrorCode::kFileUnreadable, path_ + ": the archive is cut short");
      }
      if (block[0] == '\0') return std::optional<XmlFile>();  // the end mark
      if (std::memcmp(block + 257, "ustar", 5) != 0)
        return Status(ErrorCode::kFileUnreadable, path_ + ": not a tar archive");
      const std::string name(block, strnlen(block, 100));
      std::size_t size = 0;
      for (int i = 124; i < 135 && block[i] >= '0' && block[i] <= '7'; ++i) {
        size = size * 8 + static_cast<std::size_t>(block[i] - '0');
      }
      const bool is_report = (block[156] == '0' || block[156] == '\0') && ends_with(to_lower(name), ".xml");
      XmlFile file{path_ + ":" + name, "", {}};
      if (size > kMaxXmlBytes) file.status = {ErrorCode::kTooLarge, "larger than 4 MiB"};
      const bool keep = is_report && file.status.is_ok();
      if (keep) {
        file.bytes.resize(size);
        in.read(file.bytes.data(), static_cast<std::streamsize>(size));
      }
      in.ignore(static_cast<std::streamsize>((keep ? 0 : size) + (kBlock - size % kBlock) % kBlock));
      if (!in || in.eof()) {
        HILUM_RETURN_IF_ERROR(file_->status());
        return Status(ErrorCode::kFileUnreadable, path_ + ": the archive is cut short");
      }
      if (is_report) return std::optional<XmlFile>(std::move(file));
    }
  }

 private:
  static constexpr std::size_t kBlock = 512;
  std::string path_;
  std::unique_ptr<InputFile> file_;
};

}  // namespace

Result<std::unique_ptr<XmlFeed>> open_xml_feed(const std::string& path) {
  if (ends_with(path, ".tgz") || ends_with(path, ".tar.gz") || ends_with(path, ".tar")) {
    HILUM_ASSIGN(auto file, InputFile::open(path));
    return std::unique_ptr<XmlFeed>(std::make_unique<TarFeed>(path, std::move(file)));
  }
  if (is_file(path))
    return std::unique_ptr<XmlFeed>(std::make_unique<FileFeed>(std::vector<std::string>{path}));
  std::string folder = path;
  if (is_folder(join_path(path, "ecgen-radiology"))) folder = join_path(path, "ecgen-radiology");
  std::vector<std::string> names;
  for (const std::string& name : list_folder(folder)) {
    if (ends_with(to_lower(name), ".xml")) names.push_back(name);
  }
  if (names.empty())
    return Status(ErrorCode::kDatasetInvalid, path + ": no .xml reports there or in ecgen-radiology");
  std::stable_sort(names.begin(), names.end(), [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  });
  for (std::string& name : names) name = join_path(folder, name);
  return std::unique_ptr<XmlFeed>(std::make_unique<FileFeed>(std::move(names)));
}

}  // namespace hilum::datasets
