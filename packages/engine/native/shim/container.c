// Which container a font file is, and the door to the two decoders. Looks at the first four bytes only.
#include "container.h"

/// 0 unknown, 1 TrueType sfnt, 2 OpenType sfnt with CFF outlines, 3 collection, 4 WOFF, 5 WOFF2.
int hfn_container(const uint8_t *data, uint32_t length) {
  if (length < 4) return HFN_UNKNOWN;
  switch (be32(data)) {
    case 0x00010000: case 0x74727565: return HFN_TRUETYPE; // 1.0, 'true' (Apple)
    case 0x4f54544f: return HFN_OPENTYPE_CFF;              // 'OTTO'
    case 0x74746366: return HFN_COLLECTION;                // 'ttcf'
    case 0x774f4646: return HFN_WOFF;                      // 'wOFF'
    case 0x774f4632: return HFN_WOFF2;                     // 'wOF2'
  }
  return HFN_UNKNOWN;
}

/// Decodes a WOFF or WOFF2 file to an sfnt (WOFF2 collections to a 'ttcf') of at most maxOut bytes. On 0 *out is from
/// malloc and the caller's. Otherwise *out is 0: -1 the file contradicts itself, -2 it would be larger than maxOut,
/// -3 memory is used up, -4 neither WOFF nor WOFF2, or a flavour no decoder knows.
int hfn_decode(const uint8_t *data, uint32_t length, uint32_t maxOut, uint8_t **out, uint32_t *outLength) {
  *out = 0;
  *outLength = 0;
  switch (hfn_container(data, length)) {
    case HFN_WOFF: return hfn_woff_decode(data, length, maxOut, out, outLength);
    case HFN_WOFF2: return hfn_woff2_decode(data, length, maxOut, out, outLength);
  }
  return HFN_UNSUPPORTED;
}
