// WOFF2 to sfnt over Google's woff2 and brotli. The output grows by doubling within a stated limit and is refused
// beyond it; the header is checked first, so that a file of a few bytes cannot ask for gigabytes.
#include <stdlib.h>
#include <string.h>
#include <woff2/decode.h>
#include "container.h"

namespace {

constexpr uint32_t kHeaderBytes = 48;           // WOFF2 §4.1
constexpr uint32_t kFirstCapacity = 64 * 1024;  // covers a small font without growing
constexpr uint32_t kUsualRatio = 4;             // sfnt to WOFF2: 2 to 3 in most fonts
constexpr uint32_t kArbitraryTag = 63;          // directory flags: the tag follows in full

/// What the decoder will hold uncompressed before it writes anything: the sum of the directory's transformed lengths
/// (WOFF2 §4.1). woff2 allocates it at once and cannot fail softly. False when the directory is malformed.
bool UncompressedBytes(const uint8_t *data, uint32_t length, uint64_t *total) {
  uint32_t at = kHeaderBytes;
  auto number = [&](uint32_t *value) {  // UIntBase128
    *value = 0;
    for (int i = 0; i < 5; i++) {
      if (at >= length) return false;
      const uint8_t byte = data[at++];
      if (*value & 0xfe000000) return false;
      *value = *value << 7 | (byte & 0x7f);
      if (!(byte & 0x80)) return true;
    }
    return false;
  };
  *total = 0;
  for (uint32_t tables = be16(data + 12); tables > 0; tables--) {
    if (at >= length) return false;
    const uint8_t flags = data[at++];
    const uint32_t index = flags & 0x3f, version = flags >> 6;
    bool glyfOrLoca = index == 10 || index == 11;  // numbers of 'glyf' and 'loca' in the table of known tags
    if (index == kArbitraryTag) {
      if (length - at < 4) return false;
      const uint32_t tag = be32(data + at);
      glyfOrLoca = tag == 0x676c7966 || tag == 0x6c6f6361;
      at += 4;
    }
    uint32_t original = 0, transformed = 0;
    if (!number(&original)) return false;
    const bool hasTransform = glyfOrLoca ? version != 3 : version != 0;
    if (hasTransform && !number(&transformed)) return false;
    *total += hasTransform ? transformed : original;
  }
  return true;
}

/// woff2's output as one malloc'ed block of at most `limit` bytes. Says why it refused in `status`.
class BoundedOut final : public woff2::WOFF2Out {
 public:
  BoundedOut(size_t first, size_t limit) : limit_(limit) { Grow(first < limit ? first : limit); }
  ~BoundedOut() override { free(bytes_); }

  bool Write(const void *buf, size_t n) override { return Write(buf, size_, n); }

  bool Write(const void *buf, size_t offset, size_t n) override {
    if (offset > limit_ || n > limit_ - offset) {
      status = HFN_TOO_LARGE;
      return false;
    }
    const size_t end = offset + n;
    if (end > capacity_) {
      size_t wanted = capacity_ * 2 < end ? end : capacity_ * 2;
      if (!Grow(wanted < limit_ ? wanted : limit_)) return false;
    }
    if (offset > size_) memset(bytes_ + size_, 0, offset - size_);
    memcpy(bytes_ + offset, buf, n);
    if (end > size_) size_ = end;
    return true;
  }

  size_t Size() override { return size_; }

  uint8_t *Release() {
    uint8_t *bytes = bytes_;
    bytes_ = nullptr;
    return bytes;
  }

  int status = HFN_OK;

 private:
  bool Grow(size_t capacity) {
    auto *grown = static_cast<uint8_t *>(realloc(bytes_, capacity));
    if (!grown) {
      status = HFN_NO_MEMORY;
      return false;
    }
    bytes_ = grown;
    capacity_ = capacity;
    return true;
  }

  uint8_t *bytes_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
  size_t limit_;
};

}  // namespace

/// See hfn_decode. The header's own idea of the final size is a hint (the specification says so), the limit is not.
int hfn_woff2_decode(const uint8_t *data, uint32_t length, uint32_t maxOut, uint8_t **out, uint32_t *outLength) {
  if (length < kHeaderBytes || be32(data + 8) != length) return HFN_INVALID;
  uint64_t uncompressed;
  if (!UncompressedBytes(data, length, &uncompressed)) return HFN_INVALID;
  const uint32_t hint = be32(data + 16);
  if (uncompressed > maxOut || hint > maxOut) return HFN_TOO_LARGE;
  const uint64_t plausible = static_cast<uint64_t>(length) * kUsualRatio + kFirstCapacity;
  BoundedOut sink(hint < plausible ? hint + 1 : static_cast<size_t>(plausible), maxOut);
  if (sink.status != HFN_OK) return sink.status;
  if (!woff2::ConvertWOFF2ToTTF(data, length, &sink)) return sink.status != HFN_OK ? sink.status : HFN_INVALID;
  *outLength = static_cast<uint32_t>(sink.Size());
  *out = sink.Release();
  return HFN_OK;
}
