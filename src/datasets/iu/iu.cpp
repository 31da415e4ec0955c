#include "core/text/text.h"
#include "core/text/utf8.h"
#include "datasets/input_file.h"
#include "datasets/iu/images.h"
#include "datasets/iu/xml_feed.h"
#include "datasets/paths.h"
#include "datasets/readers.h"
#include "datasets/views.h"

namespace hilum::datasets {
namespace {

// The values of an attribute of every element of a name, in order.
std::vector<std::string> attributes(std::string_view xml, const std::string& element,
                                    const std::string& attribute) {
  std::vector<std::string> values;
  const std::string open = "<" + element;
  const std::string key = attribute + "=\"";
  for (std::size_t at = xml.find(open); at != std::string_view::npos; at = xml.find(open, at + 1)) {
    const std::size_t end = xml.find('>', at);
    if (end == std::string_view::npos) break;
    const std::string_view tag = xml.substr(at + open.size(), end - at - open.size());
    if (tag.empty() || (tag[0] != ' ' && tag[0] != '\n' && tag[0] != '\t')) continue;  // a longer name
    const std::size_t from = tag.find(key);
    if (from == std::string_view::npos) continue;
    const std::size_t to = tag.find('"', from + key.size());
    if (to == std::string_view::npos) continue;
    values.emplace_back(tag.substr(from + key.size(), to - from - key.size()));
  }
  return values;
}

// The texts of every element of a name that has no attributes and no children.
std::vector<std::string> texts(std::string_view xml, const std::string& element) {
  std::vector<std::string> values;
  const std::string open = "<" + element + ">";
  const std::string close = "</" + element + ">";
  for (std::size_t at = xml.find(open); at != std::string_view::npos; at = xml.find(open, at)) {
    at += open.size();
    const std::size_t end = xml.find(close, at);
    if (end == std::string_view::npos) break;
    std::string text(trim(xml.substr(at, end - at)));
    replace_all(text, "&lt;", "<");
    replace_all(text, "&gt;", ">");
    replace_all(text, "&quot;", "\"");
    replace_all(text, "&amp;", "&");
    if (!text.empty()) values.push_back(std::move(text));
  }
  return values;
}

using Views = std::unordered_map<std::string, std::string>;

void add_image(const IuImages& images, const Views& views, const std::string& name, Study& study) {
  const auto view = views.find(iu_image_key(name));
  study.images.push_back({images.path_of(name), without_extension(file_name(name)),
                          view == views.end() ? "unknown" : view->second});
}

class XmlSource : public StudySource {
 public:
  XmlSource(ContextPtr context, std::unique_ptr<XmlFeed> feed, IuImages images, Views views)
      : context_(std::move(context)),
        feed_(std::move(feed)),
        images_(std::move(images)),
        views_(std::move(views)) {}

  Result<std::optional<StudyItem>> next() override {
    for (;;) {
      HILUM_ASSIGN(auto file, feed_->next());
      if (!file) return std::optional<StudyItem>();
      if (!file->status.is_ok()) {
        context_->note(Reason::kItemBroken, file->name, file->status.message());
        continue;
      }
      const std::string xml = repair_utf8(file->bytes);
      const auto ids = attributes(xml, "uId", "id");
      if (ids.empty()) {
        context_->note(Reason::kItemBroken, file->name, "no <uId id=…>: not an Open-i report");
        continue;
      }
      StudyItem item;
      item.study.id = ids[0];
      if (!context_->admits("", item.study.id, "")) continue;
      for (const std::string& name : attributes(xml, "parentImage", "id"))
        add_image(images_, views_, name, item.study);
      keep_wanted_images(*context_, item.study.images, Reason::kImageMissing);
      const ReportSections sections = ReportSplitter::split_iu_xml(xml);
      item.study.reference = {sections.findings, sections.impression};
      item.study.indication = sections.indication;
      item.study.comparison = sections.comparison;
      item.mesh = texts(xml, "major");
      return std::optional<StudyItem>(std::move(item));
    }
  }

 private:
  ContextPtr context_;
  std::unique_ptr<XmlFeed> feed_;
  IuImages images_;
  Views views_;
};

// The reports table is small (3,851 rows) and read row by row; the projections are held.
class CsvSource : public StudySource {
 public:
  CsvSource(std::string path, ContextPtr context, IuImages images)
      : path_(std::move(path)), context_(std::move(context)), images_(std::move(images)) {}

