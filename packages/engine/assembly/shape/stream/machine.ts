// Whether a face is shaped by state machines: AAT (morx, mort, kerx) or Apple's kind of `kern`. Their state reaches over any length of text, and HarfBuzz marks all of it as dependent.
// So do reverse chains of GSUB, in which a glyph may hang on one any distance behind it, by way of all those in between.
import { Face } from "../../font/face";
import {
  hb_aat_layout_has_positioning,
  hb_aat_layout_has_substitution,
  hb_blob_destroy,
  hb_blob_get_data,
  hb_blob_get_length,
  hb_face_reference_table,
} from "../../native";

const KERN: u32 = 0x6b65726e;
const GSUB: u32 = 0x47535542;
/** Kinds of GSUB lookups (OpenType 1.9, GSUB: lookupType). */
const EXTENSION: u32 = 7;
const REVERSE_CHAIN: u32 = 8;
const APPLE: u32 = 0x00010000;
/** Format 1 of a kern subtable, in the low byte of Apple's coverage and in the high byte of OpenType's (kern table, Apple TrueType Reference Manual; OpenType 1.9). */
const STATE_MACHINE: u32 = 1;
/** Subtables looked at; fonts have a few. */
const SUBTABLES: u32 = 256;

export function hasMachine(face: Face): bool {
  if (hb_aat_layout_has_substitution(face.hb) != 0 || hb_aat_layout_has_positioning(face.hb) != 0) return true;
  const blob = hb_face_reference_table(face.hb, KERN);
  const found = kernMachine(hb_blob_get_data(blob, 0), hb_blob_get_length(blob));
  hb_blob_destroy(blob);
  if (found) return true;
  const gsub = hb_face_reference_table(face.hb, GSUB);
  const reverse = reverseChain(hb_blob_get_data(gsub, 0), hb_blob_get_length(gsub));
  hb_blob_destroy(gsub);
  return reverse;
}

// 0 behind the table's end: HarfBuzz reads a table that is cut short as empty there
function wordIn(table: usize, bytes: u32, at: u32): u32 {
  return at + 2 <= bytes ? word(table + <usize>at) : 0;
}

function reverseChain(table: usize, bytes: u32): bool {
  const list = wordIn(table, bytes, 8);
  const count: u32 = list == 0 ? 0 : wordIn(table, bytes, list);
  for (let i: u32 = 0; i < count; i++) {
    const lookup = list + wordIn(table, bytes, list + 2 + i * 2);
    let kind = wordIn(table, bytes, lookup);
    if (kind == EXTENSION && wordIn(table, bytes, lookup + 4) > 0) kind = wordIn(table, bytes, lookup + wordIn(table, bytes, lookup + 6) + 2);
    if (kind == REVERSE_CHAIN) return true;
  }
  return false;
}

function word(at: usize): u32 {
  return ((<u32>load<u8>(at)) << 8) | <u32>load<u8>(at, 1);
}

function kernMachine(table: usize, bytes: u32): bool {
  if (bytes < 8) return false;
  const apple = ((word(table) << 16) | word(table + 2)) == APPLE;
  const count = min(apple ? (word(table + 4) << 16) | word(table + 6) : word(table + 2), SUBTABLES);
  let at: u32 = apple ? 8 : 4;
  for (let i: u32 = 0; i < count && at + 8 <= bytes; i++) {
    const subtable = table + <usize>at;
    const length: u32 = apple ? (word(subtable) << 16) | word(subtable + 2) : word(subtable + 2);
    const coverage = word(subtable + 4);
    if ((apple ? coverage & 0xff : coverage >> 8) == STATE_MACHINE) return true;
    if (length < 6 || length > bytes - at) return false;
    at += length;
  }
  return false;
}
