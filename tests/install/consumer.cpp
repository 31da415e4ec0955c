#include <cstdio>

#include "hilum/image.h"

#include "nlp/words/sentences.h"

int main() {
  const auto tags = hilum::read_dicom_tags("no such file");
  const bool right = tags.status().code() == hilum::ErrorCode::kFileNotFound;
  std::puts(right ? "the installed library works" : tags.status().to_string().c_str());
  return right ? 0 : 1;
}
