// Adding to an index that exists: its rows are copied into a new one beside it, which takes its place when it
// is finished. Readers see the old index or the new one, never half of one.
#include <filesystem>

#include "hilum/index.h"

#include "retrieval/copy_rows.h"
#include "retrieval/folder_lock.h"

namespace hilum::retrieval {
namespace {

namespace fs = std::filesystem;

class Appender : public IndexBuilder {
 public:
  Appender(FolderLock lock, std::unique_ptr<IndexBuilder> builder, std::string fresh)
      : lock_(std::move(lock)), builder_(std::move(builder)), fresh_(std::move(fresh)) {}

  ~Appender() override {
    std::error_code ignored;
    fs::remove_all(fresh_, ignored);  // the old index, once they have changed places
  }

  Status add(const float* vector, const Case& entry) override { return builder_->add(vector, entry); }
  const IndexSpec& spec() const override { return builder_->spec(); }
  std::size_t rows() const override { return builder_->rows(); }

  Status finish() override {
    HILUM_RETURN_IF_ERROR(builder_->finish());
    return lock_.exchange(fresh_);
  }

 private:
  FolderLock lock_;
  std::unique_ptr<IndexBuilder> builder_;
  std::string fresh_;
};

}  // namespace

Result<std::unique_ptr<IndexBuilder>> IndexBuilder::append(const std::string& folder) {
  HILUM_ASSIGN(FolderLock lock, FolderLock::take(folder));
  HILUM_ASSIGN(const auto old, SimilarIndex::open(lock.folder()));
  const std::string fresh = lock.beside("new");
  HILUM_ASSIGN(auto builder, IndexBuilder::create(fresh, old->spec()));
  HILUM_RETURN_IF_ERROR(copy_rows(*old, *builder));
  return std::unique_ptr<IndexBuilder>(
      std::make_unique<Appender>(std::move(lock), std::move(builder), fresh));
}

}  // namespace hilum::retrieval
