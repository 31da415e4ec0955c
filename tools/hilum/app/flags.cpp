#include "app/flags.h"

#include <algorithm>
#include <string_view>

namespace hilum::cli {
namespace {

constexpr std::string_view kMark = "setting '";
constexpr std::string_view kArticle = "the ";
constexpr const char* kLetters = "abcdefghijklmnopqrstuvwxyz0123456789_";

}  // namespace

std::string with_flags(const std::string& message) {
  std::string out;
  std::size_t done = 0;
  for (std::size_t at = message.find(kMark); at != std::string::npos; at = message.find(kMark, at + 1)) {
    const std::size_t begin = at + kMark.size();
    const std::size_t end = message.find_first_not_of(kLetters, begin);
    if (end == begin || end == std::string::npos || message[end] != '\'') continue;
    out.append(message, done, at - done);
    const bool article = out.size() >= kArticle.size() &&
                         out.compare(out.size() - kArticle.size(), kArticle.size(), kArticle) == 0;
    if (article) out.resize(out.size() - kArticle.size());
    std::string name = message.substr(begin, end - begin);
    std::replace(name.begin(), name.end(), '_', '-');
    out.append("--").append(name);
    done = end + 1;
  }
  return out.append(message, done);
}

}  // namespace hilum::cli
