// Checks of per-glyph data that HarfBuzz's sanitizers leave to the moment of drawing, where damage shows as a blank or
// half a glyph: metrics, 'loca', the glyphs of 'glyf', the offsets of 'gvar'. Raw bytes in, one walk over each table.
#include "check.h"

enum { GLYPH_HEADER = 10 };
enum { REPEAT = 0x08, X_SHORT = 0x02, X_SAME = 0x10, Y_SHORT = 0x04, Y_SAME = 0x20 }; // 'glyf', simple glyph flags
enum { ARGS_ARE_WORDS = 0x0001, HAS_SCALE = 0x0008, MORE = 0x0020, HAS_XY_SCALE = 0x0040, HAS_2X2 = 0x0080 };

/// hhea/hmtx or vhea/vmtx: the long metrics that the header counts must be there. Missing side bearings at the end are
/// let pass: fonts in use have that fault, and no outline or advance depends on them.
static bool metrics_check(const hfn_directory *d, uint32_t headerTag, uint32_t metricsTag, uint32_t glyphCount) {
  const hfn_table header = hfn_directory_find(d, headerTag), metrics = hfn_directory_find(d, metricsTag);
  if (header.length < 36 || !metrics.data) return true; // its absence or shape is another check's affair
  const uint32_t longMetrics = be16(header.data + 34);
  if (longMetrics == 0 && glyphCount > 0) return hfn_refuse(d->report, headerTag, HFN_WRONG_COUNT);
  if (metrics.length / 4 < longMetrics) return hfn_refuse(d->report, metricsTag, HFN_WRONG_COUNT);
  return true;
}

/// Horizontal and, where there are any, vertical metrics.
bool hfn_metrics_check(const hfn_directory *d, uint32_t glyphCount) {
  return metrics_check(d, HFN_TAG('h', 'h', 'e', 'a'), HFN_TAG('h', 'm', 't', 'x'), glyphCount) &&
         metrics_check(d, HFN_TAG('v', 'h', 'e', 'a'), HFN_TAG('v', 'm', 't', 'x'), glyphCount);
}

/// A simple glyph (contours > 0): end points ascend, and flags and coordinates of all points are there.
static bool simple_glyph_sound(const uint8_t *glyph, uint32_t length, uint32_t contours) {
  uint32_t at = GLYPH_HEADER + 2 * contours;
  if (at + 2 > length) return false;
  uint32_t points = 0;
  for (uint32_t c = 0; c < contours; c++) {
    const uint32_t last = be16(glyph + GLYPH_HEADER + 2 * c);
    if (last + 1 < points) return false;
    points = last + 1;
  }
  at += 2 + be16(glyph + at); // over the instructions
  uint32_t coordinateBytes = 0;
  for (uint32_t p = 0; p < points;) {
    if (at >= length) return false;
    const uint32_t flag = glyph[at++];
    const uint32_t bytes = (flag & X_SHORT ? 1 : flag & X_SAME ? 0 : 2) + (flag & Y_SHORT ? 1 : flag & Y_SAME ? 0 : 2);
    uint32_t run = 1;
    if (flag & REPEAT) {
      if (at >= length) return false;
      run += glyph[at++];
      if (run > points - p) run = points - p; // as HarfBuzz and FreeType read it
    }
    coordinateBytes += bytes * run;
    p += run;
  }
  return coordinateBytes <= length - at;
}

/// A composite glyph: every component record is there and names a glyph of the font. HarfBuzz would stop at the cut and
/// draw the components before it.
static bool composite_glyph_sound(const uint8_t *glyph, uint32_t length, uint32_t glyphCount) {
  uint32_t at = GLYPH_HEADER;
  for (;;) {
    if (at + 4 > length) return false;
    const uint32_t flags = be16(glyph + at);
    if (be16(glyph + at + 2) >= glyphCount) return false;
    at += 4 + (flags & ARGS_ARE_WORDS ? 4 : 2) + (flags & HAS_SCALE ? 2 : flags & HAS_XY_SCALE ? 4 : flags & HAS_2X2 ? 8 : 0);
    if (at > length) return false;
    if (!(flags & MORE)) return true;
  }
}

