// Positioned glyphs in, the text or JSON that hb-shape prints out (hb_buffer_serialize_glyphs of HarfBuzz, its syntax to the byte), or one record a line.
// Works on columns wherever they lie, so that one shaping and a stream's flush are written by the same code. Knows nothing of shaping.
import { hb_font_get_glyph_extents, hb_font_glyph_to_string } from "../native";
import { putJsonString } from "./json-string";
import { putInteger } from "./number";
import { putByte, putBytes } from "./out";

export const LINE_NO_NAMES: u32 = 1;
export const LINE_NO_POSITIONS: u32 = 2;
/** Pen positions in place of offsets, and no advances. */
export const LINE_NO_ADVANCES: u32 = 4;
export const LINE_NO_CLUSTERS: u32 = 8;
export const LINE_FLAGS: u32 = 16;
export const LINE_EXTENTS: u32 = 32;
export const LINE_JSON: u32 = 64;
/** Each glyph in a line of its own, with a line feed behind it; else all in one line in brackets, without. */
export const LINE_RECORDS: u32 = 128;
/** The flags of unsafe_to_concat and safe_to_insert_tatweel are left out, as HarfBuzz leaves them out where they are not asked for. */
export const LINE_BREAK_FLAG_ALONE: u32 = 256;

/** As hb-shape: names of up to 63 bytes. */
const NAME_BYTES: u32 = 64;
const name = memory.data(64, 16);
const extents = memory.data(16, 4);

const KEY_G = memory.data<u8>([0x7b, 0x22, 0x67, 0x22, 0x3a]); // {"g":
const KEY_CL = memory.data<u8>([0x2c, 0x22, 0x63, 0x6c, 0x22, 0x3a]); // ,"cl":
const KEY_DX = memory.data<u8>([0x2c, 0x22, 0x64, 0x78, 0x22, 0x3a]); // ,"dx":
const KEY_DY = memory.data<u8>([0x2c, 0x22, 0x64, 0x79, 0x22, 0x3a]); // ,"dy":
const KEY_AX = memory.data<u8>([0x2c, 0x22, 0x61, 0x78, 0x22, 0x3a]); // ,"ax":
const KEY_AY = memory.data<u8>([0x2c, 0x22, 0x61, 0x79, 0x22, 0x3a]); // ,"ay":
const KEY_FL = memory.data<u8>([0x2c, 0x22, 0x66, 0x6c, 0x22, 0x3a]); // ,"fl":
const KEY_XB = memory.data<u8>([0x2c, 0x22, 0x78, 0x62, 0x22, 0x3a]); // ,"xb":
const KEY_YB = memory.data<u8>([0x2c, 0x22, 0x79, 0x62, 0x22, 0x3a]); // ,"yb":
const KEY_W = memory.data<u8>([0x2c, 0x22, 0x77, 0x22, 0x3a]); // ,"w":
const KEY_H = memory.data<u8>([0x2c, 0x22, 0x68, 0x22, 0x3a]); // ,"h":

/** Writes `count` glyphs; `glyphs`: {u32 ids, u32 clusters, u32 xAdvances, u32 yAdvances, u32 xOffsets, u32 yOffsets, u32 flags, u32 stride, u32 wide}: addresses of the first
 * glyph's fields and the bytes from one glyph to the next; `wide` 1: clusters are f64, eight bytes apart. */
