#include "datasets/image_resolver.h"

#include "datasets/paths.h"

namespace hilum::datasets {

ImageResolver::ImageResolver(ContextPtr context, std::string root) : context_(std::move(context)) {
  for (const char* inner : {"images", "files"}) {
    const std::string folder = join_path(root, inner);
    if (is_folder(folder)) roots_.push_back(folder);
  }
  roots_.push_back(std::move(root));
}

// Two ways a root: the whole name, and the name without its first folder.
std::string ImageResolver::candidate(std::size_t way, const std::string& name) const {
  const std::size_t slash = name.find('/');
  const bool whole = way % 2 == 0 || slash == std::string::npos || slash == 0;
  return join_path(roots_[way / 2], whole ? name : name.substr(slash + 1));
}

std::string ImageResolver::resolve(const std::string& name) {
  const std::string first = candidate(last_, name);
  if (!context_->options.check_files || is_file(first)) return first;
  for (std::size_t way = 0; way < 2 * roots_.size(); ++way) {
    std::string path = candidate(way, name);
    if (!is_file(path)) continue;
    last_ = way;
    return path;
  }
  return first;
}

}  // namespace hilum::datasets
