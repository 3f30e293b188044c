// Which decisions about ligatures hang on the whole buffer. HarfBuzz numbers ligatures from 1 to 7 and over again, by one counter that runs through all lookups of a buffer; a mark belongs to a ligature where their
// numbers are the same. Between two ligatures of one lookup the distance of their numbers is told by the text between them. Between ligatures of different lookups it hangs on how many the earlier lookup has
// formed in all of the buffer: by chance, once in seven times, they are the same. Such comparisons are noted here, for streams, which do not know the text to come. build.py has HarfBuzz call this (see PATCHES).
#ifndef HFN_LIGATURE_IDS_HH
#define HFN_LIGATURE_IDS_HH

#include <cstdint>

/// Bits of glyph_props that HarfBuzz leaves free: which of the lookups that formed ligatures has numbered the glyph, modulo 4.
#define HFN_LIGATURE_LOOKUP 0x81u

/// The lookup that is being applied, the last one that formed a ligature, how many such lookups there were, and the spans of clusters where numbers of different lookups were compared.
struct hfn_ligature_ids_t {
  static constexpr unsigned MOST = 16;
  unsigned lookup, last, count, spans;
  struct { uint32_t first, last; } span[MOST];

  void begin() { lookup = last = count = spans = 0; }
  void allocate() {
    if (last == lookup) return;
    last = lookup;
    count++;
  }
  unsigned bits() const { return (count & 1) | (count & 2) << 6; }
  void note(uint32_t a, uint32_t b) {
    uint32_t first = a < b ? a : b, behind = a < b ? b : a;
    if (spans == MOST) { // one span for all that are too many
      auto &wide = span[MOST - 1];
      if (first < wide.first) wide.first = first;
      if (behind > wide.last) wide.last = behind;
      return;
    }
    span[spans].first = first;
    span[spans++].last = behind;
  }
};
inline hfn_ligature_ids_t hfn_ligature_ids;

#endif