  Status open(const std::string& projections) {
    HILUM_ASSIGN(views_, read_projections(projections, context_->note_callback()));
    std::size_t uid = 0, name = 0;
    HILUM_RETURN_IF_ERROR(read_table(
        projections, nullptr,
        [&](const CsvReader& reader) {
          HILUM_ASSIGN(uid, reader.column("uid"));
          HILUM_ASSIGN(name, reader.column("filename"));
          return Status::ok();
        },
        [&](const Row& row) {
          names_[std::string(row.at(uid))].emplace_back(row.at(name));
          return true;
        }));
    HILUM_ASSIGN(file_, InputFile::open(path_));
    auto reader = CsvReader::open(file_->stream(), path_);
    if (!reader) return reader.status();
    reader_.emplace(reader.take());
    HILUM_RETURN_IF_ERROR(reader_->column("uid").status());
    return reader_->column("findings").status();
  }

  Result<std::optional<StudyItem>> next() override {
    for (;;) {
      auto values = reader_->next();
      if (!values) {
        context_->note(Reason::kRowBroken, path_ + ": row " + std::to_string(reader_->row_number()),
                       values.status().message());
        continue;
      }
      HILUM_RETURN_IF_ERROR(file_->status());
      if (!values->has_value()) return std::optional<StudyItem>();
      const Row row(*reader_, **values);
      const auto text = [&](const char* column) { return std::string(row.at(reader_->find_column(column))); };
      const std::string uid = text("uid");
      if (uid.empty()) {
        context_->note(Reason::kRowBroken, path_ + ": row " + std::to_string(row.number()), "no uid");
        continue;
      }
      StudyItem item;
      item.study.id = "CXR" + uid;  // as the XML reports and R2Gen name it
      if (!context_->admits("", item.study.id, "")) continue;
      for (const std::string& name : names_[uid]) add_image(images_, views_, name, item.study);
      keep_wanted_images(*context_, item.study.images, Reason::kImageMissing);
      item.study.reference = {text("findings"), text("impression")};
      item.study.indication = text("indication");
      item.study.comparison = text("comparison");
      for (const std::string& term : split(text("MeSH"), ';')) {
        if (!trim(term).empty()) item.mesh.emplace_back(trim(term));
      }
      return std::optional<StudyItem>(std::move(item));
    }
  }

 private:
  std::string path_;
  ContextPtr context_;
  IuImages images_;
  Views views_;
  std::unordered_map<std::string, std::vector<std::string>> names_;  // uid -> file names
  std::unique_ptr<InputFile> file_;
  std::optional<CsvReader> reader_;
};

Status no_split(const std::string& path, const ContextPtr& context) {
  if (context->split.empty()) return Status::ok();
  return {ErrorCode::kDatasetInvalid,
          path +
              ": the collection has no official split; setting 'split' works on R2Gen's "
              "annotation.json and ReXrank's files"};
}

}  // namespace

SourceResult open_iu_xml(const std::string& path, const ContextPtr& context) {
  HILUM_RETURN_IF_ERROR(no_split(path, context));
  HILUM_ASSIGN(auto feed, open_xml_feed(path));
  const std::string root = is_folder(path) ? path : parent_of(path);
  HILUM_ASSIGN(auto images, IuImages::open(root, context));
  HILUM_ASSIGN(auto views, read_projections(find_projections(root, context), context->note_callback()));
  return std::unique_ptr<StudySource>(
      std::make_unique<XmlSource>(context, std::move(feed), std::move(images), std::move(views)));
}

SourceResult open_iu_csv(const std::string& path, const ContextPtr& context) {
  HILUM_RETURN_IF_ERROR(no_split(path, context));
  const std::string root = is_folder(path) ? path : parent_of(path);
  const std::string reports = is_folder(path) ? find_table(path, "", "indiana_reports") : path;
  const std::string projections = find_projections(root, context);
  if (reports.empty() || projections.empty()) {
    return Status(
        ErrorCode::kDatasetInvalid,
        root +
            ": indiana_reports.csv and indiana_projections.csv are both needed; setting 'tables' names the "
            "folder of the second");
  }
  HILUM_ASSIGN(auto images, IuImages::open(root, context));
  auto source = std::make_unique<CsvSource>(reports, context, std::move(images));
  HILUM_RETURN_IF_ERROR(source->open(projections));
  return std::unique_ptr<StudySource>(std::move(source));
}

}  // namespace hilum::datasets