/// One entry of 'glyf'. Entries shorter than a header are blank for every reader where they are padding (zeros).
static bool glyph_sound(const uint8_t *glyph, uint32_t length, uint32_t glyphCount) {
  if (length < GLYPH_HEADER) {
    for (uint32_t i = 0; i < length; i++)
      if (glyph[i] != 0) return false;
    return true;
  }
  const uint32_t contours = be16(glyph);
  if (contours == 0) return true;
  return contours < 0x8000 ? simple_glyph_sound(glyph, length, contours) : composite_glyph_sound(glyph, length, glyphCount);
}

/// 'loca' has an entry for each glyph, ascending and inside 'glyf', and each glyph's data is whole. With 'VARC' the
/// font may have more glyphs than 'glyf'.
bool hfn_glyf_check(const hfn_directory *d, uint32_t glyphCount) {
  const hfn_table head = hfn_directory_find(d, HFN_TAG('h', 'e', 'a', 'd'));
  const hfn_table loca = hfn_directory_find(d, HFN_TAG('l', 'o', 'c', 'a'));
  const hfn_table glyf = hfn_directory_find(d, HFN_TAG('g', 'l', 'y', 'f'));
  if (!loca.length) return true;
  if (head.length < 54) return hfn_refuse(d->report, HFN_TAG('h', 'e', 'a', 'd'), HFN_MALFORMED);
  const uint32_t format = be16(head.data + 50);
  if (format > 1) return hfn_refuse(d->report, HFN_TAG('h', 'e', 'a', 'd'), HFN_MALFORMED);
  const uint32_t entries = loca.length / (format ? 4 : 2);
  uint32_t glyphs = glyphCount;
  if (entries < glyphCount + 1) {
    if (entries == 0 || !hfn_directory_find(d, HFN_TAG('V', 'A', 'R', 'C')).length)
      return hfn_refuse(d->report, HFN_TAG('l', 'o', 'c', 'a'), HFN_WRONG_COUNT);
    glyphs = entries - 1;
  }
  uint32_t start = format ? be32(loca.data) : 2 * be16(loca.data);
  for (uint32_t g = 1; g <= glyphs; g++) {
    const uint32_t end = format ? be32(loca.data + 4 * g) : 2 * be16(loca.data + 2 * g);
    if (end < start || end > glyf.length) return hfn_refuse(d->report, HFN_TAG('l', 'o', 'c', 'a'), HFN_WRONG_ORDER);
    if (end > start && !glyph_sound(glyf.data + start, end - start, glyphCount))
      return hfn_refuse(d->report, HFN_TAG('g', 'l', 'y', 'f'), HFN_GLYPH_CUT);
    start = end;
  }
  return true;
}

/// 'gvar': the variation data of each glyph lies inside the table, in order. Damage there would silently give the
/// default instance.
bool hfn_gvar_check(const hfn_directory *d, uint32_t glyphCount) {
  const uint32_t tag = HFN_TAG('g', 'v', 'a', 'r');
  const hfn_table gvar = hfn_directory_find(d, tag);
  if (!gvar.length) return true;
  if (gvar.length < 20) return hfn_refuse(d->report, tag, HFN_MALFORMED);
  uint32_t glyphs = be16(gvar.data + 12);
  if (glyphs > glyphCount) glyphs = glyphCount;
  const uint32_t longOffsets = be16(gvar.data + 14) & 1, base = be32(gvar.data + 16);
  if ((gvar.length - 20) / (longOffsets ? 4 : 2) < glyphs + 1) return hfn_refuse(d->report, tag, HFN_WRONG_COUNT);
  if (base > gvar.length) return hfn_refuse(d->report, tag, HFN_WRONG_ORDER);
  const uint8_t *offsets = gvar.data + 20;
  uint32_t start = 0;
  for (uint32_t g = 0; g <= glyphs; g++) {
    const uint32_t end = longOffsets ? be32(offsets + 4 * g) : 2 * be16(offsets + 2 * g);
    if (end < start || end > gvar.length - base) return hfn_refuse(d->report, tag, HFN_WRONG_ORDER);
    if (g > 0 && end > start) { // header: tuple count, offset of the serialized data
      const uint8_t *data = gvar.data + base + start;
      if (end - start < 4 || be16(data + 2) > end - start) return hfn_refuse(d->report, tag, HFN_GLYPH_CUT);
    }
    start = end;
  }
  return true;
}
