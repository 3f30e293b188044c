// What a font file holds, as JSON in the output: container, faces with names, format, sizes, axes, named instances, scripts and features.
// A face that cannot be opened is listed with its error; the others are still told.

import { putJsonString } from "../encode/json-string";
import { putInteger, putNumber } from "../encode/number";
import { putByte, putBytes } from "../encode/out";
import {
  axisDefault,
  axisHidden,
  axisMax,
  axisMin,
  axisNameId,
  axisTag,
  CONTAINER_CFF,
  CONTAINER_COLLECTION,
  CONTAINER_TRUETYPE,
  CONTAINER_WOFF,
  Face,
  FontFile,
  faceOpen,
} from "../font/face";
import { faultCode } from "../font/fault";
import { namedInstanceCoords, namedInstanceCount, namedInstanceName, nameOf } from "../font/instance";
import {
  hb_aat_layout_has_positioning,
  hb_aat_layout_has_substitution,
  hb_font_create,
  hb_font_destroy,
  hb_font_get_h_extents,
  hb_ot_layout_table_get_feature_tags,
  hb_ot_layout_table_get_script_tags,
} from "../native";
import { errorName, errorNameLen } from "./problems";

const FAMILY: u32 = 1;
const STYLE: u32 = 2;
const FULL_NAME: u32 = 4;
const VERSION: u32 = 5;
const POSTSCRIPT_NAME: u32 = 6;
const TYPOGRAPHIC_FAMILY: u32 = 16;
const TYPOGRAPHIC_STYLE: u32 = 17;

/** Faces of one collection that are told; more than any known file has. */
const FACES_MAX: u32 = 1024;
/** Named instances told, for the same reason. */
const INSTANCES_MAX: u32 = 1024;
/** Distinct script or feature tags told. */
const TAGS_MAX: u32 = 1024;

const name = memory.data(256, 16);
const faceAt = memory.data(4, 4);
const coords = memory.data(1024, 16);
const tagPage = memory.data(4100, 16); // room for one more than TAGS_MAX while it is shifted
const tagCount = memory.data(4, 4);
const extents = memory.data(48, 4);

// a string literal is static data (UTF-16, its byte length in front), so that writing it allocates nothing
function literal(text: string): void {
  const p = changetype<usize>(text);
  const bytes = <usize>load<u32>(p - 4);
  for (let i: usize = 0; i < bytes; i += 2) putByte(<u32>load<u16>(p + i));
}

function key(text: string, first: bool = false): void {
  if (!first) putByte(0x2c);
  putByte(0x22);
  literal(text);
  putByte(0x22);
  putByte(0x3a);
}

function putTag(tag: u32): void {
  store<u32>(name, bswap<u32>(tag));
  putJsonString(name, 4);
}

/** Writes {"container", "face_count", "faces": […]} of an opened file. */
export function putFontInfo(file: FontFile): void {
  putByte(0x7b);
  key("container", true);
  if (file.container == CONTAINER_TRUETYPE) literal('"truetype"');
  else if (file.container == CONTAINER_CFF) literal('"opentype"');
  else if (file.container == CONTAINER_COLLECTION) literal('"collection"');
  else if (file.container == CONTAINER_WOFF) literal('"woff"');
  else literal('"woff2"');
  key("face_count");
  putInteger(file.faceCount);
  key("faces");
  putByte(0x5b);
  const count = min(file.faceCount, FACES_MAX);
  for (let i: u32 = 0; i < count; i++) {
    if (i > 0) putByte(0x2c);
    putByte(0x7b);
    key("face_index", true);
    putInteger(i);
    if (faceOpen(file, i, faceAt) == 0) putFace(changetype<Face>(<usize>load<u32>(faceAt)));
    else {
      key("error");
      putByte(0x22);
      putBytes(errorName(faultCode), errorNameLen(faultCode));
      putByte(0x22);
    }
    putByte(0x7d);
  }
  putByte(0x5d);
  putByte(0x7d);
}

