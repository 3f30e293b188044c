// The glyphs that a lookup begins at, one bit each. HarfBuzz's digest of them has false positives: in long text most calls of mark and context
// lookups were for glyphs they do not cover, and each of them searched a coverage table. build.py has HarfBuzz fill and ask this (see PATCHES).
#ifndef HFN_COVERED_HH
#define HFN_COVERED_HH

#include <cstdint>
#include <cstdlib>
#include <cstring>

/// Collects coverage tables as HarfBuzz's sets do (add_range, add_sorted_array). Without memory, or with glyphs over MOST, `bits` is null: then any glyph may be covered.
struct hfn_covered_t {
  static constexpr unsigned MOST = 65536; // glyph ids of 16 bits: at most 8 KB a lookup
  uint8_t *bits;
  unsigned span; // glyphs from here on are not covered; a multiple of 8
  bool unknown;

  void init() { bits = nullptr, span = 0, unknown = false; }
  void fini() {
    free(bits);
    init();
  }
  /// Makes room for glyphs up to `last`.
  bool reach(unsigned last) {
    if (last < span) return true;
    unsigned wanted = last < MOST / 2 && last < span + span / 2 ? span + span / 2 : last;
    wanted = (wanted | 63) + 1;
    auto *more = unknown || last >= MOST ? nullptr : (uint8_t *)realloc(bits, wanted / 8);
    if (!more) {
      fini();
      unknown = true;
      return false;
    }
    memset(more + span / 8, 0, (wanted - span) / 8);
    bits = more;
    span = wanted;
    return true;
  }
  bool add_range(unsigned first, unsigned last) {
    if (first > last) return true; // holds no glyph
    if (!reach(last)) return false;
    for (; first <= last; first++) bits[first >> 3] |= 1u << (first & 7);
    return true;
  }
  template <typename glyphs_t> bool add_sorted_array(const glyphs_t &glyphs) {
    for (unsigned i = glyphs.length; i--;) // the greatest first, so that memory is asked for once
      if (!add_range(glyphs[i], glyphs[i])) return false;
    return true;
  }
  static bool has(const uint8_t *bits, unsigned span, unsigned glyph) { return glyph < span && (bits[glyph >> 3] >> (glyph & 7) & 1); }
  bool has(unsigned glyph) const { return !bits || has(bits, span, glyph); }
};

#endif
