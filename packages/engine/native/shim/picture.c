// Picture files to 8-bit grey: PNG of every kind through libspng, PGM (P5) by hand. Each size is checked before memory
// is asked for. Knows nothing of what the picture is for; 255 is white.
#include <spng.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include "container.h"

enum { MAX_DEFLATE_RATIO = 1032 };   // deflate cannot do better: a length of 258 costs at least two bits
enum { CHUNK_CACHE_BYTES = 16 << 20 }; // what colour profiles and texts may unpack to; none of them is used

/// libspng's ending of an encoder, which is never begun here: so the compressor need not be linked.
int deflateEnd(z_streamp stream) {
  (void)stream;
  return Z_STREAM_ERROR;
}

/// What hfn_picture found.
struct picture {
  uint8_t *pixels;
  uint32_t width, height;
};

/// White paper under the picture, then the grey of ITU-R BT.601 (0.299 R + 0.587 G + 0.114 B), rounded.
static uint8_t grey_of(const uint8_t *rgba) {
  const uint32_t luma = (299u * rgba[0] + 587u * rgba[1] + 114u * rgba[2] + 500u) / 1000u;
  const uint32_t alpha = rgba[3];
  return (uint8_t)((luma * alpha + 255u * (255u - alpha) + 127u) / 255u);
}

/// The colours of a palette image as grey, by index. Returns how many there are; 0: none can be had.
static uint32_t palette_of(spng_ctx *png, uint8_t grey[256]) {
  struct spng_plte palette;
  if (spng_get_plte(png, &palette)) return 0;
  struct spng_trns clear;
  const uint32_t clears = spng_get_trns(png, &clear) ? 0 : clear.n_type3_entries;
  for (uint32_t i = 0; i < palette.n_entries; i++) {
    const struct spng_plte_entry *entry = &palette.entries[i];
    const uint8_t rgba[4] = {entry->red, entry->green, entry->blue, i < clears ? clear.type3_alpha[i] : 255};
    grey[i] = grey_of(rgba);
  }
  return palette.n_entries;
}

static int from_png(spng_ctx *png, uint32_t length, uint32_t maxSide, uint32_t maxArea, struct picture *out) {
  struct spng_ihdr header;
  if (spng_set_chunk_limits(png, CHUNK_CACHE_BYTES, CHUNK_CACHE_BYTES)) return HFN_INVALID;
  if (spng_get_ihdr(png, &header)) return HFN_INVALID;
  if (header.width > maxSide || header.height > maxSide || (uint64_t)header.width * header.height > maxArea)
    return HFN_TOO_LARGE;
  static const uint8_t channels[7] = {1, 0, 3, 1, 2, 0, 4};
  const uint64_t bits = (uint64_t)header.width * channels[header.color_type % 7] * header.bit_depth;
  // so that a short file asks for no memory in vain
  if ((bits / 8) * header.height / MAX_DEFLATE_RATIO > length) return HFN_INVALID;

  const size_t rowBytes = (size_t)header.width * 4;
  uint8_t *row = malloc(rowBytes);
  uint8_t *pixels = malloc((size_t)header.width * header.height);
  int status = row && pixels ? HFN_OK : HFN_NO_MEMORY;
  // libspng gives black for an index beyond the palette and does not say so: here the indices are looked up themselves
  const int indexed = header.color_type == SPNG_COLOR_TYPE_INDEXED;
  if (!status) {
    const int format = indexed ? SPNG_FMT_PNG : SPNG_FMT_RGBA8;
    const int error = spng_decode_image(png, 0, 0, format, SPNG_DECODE_TRNS | SPNG_DECODE_PROGRESSIVE);
    if (error) status = error == SPNG_EMEM ? HFN_NO_MEMORY : HFN_INVALID;
  }
  uint8_t palette[256];
  const uint32_t colours = indexed && !status ? palette_of(png, palette) : 0;
  if (indexed && !status && colours == 0) status = HFN_INVALID;
  static const uint8_t first[7] = {0, 4, 0, 2, 0, 1, 0}, step[7] = {8, 8, 4, 4, 2, 2, 1}; // Adam7's columns by pass
  while (!status) {
    struct spng_row_info info;
    const int more = spng_get_row_info(png, &info);
    // of interlaced rows the last is not told as such where the last pass is empty: an image of one row or column
    if (more == SPNG_EOI) break;
    if (more) { status = HFN_INVALID; break; }
    // indices of fewer than 8 bits are put into the row of an interlaced image by "or"
    if (indexed) memset(row, 0, header.width);
    const int error = spng_decode_row(png, row, rowBytes);
    if (error && error != SPNG_EOI) { status = error == SPNG_EMEM ? HFN_NO_MEMORY : HFN_INVALID; break; }
    uint8_t *to = pixels + (size_t)info.row_num * header.width;
    const int pass = header.interlace_method ? info.pass : 6;
    if (indexed) {
      const uint32_t depth = header.bit_depth, mask = (1u << depth) - 1;
      for (uint32_t x = first[pass]; x < header.width; x += step[pass]) {
        const uint64_t bit = (uint64_t)x * depth;
        const uint32_t index = row[bit >> 3] >> (8 - depth - (bit & 7)) & mask;
        if (index >= colours) {
          status = HFN_NO_COLOUR;
          *out = (struct picture){0, index, colours};
          break;
        }
        to[x] = palette[index];
      }
      if (status) break;
    } else {
      for (uint32_t x = first[pass]; x < header.width; x += step[pass]) to[x] = grey_of(row + 4 * (size_t)x);
    }
    if (error == SPNG_EOI) break;
  }
  // to the end of the file: a checksum or the end may be missing
  if (!status && spng_decode_chunks(png)) status = HFN_INVALID;
  free(row);
  if (status) {
    free(pixels);
    return status;
  }
  *out = (struct picture){pixels, header.width, header.height};
  return HFN_OK;
}

