// Glyphs as bits, one each: those that a lookup begins at, and those in a buffer. HarfBuzz's digests of them have false positives: in long text most calls of mark and
// context lookups were for glyphs they do not cover, and searched a coverage table each. build.py has HarfBuzz fill and ask these (see PATCHES). Knows no HarfBuzz types.
#ifndef HFN_COVERED_HH
#define HFN_COVERED_HH

#include <cstdint>
#include <cstdlib>
#include <cstring>

/// Glyphs that have a bit: ids of 16 bits, at most 8 KB a lookup.
static constexpr unsigned HFN_GLYPHS = 65536;
/// Words that a lookup's ranges may touch: a hostile font names all glyphs in thousands of ranges, and HarfBuzz takes ranges that overlap or fall.
static constexpr unsigned HFN_RANGED_WORDS = 65536;
/// Memory of all lookups of all fonts: a font may have 65,535 lookups, of which a real one has some hundreds with a few hundred bytes each.
static constexpr unsigned HFN_COVERED_BYTES = 32 << 20;
inline unsigned hfn_covered_bytes = 0;

/// What a lookup begins at. Collects coverage tables as HarfBuzz's sets do (add_range, add_sorted_array). Beyond a limit, without memory, or with glyphs over HFN_GLYPHS, `words` is null: then any glyph may be covered.
struct hfn_covered_t {
  uint64_t *words;
  unsigned first, span; // glyphs below and from here on are not covered; multiples of 64
  unsigned ranged;
  bool unknown;

  void fini() {
    free(words);
    hfn_covered_bytes -= span / 8;
    words = nullptr;
    first = span = 0;
  }
  bool give_up() {
    fini();
    unknown = true;
    return false;
  }
  /// Makes room for glyphs up to `last`.
  bool reach(unsigned last) {
    if (last < span) return true;
    unsigned wanted = last < HFN_GLYPHS / 2 && last < span + span / 2 ? span + span / 2 : last;
    wanted = (wanted | 63) + 1;
    if (unknown || last >= HFN_GLYPHS || hfn_covered_bytes + (wanted - span) / 8 > HFN_COVERED_BYTES) return give_up();
    auto *more = (uint64_t *)realloc(words, wanted / 8);
    if (!more) return give_up();
    memset(more + span / 64, 0, (wanted - span) / 8);
    if (!words) first = wanted;
    words = more;
    hfn_covered_bytes += (wanted - span) / 8;
    span = wanted;
    return true;
  }
  bool add_range(unsigned from, unsigned last) {
    if (from > last) return true; // holds no glyph
    unsigned at = from >> 6;
    const unsigned end = last >> 6;
    if ((ranged += end - at + 1) > HFN_RANGED_WORDS) return give_up();
    if (!reach(last)) return false;
    if (from < first) first = at << 6;
    const uint64_t head = ~uint64_t(0) << (from & 63), tail = ~uint64_t(0) >> (63 - (last & 63));
    if (at == end) {
      words[at] |= head & tail;
      return true;
    }
    words[at++] |= head;
    while (at < end) words[at++] = ~uint64_t(0);
    words[end] |= tail;
    return true;
  }
  template <typename glyphs_t> bool add_sorted_array(const glyphs_t &glyphs) {
    for (unsigned i = glyphs.length; i--;) { // the greatest first, so that memory is asked for once
      const unsigned glyph = glyphs[i];
      if (!reach(glyph)) return false;
      if (glyph < first) first = glyph & ~63u;
      words[glyph >> 6] |= uint64_t(1) << (glyph & 63);
    }
    return true;
  }
  static bool has(const uint64_t *words, unsigned span, unsigned glyph) { return glyph < span && (words[glyph >> 6] >> (glyph & 63) & 1); }
  bool has(unsigned glyph) const { return !words || has(words, span, glyph); }
};

/// A buffer's digest with the glyphs themselves beside it. Like the digest it may hold glyphs that are no longer in the buffer, never too few.
template <typename digest_t> struct hfn_glyphs_t : digest_t {
  uint64_t words[HFN_GLYPHS / 64];
  unsigned used; // words behind this are 0

  hfn_glyphs_t &operator=(const digest_t &other) {
    clear();
    (digest_t &)*this = other;
    return *this;
  }
  void clear() {
    digest_t::clear();
    // a loop that is not made a memory.fill: that is a call out of WebAssembly, dearer than the few words of a short text
    while (used) {
      words[--used] = 0;
      __asm__ volatile("" ::: "memory");
    }
  }
  void add(unsigned glyph) {
    const unsigned at = glyph >> 6;
    const uint64_t bit = uint64_t(1) << (glyph & 63);
    if (glyph < HFN_GLYPHS) {
      if (words[at] & bit) return;
      words[at] |= bit;
      if (at >= used) used = at + 1;
    }
    digest_t::add(glyph);
  }
  template <typename T> void add_array(const T *array, unsigned count, unsigned stride) {
    for (unsigned i = 0; i < count; i++, array = (const T *)((const char *)array + stride)) add(*array);
  }
  /// False: the lookup covers none of the glyphs.
  bool meets(const hfn_covered_t &covered) const {
    if (!covered.words) return true;
    unsigned end = covered.span / 64;
    if (used < end) end = used;
    for (unsigned i = covered.first / 64; i < end; i++)
      if (words[i] & covered.words[i]) return true;
    return false;
  }
};

#endif