function putFace(face: Face): void {
  putName("family", face, TYPOGRAPHIC_FAMILY, FAMILY);
  putName("style", face, TYPOGRAPHIC_STYLE, STYLE);
  putName("full_name", face, FULL_NAME, FULL_NAME);
  putName("postscript_name", face, POSTSCRIPT_NAME, POSTSCRIPT_NAME);
  putName("version", face, VERSION, VERSION);
  key("format");
  if (face.outlines == 0x56415243) literal('"varc"');
  else if (face.outlines == 0x43464632) literal('"cff2"');
  else if (face.outlines == 0x43464620) literal('"cff"');
  else if (face.outlines == 0x676c7966) literal('"glyf"');
  else literal('"none"');
  key("variable");
  putBool(face.axisCount > 0);
  key("aat");
  putBool(hb_aat_layout_has_substitution(face.hb) != 0 || hb_aat_layout_has_positioning(face.hb) != 0);
  key("glyph_count");
  putInteger(face.glyphCount);
  key("upem");
  putInteger(face.upem);
  const font = hb_font_create(face.hb);
  if (hb_font_get_h_extents(font, extents) != 0) {
    key("ascender");
    putInteger(load<i32>(extents));
    key("descender");
    putInteger(load<i32>(extents, 4));
    key("line_gap");
    putInteger(load<i32>(extents, 8));
  }
  hb_font_destroy(font);
  putAxes(face);
  putInstances(face);
  putTags(face, true);
  putTags(face, false);
}

function putName(field: string, face: Face, id: u32, otherwise: u32): void {
  let bytes = nameOf(face, id, name);
  if (bytes == 0) bytes = nameOf(face, otherwise, name);
  if (bytes == 0) return;
  key(field);
  putJsonString(name, bytes);
}

function putBool(value: bool): void {
  if (value) literal("true");
  else literal("false");
}

function putAxes(face: Face): void {
  key("axes");
  putByte(0x5b);
  for (let i: u32 = 0; i < face.axisCount; i++) {
    if (i > 0) putByte(0x2c);
    putByte(0x7b);
    key("tag", true);
    putTag(axisTag(face, i));
    const bytes = nameOf(face, axisNameId(face, i), name);
    if (bytes > 0) {
      key("name");
      putJsonString(name, bytes);
    }
    key("min");
    putNumber(<f64>axisMin(face, i));
    key("default");
    putNumber(<f64>axisDefault(face, i));
    key("max");
    putNumber(<f64>axisMax(face, i));
    key("hidden");
    putBool(axisHidden(face, i));
    putByte(0x7d);
  }
  putByte(0x5d);
}

function putInstances(face: Face): void {
  key("named_instances");
  putByte(0x5b);
  const count = min(namedInstanceCount(face), INSTANCES_MAX);
  for (let i: u32 = 0; i < count; i++) {
    if (i > 0) putByte(0x2c);
    putByte(0x7b);
    key("name", true);
    putJsonString(name, namedInstanceName(face, i, name));
    key("coordinates");
    putByte(0x7b);
    namedInstanceCoords(face, i, coords);
    for (let a: u32 = 0; a < face.axisCount; a++) {
      if (a > 0) putByte(0x2c);
      putTag(axisTag(face, a));
      putByte(0x3a);
      putNumber(<f64>load<f32>(coords + ((<usize>a) << 2)));
    }
    putByte(0x7d);
    putByte(0x7d);
  }
  putByte(0x5d);
}

// the distinct tags of GSUB and GPOS, in the order of their bytes
function putTags(face: Face, scripts: bool): void {
  if (scripts) key("scripts");
  else key("features");
  let count: u32 = 0;
  for (let table = 0; table < 2; table++) {
    const from: u32 = table == 0 ? 0x47535542 : 0x47504f53;
    for (let start: u32 = 0; ; ) {
      store<u32>(tagCount, 64);
      if (scripts) hb_ot_layout_table_get_script_tags(face.hb, from, start, tagCount, name);
      else hb_ot_layout_table_get_feature_tags(face.hb, from, start, tagCount, name);
      const got = load<u32>(tagCount);
      for (let i: u32 = 0; i < got; i++) count = insertTag(count, load<u32>(name + ((<usize>i) << 2)));
      start += got;
      if (got < 64) break;
    }
  }
  putByte(0x5b);
  for (let i: u32 = 0; i < count; i++) {
    if (i > 0) putByte(0x2c);
    putTag(load<u32>(tagPage + ((<usize>i) << 2)));
  }
  putByte(0x5d);
}

function insertTag(count: u32, tag: u32): u32 {
  let at = count;
  while (at > 0 && load<u32>(tagPage + ((<usize>(at - 1)) << 2)) > tag) at--;
  if ((at > 0 && load<u32>(tagPage + ((<usize>(at - 1)) << 2)) == tag) || count == TAGS_MAX) return count;
  memory.copy(tagPage + ((<usize>(at + 1)) << 2), tagPage + ((<usize>at) << 2), (<usize>(count - at)) << 2);
  store<u32>(tagPage + ((<usize>at) << 2), tag);
  return count + 1;
}
