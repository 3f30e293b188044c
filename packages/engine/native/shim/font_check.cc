// Whether a font is sound, before anything is shaped with it. HarfBuzz reads a damaged table as an absent one, which a
// user would see as blank or unshaped text called a success; so each table that decides a result goes through
// HarfBuzz's own sanitizer here, and one that exists and does not pass refuses the font.
#include "hb.hh"
#include "hb-aat-layout.hh"
#include "hb-aat-layout-ankr-table.hh"
#include "hb-aat-layout-feat-table.hh"
#include "hb-aat-layout-kerx-table.hh"
#include "hb-aat-layout-morx-table.hh"
#include "hb-aat-layout-trak-table.hh"
#include "hb-aat-ltag-table.hh"
#include "hb-ot-cff1-table.hh"
#include "hb-ot-cff2-table.hh"
#include "hb-ot-cmap-table.hh"
#include "hb-ot-face.hh"
#include "hb-ot-head-table.hh"
#include "hb-ot-hhea-table.hh"
#include "hb-ot-hmtx-table.hh"
#include "hb-ot-kern-table.hh"
#include "hb-ot-layout-gdef-table.hh"
#include "hb-ot-layout-gpos-table.hh"
#include "hb-ot-layout-gsub-table.hh"
#include "hb-ot-maxp-table.hh"
#include "hb-ot-name-table.hh"
#include "hb-ot-os2-table.hh"
#include "hb-ot-var-avar-table.hh"
#include "hb-ot-var-fvar-table.hh"
#include "hb-ot-var-gvar-table.hh"
#include "hb-ot-var-hvar-table.hh"
#include "hb-ot-var-mvar-table.hh"
#include "hb-ot-vorg-table.hh"
#include "OT/Var/VARC/VARC.hh"
#include "check.h"

namespace {

/// Whether table T is absent, empty, or passes HarfBuzz's sanitizer as HarfBuzz itself would run it.
template <typename T>
bool sane(hb_face_t *face, hfn_report *report) {
  hb_blob_t *raw = hb_face_reference_table(face, T::tableTag);
  const bool present = hb_blob_get_length(raw) != 0;
  hb_blob_destroy(raw);
  if (!present) return true;
  hb_sanitize_context_t context;
  context.lazy_some_gpos = true;  // as the layout accelerators do: the rest is checked where it is used
  hb_blob_t *checked = context.reference_table<T>(face);
  const bool passed = hb_blob_get_length(checked) != 0;
  hb_blob_destroy(checked);
  return passed || hfn_refuse(report, T::tableTag, HFN_MALFORMED);
}

template <typename... Tables>
bool all_sane(hb_face_t *face, hfn_report *report) {
  return (sane<Tables>(face, report) && ...);
}

/// A CFF INDEX (count, offset size, count + 1 offsets from 1) whose parts follow one another: no offset goes back.
/// HarfBuzz has checked that the offsets and the last one's target are inside the table, but reads a charstring
/// between two bad offsets as an empty one.
template <typename Index>
bool index_sound(const Index &index) {
  if (index.count == 0) return true;  // an empty INDEX is its count alone
  const auto *bytes = reinterpret_cast<const uint8_t *>(&index) + Index::min_size;
  const unsigned offsetBytes = *bytes++;
  size_t previous = 1;
  for (unsigned i = 0; i <= index.count; i++) {
    size_t offset = 0;
    for (unsigned b = 0; b < offsetBytes; b++) offset = offset << 8 | *bytes++;
    if (offset < previous) return false;
    previous = offset;
  }
  return true;
}

/// CFF and CFF2: HarfBuzz's accelerator reads the dictionaries and compares the count of glyphs with 'maxp'.
template <typename Accelerator>
bool charstrings_sound(hb_face_t *face, const Accelerator &cff, uint32_t tag, hfn_report *report) {
  hb_blob_t *raw = hb_face_reference_table(face, tag);
  const bool present = hb_blob_get_length(raw) != 0;
  hb_blob_destroy(raw);
  if (!present) return true;
  if (!cff.is_valid()) return hfn_refuse(report, tag, HFN_MALFORMED);
  return index_sound(*cff.charStrings) || hfn_refuse(report, tag, HFN_WRONG_ORDER);
}

/// The tables that decide shaping, metrics, instances, names or outlines. What nothing here reads (bitmaps, colour,
/// MATH, STAT, meta, DSIG, hinting) may be damaged without costing the font. 'post' only names glyphs, and
/// HarfBuzz refuses Apple's versions of it, which are valid.
bool tables_sane(hb_face_t *face, hfn_report *report) {
  return all_sane<OT::head, OT::maxp, OT::hhea, OT::cmap, OT::OS2, OT::name, OT::vhea, OT::VORG>(face, report) &&
         all_sane<OT::fvar, OT::avar, OT::gvar, OT::HVAR, OT::VVAR, OT::MVAR, OT::VARC>(face, report) &&
         all_sane<OT::GDEF, OT::Layout::GSUB, OT::Layout::GPOS, OT::kern>(face, report) &&
         all_sane<AAT::morx, AAT::mort, AAT::kerx, AAT::ankr, AAT::trak, AAT::ltag, AAT::feat>(face, report);
}

}  // namespace

extern "C" {

int hfn_font_check(const uint8_t *file, uint32_t length, uint32_t faceIndex, hfn_report *report);

/// Checks one face of an sfnt or collection of `length` bytes at `file` (WOFF and WOFF2 are decoded first). 0: sound.
/// -1: not; the report then names the first offending table and the reason (check.h). -3: memory is used up. Keeps nothing.
int hfn_font_check(const uint8_t *file, uint32_t length, uint32_t faceIndex, hfn_report *report) {
  hfn_directory directory;
  if (!hfn_directory_open(&directory, file, length, faceIndex, report) || !hfn_directory_check(&directory)) return HFN_INVALID;

  hb_blob_t *blob = hb_blob_create(reinterpret_cast<const char *>(file), length, HB_MEMORY_MODE_READONLY, nullptr, nullptr);
  hb_face_t *face = hb_face_create(blob, faceIndex);
  hb_blob_destroy(blob);
  // HarfBuzz answers a failed allocation with its shared, immutable, empty face
  if (hb_face_is_immutable(face)) return HFN_NO_MEMORY;

  const uint32_t glyphCount = hb_face_get_glyph_count(face);
  bool sound = tables_sane(face, report);
  if (sound && glyphCount == 0) sound = hfn_refuse(report, HFN_TAG('m', 'a', 'x', 'p'), HFN_WRONG_COUNT);
  sound = sound && hfn_metrics_check(&directory, glyphCount) && hfn_glyf_check(&directory, glyphCount) &&
          hfn_gvar_check(&directory, glyphCount) &&
          charstrings_sound(face, *face->table.cff1, HFN_TAG('C', 'F', 'F', ' '), report) &&
          charstrings_sound(face, *face->table.cff2, HFN_TAG('C', 'F', 'F', '2'), report);
  hb_face_destroy(face);
  return sound ? HFN_OK : HFN_INVALID;
}

}  // extern "C"
