// zlib streams and CRC-32 for the PNG writer, over libdeflate. One compressor a level is made on first use and kept:
// making one costs more than compressing a small picture. Knows nothing of PNG.
#include <libdeflate.h>
#include <stddef.h>
#include <stdint.h>

enum { LEVELS = 13 }; // libdeflate's levels are 0 (stored) to 12 (slowest)
static struct libdeflate_compressor *compressors[LEVELS];

static struct libdeflate_compressor *compressor(int level) {
  if (level < 0 || level >= LEVELS) return 0;
  if (!compressors[level]) compressors[level] = libdeflate_alloc_compressor(level);
  return compressors[level];
}

/// Compresses inBytes at in to a zlib stream at out. Returns the bytes written; 0 when they do not fit outCapacity,
/// the level is not 0..12, or memory is used up.
uint32_t hfn_deflate(int level, const void *in, uint32_t inBytes, void *out, uint32_t outCapacity) {
  struct libdeflate_compressor *c = compressor(level);
  return c ? (uint32_t)libdeflate_zlib_compress(c, in, inBytes, out, outCapacity) : 0;
}

/// The capacity that hfn_deflate never exceeds for inBytes of any content at this level; 0 where hfn_deflate would fail.
uint32_t hfn_deflate_bound(int level, uint32_t inBytes) {
  struct libdeflate_compressor *c = compressor(level);
  return c ? (uint32_t)libdeflate_zlib_compress_bound(c, inBytes) : 0;
}

/// CRC-32 (zlib's, PNG's) of n bytes at p, continuing from crc; start with 0.
uint32_t hfn_crc32(uint32_t crc, const void *p, uint32_t n) { return libdeflate_crc32(crc, p, n); }
