// The sfnt table directory of one face (OpenType 1.9, "Organization of an OpenType font"): finds it, checks that every
// table lies inside the file, and that what no font can do without is there. Reads raw bytes; knows no table's insides.
#include "check.h"

enum { SFNT_HEADER = 12, RECORD = 16, TTC_HEADER = 12 };

/// Records the first offence and answers false, so that a check can `return hfn_refuse(…)`.
bool hfn_refuse(hfn_report *report, uint32_t tag, uint32_t reason) {
  report->tag = tag;
  report->reason = reason;
  return false;
}

/// Opens the directory of a face. False, with the report filled in, when the face or its directory is not in the file.
bool hfn_directory_open(hfn_directory *d, const uint8_t *file, uint32_t fileBytes, uint32_t faceIndex, hfn_report *report) {
  report->tag = report->reason = 0;
  d->file = file;
  d->fileBytes = fileBytes;
  d->report = report;
  uint64_t at = 0;
  const int container = hfn_container(file, fileBytes);
  if (container == HFN_COLLECTION) {
    if (fileBytes < TTC_HEADER) return hfn_refuse(report, 0, HFN_NO_DIRECTORY);
    const uint32_t faces = be32(file + 8);
    if (faces > (fileBytes - TTC_HEADER) / 4) return hfn_refuse(report, 0, HFN_NO_DIRECTORY);
    if (faceIndex >= faces) return hfn_refuse(report, 0, HFN_NO_FACE);
    at = be32(file + TTC_HEADER + 4 * faceIndex);
  } else if (container != HFN_TRUETYPE && container != HFN_OPENTYPE_CFF) {
    return hfn_refuse(report, 0, HFN_NO_DIRECTORY);
  } else if (faceIndex != 0) {
    return hfn_refuse(report, 0, HFN_NO_FACE);
  }
  if (at + SFNT_HEADER > fileBytes) return hfn_refuse(report, 0, HFN_NO_DIRECTORY);
  d->tableCount = be16(file + at + 4);
  d->records = file + at + SFNT_HEADER;
  if (d->tableCount == 0 || at + SFNT_HEADER + (uint64_t)d->tableCount * RECORD > fileBytes)
    return hfn_refuse(report, 0, HFN_NO_DIRECTORY);
  return true;
}

/// The table's bytes; {0, 0} when there is none, or it ends beyond the file.
hfn_table hfn_directory_find(const hfn_directory *d, uint32_t tag) {
  const hfn_table none = {0, 0};
  for (uint32_t i = 0; i < d->tableCount; i++) {
    const uint8_t *record = d->records + i * RECORD;
    if (be32(record) != tag) continue;
    const uint32_t offset = be32(record + 8), length = be32(record + 12);
    if (offset > d->fileBytes || length > d->fileBytes - offset) return none;
    const hfn_table found = {d->file + offset, length};
    return found;
  }
  return none;
}

static bool has(const hfn_directory *d, uint32_t tag) { return hfn_directory_find(d, tag).length != 0; }

/// Every table inside the file; the tables that shaping and drawing rest on present and not empty. 'name', 'OS/2' and
/// 'post' are required by the specification, but Apple's and subset web fonts go without and render all the same.
bool hfn_directory_check(const hfn_directory *d) {
  for (uint32_t i = 0; i < d->tableCount; i++) {
    const uint8_t *record = d->records + i * RECORD;
    const uint32_t offset = be32(record + 8), length = be32(record + 12);
    if (offset > d->fileBytes || length > d->fileBytes - offset)
      return hfn_refuse(d->report, be32(record), HFN_CUT_SHORT);
  }
  static const uint32_t required[] = {HFN_TAG('h', 'e', 'a', 'd'), HFN_TAG('m', 'a', 'x', 'p'), HFN_TAG('c', 'm', 'a', 'p'),
                                      HFN_TAG('h', 'h', 'e', 'a'), HFN_TAG('h', 'm', 't', 'x')};
  for (uint32_t i = 0; i < sizeof required / sizeof *required; i++)
    if (!has(d, required[i])) return hfn_refuse(d->report, required[i], HFN_MISSING);

  // a font whose every glyph is blank has a 'glyf' of no bytes, so 'loca' is what says TrueType outlines are meant
  if (has(d, HFN_TAG('g', 'l', 'y', 'f')) && !has(d, HFN_TAG('l', 'o', 'c', 'a')))
    return hfn_refuse(d->report, HFN_TAG('l', 'o', 'c', 'a'), HFN_MISSING);
  static const uint32_t pictures[] = {
      HFN_TAG('l', 'o', 'c', 'a'), HFN_TAG('C', 'F', 'F', ' '), HFN_TAG('C', 'F', 'F', '2'), HFN_TAG('V', 'A', 'R', 'C'),
      HFN_TAG('C', 'B', 'D', 'T'), HFN_TAG('s', 'b', 'i', 'x'), HFN_TAG('E', 'B', 'D', 'T'), HFN_TAG('S', 'V', 'G', ' ')};
  for (uint32_t i = 0; i < sizeof pictures / sizeof *pictures; i++)
    if (has(d, pictures[i])) return true;
  return hfn_refuse(d->report, HFN_TAG('g', 'l', 'y', 'f'), HFN_MISSING);
}
