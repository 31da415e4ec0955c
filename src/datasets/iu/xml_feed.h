// XML files one after the other out of a folder, a .tgz or alone. Not thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "hilum/status.h"

namespace hilum::datasets {

struct XmlFile {
  std::string name;
  std::string bytes;
  Status status;  // why this file alone cannot be read
};

class XmlFeed {
 public:
  virtual ~XmlFeed() = default;
  // The next file; an empty optional at the end. An error ends the feed.
  virtual Result<std::optional<XmlFile>> next() = 0;
};

// A folder's files come in the order of their numbers (1, 2, 10), an archive's as they lie in it.
Result<std::unique_ptr<XmlFeed>> open_xml_feed(const std::string& path);

}  // namespace hilum::datasets