/// The number at *at, behind white space and comments (Netpbm's pgm(5)); 0: there is none, or it is over a million.
static uint32_t pgm_number(const uint8_t *data, uint32_t length, uint32_t *at) {
  for (; *at < length; ++*at) {
    const uint8_t c = data[*at];
    if (c == '#') while (*at + 1 < length && data[*at + 1] != '\n' && data[*at + 1] != '\r') ++*at;
    else if (c != ' ' && (c < '\t' || c > '\r')) break;
  }
  uint32_t value = 0;
  for (; *at < length && data[*at] >= '0' && data[*at] <= '9'; ++*at) {
    value = value * 10 + (data[*at] - '0');
    if (value > 1000000) return 0;
  }
  return value;
}

static int from_pgm(const uint8_t *data, uint32_t length, uint32_t maxSide, uint32_t maxArea, struct picture *out) {
  uint32_t at = 2;
  const uint32_t width = pgm_number(data, length, &at);
  const uint32_t height = pgm_number(data, length, &at);
  const uint32_t white = pgm_number(data, length, &at);
  if (!width || !height || !white || white > 65535 || at >= length) return HFN_INVALID;
  at++; // one byte of white space ends the header
  if (width > maxSide || height > maxSide || (uint64_t)width * height > maxArea) return HFN_TOO_LARGE;
  const size_t count = (size_t)width * height;
  const uint32_t wide = white > 255;
  if (count > (length - at) >> wide) return HFN_INVALID;
  uint8_t *pixels = malloc(count);
  if (!pixels) return HFN_NO_MEMORY;
  for (size_t i = 0; i < count; i++) {
    const uint32_t value = wide ? be16(data + at + 2 * i) : data[at + i];
    pixels[i] = value >= white ? 255 : (uint8_t)((value * 255 + white / 2) / white);
  }
  *out = (struct picture){pixels, width, height};
  return HFN_OK;
}

/// Decodes a PNG or a binary PGM. On 0 *out holds {pixels (from malloc, the caller's), width, height}; otherwise pixels
/// is 0: -1 the file is damaged or contradicts itself, -2 a side is over maxSide or the area over maxArea, -3 memory is
/// used up, -4 neither PNG nor P5, -5 a pixel has no colour: width is its palette index, height how many the palette has.
int hfn_picture(const uint8_t *data, uint32_t length, uint32_t maxSide, uint32_t maxArea, struct picture *out) {
  static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  *out = (struct picture){0, 0, 0};
  if (length >= 3 && data[0] == 'P' && data[1] == '5' && (data[2] == '#' || data[2] == ' ' || (data[2] >= '\t' && data[2] <= '\r')))
    return from_pgm(data, length, maxSide, maxArea, out);
  if (length < 8 || memcmp(data, signature, 8) != 0) return HFN_UNSUPPORTED;
  spng_ctx *png = spng_ctx_new(0);
  if (!png) return HFN_NO_MEMORY;
  int status = spng_set_png_buffer(png, data, length) ? HFN_INVALID : from_png(png, length, maxSide, maxArea, out);
  spng_ctx_free(png);
  return status;
}
