// The only file that sees SentencePiece, whose protobuf must not meet LibTorch's in one symbol scope.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include <sentencepiece_processor.h>

#include "modules/sentencepiece/abi.h"

struct HilumSentencePiece {
  sentencepiece::SentencePieceProcessor processor;
  std::vector<std::string> pieces;
};

namespace {

int write_error(HilumSentencePieceError error, const std::string& reason) {
  if (error.size > 0)
    std::snprintf(error.text, error.size, "%s", reason.substr(0, reason.find('\n')).c_str());
  return 1;
}

template <typename Body>
int guarded(HilumSentencePieceError error, const Body& body) {
  try {
    return body();
  } catch (const std::exception& e) {
    return write_error(error, e.what());
  } catch (...) {
    return write_error(error, "unknown error in SentencePiece");
  }
}

int load(const void* bytes, size_t size, HilumSentencePiece** processor, HilumSentencePieceError error) {
  return guarded(error, [&] {
    auto made = std::make_unique<HilumSentencePiece>();
    const auto status =
        made->processor.LoadFromSerializedProto(std::string(static_cast<const char*>(bytes), size));
    if (!status.ok()) return write_error(error, status.ToString());
    for (int id = 0; id < made->processor.GetPieceSize(); ++id)
      made->pieces.push_back(made->processor.IdToPiece(id));
    *processor = made.release();
    return 0;
  });
}

void free_processor(HilumSentencePiece* processor) { delete processor; }

bool in_range(const HilumSentencePiece* p, int32_t id) {
  return id >= 0 && static_cast<size_t>(id) < p->pieces.size();
}

int32_t size(const HilumSentencePiece* p) { return static_cast<int32_t>(p->pieces.size()); }

const char* piece(const HilumSentencePiece* p, int32_t id, size_t* length) {
  if (!in_range(p, id)) return nullptr;
  const std::string& text = p->pieces[static_cast<size_t>(id)];
  *length = text.size();
  return text.data();
}

int is_special(const HilumSentencePiece* p, int32_t id) {
  return !in_range(p, id) || p->processor.IsControl(id) || p->processor.IsUnknown(id) ? 1 : 0;
}

int byte_of(const HilumSentencePiece* p, int32_t id) {
  if (!in_range(p, id) || !p->processor.IsByte(id)) return -1;
  return static_cast<int>(std::strtol(p->pieces[static_cast<size_t>(id)].c_str() + 3, nullptr, 16));
}

int encode(const HilumSentencePiece* p, const char* text, size_t length, int32_t* ids, size_t capacity,
           size_t* count, HilumSentencePieceError error) {
  return guarded(error, [&] {
    std::vector<int> found;
    const auto status = p->processor.Encode(std::string(text, length), &found);
    if (!status.ok()) return write_error(error, status.ToString());
    *count = found.size();
    std::copy_n(found.begin(), std::min(capacity, found.size()), ids);
    return 0;
  });
}

const HilumSentencePieceTable kTable = {
    HILUM_SENTENCEPIECE_ABI, load, free_processor, size, piece, is_special, byte_of, encode};

}  // namespace

extern "C" __attribute__((visibility("default"))) const void* hilum_module_v1(uint32_t abi_version) {
  return abi_version == HILUM_SENTENCEPIECE_ABI ? &kTable : nullptr;
}
