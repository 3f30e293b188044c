// WOFF 1.0 (W3C) to sfnt: every table is stored or a zlib stream of a stated length. Each offset and length of the
// file is checked before it is used, sizes are added in 64 bits, and what is written was counted first.
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>
#include "container.h"

enum { MAX_DEFLATE_RATIO = 1032 }; // deflate cannot do better: a length of 258 costs at least two bits
enum { WOFF_HEADER = 44, WOFF_ENTRY = 20, SFNT_HEADER = 12, SFNT_ENTRY = 16 };

/// The sfnt's directory header for n tables (OpenType 1.9, "Table directory": search fields).
static void put_sfnt_header(uint8_t *out, uint32_t flavor, uint32_t n) {
  uint32_t power = 0;
  while ((2u << power) <= n) power++;
  put32(out, flavor);
  put16(out + 4, n);
  put16(out + 6, 16u << power);
  put16(out + 8, power);
  put16(out + 10, n * 16 - (16u << power));
}

/// See hfn_decode. The tables keep the directory's order and their stated checksums.
int hfn_woff_decode(const uint8_t *data, uint32_t length, uint32_t maxOut, uint8_t **out, uint32_t *outLength) {
  if (length < WOFF_HEADER) return HFN_INVALID;
  const uint32_t count = be16(data + 12);
  if (be32(data + 8) != length || count == 0) return HFN_INVALID;
  const uint64_t directoryEnd = WOFF_HEADER + (uint64_t)count * WOFF_ENTRY;
  if (directoryEnd > length) return HFN_INVALID;

  uint64_t total = SFNT_HEADER + (uint64_t)count * SFNT_ENTRY;
  for (uint32_t i = 0; i < count; i++) {
    const uint8_t *entry = data + WOFF_HEADER + i * WOFF_ENTRY;
    const uint32_t offset = be32(entry + 4), stored = be32(entry + 8), original = be32(entry + 12);
    if (offset < directoryEnd || offset > length || stored > length - offset || stored > original) return HFN_INVALID;
    if (original / MAX_DEFLATE_RATIO > stored) return HFN_INVALID; // and asks for no memory in vain
    total += ((uint64_t)original + 3) & ~(uint64_t)3;
  }
  if (total > maxOut) return HFN_TOO_LARGE;

  uint8_t *sfnt = malloc((size_t)total);
  struct libdeflate_decompressor *inflate = libdeflate_alloc_decompressor();
  if (!sfnt || !inflate) {
    free(sfnt);
    if (inflate) libdeflate_free_decompressor(inflate);
    return HFN_NO_MEMORY;
  }
  put_sfnt_header(sfnt, be32(data + 4), count);
  uint32_t at = SFNT_HEADER + count * SFNT_ENTRY;
  int status = HFN_OK;
  for (uint32_t i = 0; i < count && status == HFN_OK; i++) {
    const uint8_t *entry = data + WOFF_HEADER + i * WOFF_ENTRY;
    const uint32_t stored = be32(entry + 8), original = be32(entry + 12);
    const uint8_t *from = data + be32(entry + 4);
    if (stored == original) {
      memcpy(sfnt + at, from, original);
    } else if (libdeflate_zlib_decompress(inflate, from, stored, sfnt + at, original, 0) != LIBDEFLATE_SUCCESS) {
      status = HFN_INVALID; // with no place for a shorter length, libdeflate demands exactly `original` bytes
    }
    uint8_t *record = sfnt + SFNT_HEADER + i * SFNT_ENTRY;
    memcpy(record, entry, 4);
    put32(record + 4, be32(entry + 16));
    put32(record + 8, at);
    put32(record + 12, original);
    const uint32_t padded = (original + 3) & ~3u;
    memset(sfnt + at + original, 0, padded - original);
    at += padded;
  }
  libdeflate_free_decompressor(inflate);
  if (status != HFN_OK) {
    free(sfnt);
    return status;
  }
  *out = sfnt;
  *outLength = (uint32_t)total;
  return HFN_OK;
}
