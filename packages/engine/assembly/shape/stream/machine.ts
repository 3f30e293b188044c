// Whether a face is shaped by state machines: AAT (morx, mort, kerx) or Apple's kind of `kern`. Their state reaches over any length of text, and HarfBuzz marks all of it as dependent.
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
  return found;
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
