#include "retrieval/faiss_module.h"

#include <array>
#include <utility>

#include "core/system/module.h"

namespace hilum::retrieval {
namespace {

// A buffer for the module's reasons.
struct Reason {
  std::array<char, 400> text{};
  HilumFaissError out() { return {text.data(), text.size()}; }
  Status status(ErrorCode code) const { return {code, std::string("FAISS: ") + text.data()}; }
};

}  // namespace

Result<const HilumFaissTable*> faiss_table() {
  HILUM_ASSIGN(const void* table, open_module("faiss", HILUM_FAISS_ABI));
  return static_cast<const HilumFaissTable*>(table);
}

Result<CoarseIndex> CoarseIndex::create(const std::string& description, std::size_t dimension) {
  HILUM_ASSIGN(const HilumFaissTable* table, faiss_table());
  Reason reason;
  HilumFaissIndex* index = nullptr;
  if (table->create(description.c_str(), static_cast<std::int64_t>(dimension), &index, reason.out()) != 0) {
    return reason.status(ErrorCode::kUsage);
  }
  return CoarseIndex(table, index);
}

Result<CoarseIndex> CoarseIndex::read(const std::string& path) {
  HILUM_ASSIGN(const HilumFaissTable* table, faiss_table());
  Reason reason;
  HilumFaissIndex* index = nullptr;
  if (table->read(path.c_str(), &index, reason.out()) != 0)
    return reason.status(ErrorCode::kIndexInvalid).at(path);
  return CoarseIndex(table, index);
}

CoarseIndex::CoarseIndex(CoarseIndex&& other) noexcept
    : table_(other.table_), index_(std::exchange(other.index_, nullptr)) {}

CoarseIndex& CoarseIndex::operator=(CoarseIndex&& other) noexcept {
  std::swap(table_, other.table_);
  std::swap(index_, other.index_);
  return *this;
}

CoarseIndex::~CoarseIndex() {
  if (index_ != nullptr) table_->free_index(index_);
}

Status CoarseIndex::train(const float* vectors, std::size_t rows) {
  Reason reason;
  const bool good = table_->train(index_, vectors, static_cast<std::int64_t>(rows), reason.out()) == 0;
  return good ? Status::ok() : reason.status(ErrorCode::kInferenceFailed);
}

Status CoarseIndex::add(const float* vectors, std::size_t rows) {
  Reason reason;
  const bool good = table_->add(index_, vectors, static_cast<std::int64_t>(rows), reason.out()) == 0;
  return good ? Status::ok() : reason.status(ErrorCode::kInferenceFailed);
}

Status CoarseIndex::write(const std::string& path) const {
  Reason reason;
  const bool good = table_->write(index_, path.c_str(), reason.out()) == 0;
  return good ? Status::ok() : reason.status(ErrorCode::kOutputFailed).at(path);
}

std::size_t CoarseIndex::rows() const { return static_cast<std::size_t>(table_->rows(index_)); }

Result<std::vector<std::int64_t>> CoarseIndex::search(const float* queries, std::size_t count, std::size_t k,
                                                      int effort) const {
  Reason reason;
  std::vector<float> scores(count * k);
  std::vector<std::int64_t> best(count * k);
  if (table_->search(index_, queries, static_cast<std::int64_t>(count), static_cast<std::int64_t>(k), effort,
                     scores.data(), best.data(), reason.out()) != 0) {
    return reason.status(ErrorCode::kInferenceFailed);
  }
  return best;
}

}  // namespace hilum::retrieval
