// A name the writer of an unknown field may have meant: the nearest one in the same object, or the same name in another.
import { FIELD_TOTAL, OBJECT_DOCUMENT, OBJECT_JOB, OBJECT_OP, SPOKEN_FIELD } from "../generated/contract";
import { fieldName, fieldPath, objectFields, objectFirst, pairLen, pairPtr } from "./check-table";

/** Longer keys are no misspelling of ours (the longest is 10 letters). */
const LONGEST_KEY_BYTES: usize = 24;
/** How many letters may differ. */
const FARTHEST: u32 = 2;

const mine = memory.data(32, 8);
const theirs = memory.data(32, 8);
const rowBeforeThat = memory.data(32, 1);
const rowBefore = memory.data(32, 1);
const row = memory.data(32, 1);

/** A name in lower case without underscores, hyphens and spaces: "fontSize" and "font_size" are the same word. Returns its length. */
function plainWord(text: usize, length: usize, out: usize): usize {
  let n: usize = 0;
  for (let i: usize = 0; i < length; i++) {
    const byte = <u32>load<u8>(text + i);
    if (byte == 0x5f || byte == 0x2d || byte == 0x20) continue;
    store<u8>(out + n, <u8>(byte - 0x41 < 26 ? byte | 0x20 : byte));
    n++;
  }
  return n;
}

/** How many letters to change, add, drop or swap with their neighbour from mine[0, n) to theirs[0, m): optimal string alignment distance. */
function distance(n: usize, m: usize): u32 {
  for (let j: usize = 0; j <= m; j++) store<u8>(rowBefore + j, <u8>j);
  for (let i: usize = 1; i <= n; i++) {
    store<u8>(row, <u8>i);
    for (let j: usize = 1; j <= m; j++) {
      const change = <u32>load<u8>(rowBefore + j - 1) + (load<u8>(mine + i - 1) == load<u8>(theirs + j - 1) ? 0 : 1);
      const step = min<u32>(<u32>load<u8>(rowBefore + j), <u32>load<u8>(row + j - 1)) + 1;
      let best = min<u32>(change, step);
      if (i > 1 && j > 1 && load<u8>(mine + i - 1) == load<u8>(theirs + j - 2) && load<u8>(mine + i - 2) == load<u8>(theirs + j - 1)) {
        best = min<u32>(best, <u32>load<u8>(rowBeforeThat + j - 2) + 1);
      }
      store<u8>(row + j, <u8>best);
    }
    memory.copy(rowBeforeThat, rowBefore, m + 1);
    memory.copy(rowBefore, row, m + 1);
  }
  return <u32>load<u8>(rowBefore + m);
}

let best: usize = 0;
let bestDistance: u32 = 0;

/** The pair of the nearest name in an object; 0: none is near. */
export function nearest(object: i32, key: usize, length: usize): usize {
  if (length > LONGEST_KEY_BYTES) return 0;
  const n = plainWord(key, length, mine);
  const first = objectFirst(object);
  best = 0;
  bestDistance = FARTHEST + 1;
  for (let id = first; id < first + objectFields(object); id++) tryName(n, fieldName(id));
  if (object == OBJECT_JOB) tryName(n, SPOKEN_FIELD);
  return best;
}

/** Takes a name that is nearer to mine[0, n) than the best so far. */
function tryName(n: usize, name: usize): void {
  const m = plainWord(pairPtr(name), pairLen(name), theirs);
  const d = distance(n, m);
  // two letters of "id" are all of it: half of the name must stay
  if (d >= bestDistance || <usize>d * 2 >= m) return;
  bestDistance = d;
  best = name;
}

/** The pair of the path of a field with this very name (as a word) in another object of the same line or document; 0: none. */
export function elsewhere(object: i32, key: usize, length: usize): usize {
  if (length > LONGEST_KEY_BYTES) return 0;
  const document = object >= OBJECT_DOCUMENT;
  const from = document ? objectFirst(OBJECT_DOCUMENT) : 0;
  const to = document ? FIELD_TOTAL : objectFirst(OBJECT_OP);
  const n = plainWord(key, length, mine);
  for (let id = from; id < to; id++) {
    const m = plainWord(pairPtr(fieldName(id)), pairLen(fieldName(id)), theirs);
    if (n == m && distance(n, m) == 0) return fieldPath(id);
  }
  return 0;
}
