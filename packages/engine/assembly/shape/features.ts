// Feature requests: from HarfBuzz's syntax to its structs, and which feature tags a face has at all.
import { Face } from "../font/face";
import {
  free,
  hb_aat_layout_has_substitution,
  hb_blob_destroy,
  hb_blob_get_length,
  hb_face_reference_table,
  hb_feature_from_string,
  hb_ot_layout_table_get_feature_tags,
  malloc,
  realloc,
} from "../native";

/** sizeof(hb_feature_t): tag, value, start, end (code points, half-open; end 2³²−1: to the end). */
export const FEATURE_BYTES: usize = 16;
const GSUB: u32 = 0x47535542;
const GPOS: u32 = 0x47504f53;
const KERN_TABLE: u32 = 0x6b65726e; // "kern", the old table and the feature alike
const PAGE: u32 = 64;
const page = memory.data(256, 4);
const pageCount = memory.data(4, 4);

/** Parses one feature string into a hb_feature_t at `out`. False: not in HarfBuzz's syntax. */
export function featureParse(text: usize, bytes: u32, out: usize): bool {
  return hb_feature_from_string(text, <i32>bytes, out) != 0;
}

/** Whether the face can do anything with a feature of this tag. AAT faces map features by tables of their own, so each is taken as known there. */
export function featureKnown(face: Face, tag: u32): bool {
  if (face.tagLists == 0) listTags(face);
  const list = face.tagLists;
  if (list == 0) return true; // no memory for the list: better no warning than a wrong one
  const count = <usize>load<u32>(list);
  if (load<u32>(list, 4) != 0) return true;
  for (let i: usize = 0; i < count; i++) if (load<u32>(list + 8 + (i << 2)) == tag) return true;
  return false;
}

// {count, everything is known, tags…}: GSUB's and GPOS's feature tags as they come, with repeats
function listTags(face: Face): void {
  let list = malloc(8 + (PAGE << 2));
  if (list == 0) return;
  let count: u32 = 0;
  let capacity = PAGE;
  for (let table = 0; table < 2; table++) {
    let start: u32 = 0;
    for (;;) {
      store<u32>(pageCount, PAGE);
      hb_ot_layout_table_get_feature_tags(face.hb, table == 0 ? GSUB : GPOS, start, pageCount, page);
      const got = load<u32>(pageCount);
      if (count + got + 1 > capacity) {
        capacity = (count + got + 1) * 2;
        const grown = realloc(list, 8 + ((<usize>capacity) << 2));
        if (grown == 0) {
          free(list);
          return;
        }
        list = grown;
      }
      memory.copy(list + 8 + ((<usize>count) << 2), page, (<usize>got) << 2);
      count += got;
      start += got;
      if (got < PAGE) break;
    }
  }
  const kern = hb_face_reference_table(face.hb, KERN_TABLE);
  if (hb_blob_get_length(kern) > 0) {
    store<u32>(list + 8 + ((<usize>count) << 2), KERN_TABLE);
    count++;
  }
  hb_blob_destroy(kern);
  store<u32>(list, count);
  store<u32>(list, hb_aat_layout_has_substitution(face.hb) != 0 ? 1 : 0, 4);
  face.tagLists = list;
}
