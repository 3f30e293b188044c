// The emitted tables of fields, read: names, kinds, ranges and texts by object and field number (OBJECT_…, F_…).
import { ENUM_VALUES, FIELD_RANGES, FIELDS, OBJECTS, TEXTS } from "../generated/contract";

const OBJECT_BYTES: usize = 32;
const FIELD_BYTES: usize = 64;

// ---- objects: {first field, fields, path, expected, list of names} ----
export function objectFirst(object: i32): i32 {
  return load<i32>(OBJECTS + <usize>object * OBJECT_BYTES);
}
export function objectFields(object: i32): i32 {
  return load<i32>(OBJECTS + <usize>object * OBJECT_BYTES, 4);
}
/** Addresses of pairs {offset, length}. */
export function objectPath(object: i32): usize {
  return OBJECTS + <usize>object * OBJECT_BYTES + 8;
}
export function objectExpected(object: i32): usize {
  return OBJECTS + <usize>object * OBJECT_BYTES + 16;
}
export function objectNames(object: i32): usize {
  return OBJECTS + <usize>object * OBJECT_BYTES + 24;
}

// ---- fields: {name, kind, required, least length or first enum value, greatest length or enum values, pattern, object, expected, cure, path, code, -} ----
function field(id: i32): usize {
  return FIELDS + <usize>id * FIELD_BYTES;
}
export function fieldName(id: i32): usize {
  return field(id);
}
export function fieldKind(id: i32): i32 {
  return load<i32>(field(id), 8);
}
export function fieldRequired(id: i32): bool {
  return load<u32>(field(id), 12) != 0;
}
export function fieldMinLength(id: i32): u32 {
  return load<u32>(field(id), 16);
}
export function fieldMaxLength(id: i32): u32 {
  return load<u32>(field(id), 20);
}
/** First value of an enum in ENUM_VALUES, and how many it has. */
export function enumFirst(id: i32): u32 {
  return load<u32>(field(id), 16);
}
export function enumCount(id: i32): u32 {
  return load<u32>(field(id), 20);
}
export function fieldPattern(id: i32): i32 {
  return load<i32>(field(id), 24);
}
export function fieldObject(id: i32): i32 {
  return load<i32>(field(id), 28);
}
export function fieldExpected(id: i32): usize {
  return field(id) + 32;
}
export function fieldCure(id: i32): usize {
  return field(id) + 40;
}
export function fieldPath(id: i32): usize {
  return field(id) + 48;
}
export function fieldCode(id: i32): i32 {
  return load<i32>(field(id), 56);
}
export function rangeMin(id: i32): f64 {
  return load<f64>(FIELD_RANGES + ((<usize>id) << 4));
}
export function rangeMax(id: i32): f64 {
  return load<f64>(FIELD_RANGES + ((<usize>id) << 4), 8);
}

/** Address and length of a pair {offset into TEXTS, length}. */
export function pairPtr(pair: usize): usize {
  return TEXTS + <usize>load<u32>(pair);
}
export function pairLen(pair: usize): usize {
  return <usize>load<u32>(pair, 4);
}

/** Whether a text equals a pair's. */
export function pairEquals(pair: usize, text: usize, length: usize): bool {
  if (pairLen(pair) != length) return false;
  const known = pairPtr(pair);
  for (let i: usize = 0; i < length; i++) if (load<u8>(known + i) != load<u8>(text + i)) return false;
  return true;
}

/** The field of an object by its name; −1: none. */
export function findField(object: i32, text: usize, length: usize): i32 {
  const first = objectFirst(object);
  const end = first + objectFields(object);
  for (let id = first; id < end; id++) if (pairEquals(fieldName(id), text, length)) return id;
  return -1;
}

/** The pair of an enum field's value. */
export function enumPair(id: i32, value: u32): usize {
  return ENUM_VALUES + ((<usize>(enumFirst(id) + value)) << 3);
}

/** Which value of a field's enum a text is; −1: none. */
export function findValue(id: i32, text: usize, length: usize): i32 {
  const first = enumFirst(id);
  const count = enumCount(id);
  for (let i: u32 = 0; i < count; i++) if (pairEquals(ENUM_VALUES + ((<usize>(first + i)) << 3), text, length)) return <i32>i;
  return -1;
}