export function putGlyphLine(font: usize, glyphs: usize, count: u32, options: u32): void {
  const stride = <usize>load<u32>(glyphs, 28);
  const clusters = <usize>load<u32>(glyphs, 4);
  const wide = load<u32>(glyphs, 32) != 0;
  const records = (options & LINE_RECORDS) != 0;
  const json = (options & LINE_JSON) != 0;
  const noAdvances = (options & LINE_NO_ADVANCES) != 0;
  let x: i64 = 0;
  let y: i64 = 0;
  // hb-shape prints an empty line for no glyphs.
  if (!records && count > 0) putByte(0x5b);
  for (let i: u32 = 0; i < count; i++) {
    const at = <usize>i * stride;
    if (!records && i > 0) putByte(json ? 0x2c : 0x7c);
    const id = load<u32>(<usize>load<u32>(glyphs) + at);
    const cluster = wide ? <i64>load<f64>(clusters + ((<usize>i) << 3)) : <i64>load<u32>(clusters + at);
    const ax = <i64>load<i32>(<usize>load<u32>(glyphs, 8) + at);
    const ay = <i64>load<i32>(<usize>load<u32>(glyphs, 12) + at);
    const dx = x + <i64>load<i32>(<usize>load<u32>(glyphs, 16) + at);
    const dy = y + <i64>load<i32>(<usize>load<u32>(glyphs, 20) + at);
    let flags = load<u32>(<usize>load<u32>(glyphs, 24) + at);
    if ((options & LINE_BREAK_FLAG_ALONE) != 0) flags &= 1;
    if ((options & LINE_FLAGS) == 0) flags = 0;
    if (json) putObject(font, id, cluster, dx, dy, ax, ay, flags, options);
    else putItem(font, id, cluster, dx, dy, ax, ay, flags, options);
    if (records) putByte(0x0a);
    if (noAdvances) {
      x += ax;
      y += ay;
    }
  }
  if (!records && count > 0) putByte(0x5d);
}

function nameLength(): usize {
  let n: usize = 0;
  while (n < NAME_BYTES && load<u8>(name + n) != 0) n++;
  return n;
}

function putItem(font: usize, id: u32, cluster: i64, dx: i64, dy: i64, ax: i64, ay: i64, flags: u32, options: u32): void {
  if ((options & LINE_NO_NAMES) != 0) putInteger(id);
  else {
    hb_font_glyph_to_string(font, id, name, NAME_BYTES);
    putBytes(name, nameLength());
  }
  if ((options & LINE_NO_CLUSTERS) == 0) {
    putByte(0x3d);
    putInteger(cluster);
  }
  if ((options & LINE_NO_POSITIONS) == 0) {
    if (dx != 0 || dy != 0) {
      putByte(0x40);
      putInteger(dx);
      putByte(0x2c);
      putInteger(dy);
    }
    if ((options & LINE_NO_ADVANCES) == 0) {
      putByte(0x2b);
      putInteger(ax);
      if (ay != 0) {
        putByte(0x2c);
        putInteger(ay);
      }
    }
  }
  if (flags != 0) {
    putByte(0x23);
    putHex(flags);
  }
  if ((options & LINE_EXTENTS) != 0) {
    readExtents(font, id);
    putByte(0x3c);
    putInteger(load<i32>(extents));
    putByte(0x2c);
    putInteger(load<i32>(extents, 4));
    putByte(0x2c);
    putInteger(load<i32>(extents, 8));
    putByte(0x2c);
    putInteger(load<i32>(extents, 12));
    putByte(0x3e);
  }
}

function putObject(font: usize, id: u32, cluster: i64, dx: i64, dy: i64, ax: i64, ay: i64, flags: u32, options: u32): void {
  putBytes(KEY_G, 5);
  if ((options & LINE_NO_NAMES) != 0) putInteger(id);
  else {
    hb_font_glyph_to_string(font, id, name, NAME_BYTES);
    putJsonString(name, nameLength());
  }
  if ((options & LINE_NO_CLUSTERS) == 0) putField(KEY_CL, 6, cluster);
  if ((options & LINE_NO_POSITIONS) == 0) {
    putField(KEY_DX, 6, dx);
    putField(KEY_DY, 6, dy);
    if ((options & LINE_NO_ADVANCES) == 0) {
      putField(KEY_AX, 6, ax);
      putField(KEY_AY, 6, ay);
    }
  }
  if (flags != 0) putField(KEY_FL, 6, flags);
  if ((options & LINE_EXTENTS) != 0) {
    readExtents(font, id);
    putField(KEY_XB, 6, load<i32>(extents));
    putField(KEY_YB, 6, load<i32>(extents, 4));
    putField(KEY_W, 5, load<i32>(extents, 8));
    putField(KEY_H, 5, load<i32>(extents, 12));
  }
  putByte(0x7d);
}

function putField(key: usize, bytes: usize, value: i64): void {
  putBytes(key, bytes);
  putInteger(value);
}

function readExtents(font: usize, id: u32): void {
  memory.fill(extents, 0, 16);
  hb_font_get_glyph_extents(font, id, extents);
}

/** Flags of glyphs are three bits: one digit. */
function putHex(flags: u32): void {
  putByte(0x30 + (flags & 7));
}
