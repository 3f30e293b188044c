// What the font check's files share: the report, the reasons, and one face's table directory over raw sfnt bytes.
#pragma once
#include <stdbool.h>
#include "container.h"
#ifdef __cplusplus
extern "C" {
#endif

/// Why a font is refused. The numbers are part of the module's interface: never reuse one.
enum {
  HFN_NO_DIRECTORY = 1, // no sfnt header, or the directory ends beyond the file; tag 0
  HFN_NO_FACE = 2,      // a collection has no face of that index; tag 0
  HFN_CUT_SHORT = 3,    // a table ends beyond the file
  HFN_MISSING = 4,      // a table that every font needs is not there
  HFN_MALFORMED = 5,    // HarfBuzz's sanitizer refuses the table
  HFN_WRONG_COUNT = 6,  // the table holds fewer records than another table says
  HFN_WRONG_ORDER = 7,  // offsets go backwards or beyond the table they point into
  HFN_GLYPH_CUT = 8,    // a glyph's own data ends before what its header promises
};

typedef struct {
  uint32_t tag;    // the first offending table, 0 for the file as a whole
  uint32_t reason; // one of the above, 0 when the font is sound
} hfn_report;

typedef struct {
  const uint8_t *file;
  uint32_t fileBytes;
  const uint8_t *records; // tableCount records of 16 bytes, all inside the file
  uint32_t tableCount;
  hfn_report *report;
} hfn_directory;

typedef struct {
  const uint8_t *data; // 0 when the font has no such table
  uint32_t length;
} hfn_table;

#define HFN_TAG(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

bool hfn_refuse(hfn_report *report, uint32_t tag, uint32_t reason);
bool hfn_directory_open(hfn_directory *d, const uint8_t *file, uint32_t fileBytes, uint32_t faceIndex, hfn_report *report);
hfn_table hfn_directory_find(const hfn_directory *d, uint32_t tag);
bool hfn_directory_check(const hfn_directory *d);
bool hfn_metrics_check(const hfn_directory *d, uint32_t glyphCount);
bool hfn_glyf_check(const hfn_directory *d, uint32_t glyphCount);
bool hfn_gvar_check(const hfn_directory *d, uint32_t glyphCount);

#ifdef __cplusplus
}
#endif
