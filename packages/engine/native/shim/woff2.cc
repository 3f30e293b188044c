// WOFF2 to sfnt over Google's woff2 and brotli. The output grows by doubling within a stated limit and is refused
// beyond it; the header is checked first, so that a file of a few bytes cannot ask for gigabytes.
#include <stdlib.h>
#include <string.h>
#include <woff2/decode.h>
#include "container.h"

namespace {

constexpr uint32_t kHeaderBytes = 48;           // WOFF2 §4.1
constexpr uint32_t kFirstCapacity = 64 * 1024;  // covers a small font without growing

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
  const uint32_t hint = be32(data + 16);
  if (hint > maxOut) return HFN_TOO_LARGE;
  BoundedOut sink(hint > kFirstCapacity ? hint : kFirstCapacity, maxOut);
  if (sink.status != HFN_OK) return sink.status;
  if (!woff2::ConvertWOFF2ToTTF(data, length, &sink)) return sink.status != HFN_OK ? sink.status : HFN_INVALID;
  *outLength = static_cast<uint32_t>(sink.Size());
  *out = sink.Release();
  return HFN_OK;
}
