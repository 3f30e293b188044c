// The best shift of one picture's ink over another's. In: two planes of ink, where the second stands at first, and how far it may go. Out: the whole shift at which Σ|a − b| is
// least, exactly; of equal ones the one that moves least (|x| + |y|, then the smaller y, then the smaller x).
// Σ|a − b| = Σa + Σb − 2 Σ min(a, b), so the shift with the greatest Σ min is sought. For a shift by y no Σ min is above Σ over rows of min(Σ row of a, Σ row of b), and likewise
// for columns: shifts whose bound is below what was found are not looked at, and one that is looked at is given up as soon as its rows to come cannot make up for it.
import { cancelAsked, free, malloc } from "../native";
import { sum32 } from "./difference";
import { Plane } from "./plane";

/** Vectors of minima whose sum fits 16 bits: 128 × 2 × 255 < 2^16. */
const SUM_VECTORS: i32 = 128;

export const ALIGN_OK: i32 = 0;
export const ALIGN_NO_MEMORY: i32 = 1;
export const ALIGN_CANCELLED: i32 = 2;

/** What bestShift found: where the second plane goes relative to the first, and Σ min there. */
export let bestX: i32 = 0;
export let bestY: i32 = 0;
export let bestCommon: u64 = 0;
let found = false;

/** u64 sums of rows and columns of both, bounds by shift, bounds of rows to come. */
let room: usize = 0;
let roomCapacity: usize = 0;

/**
 * Seeks the best place of b's corner relative to a's within `reach` of (startX, startY), and looks at (homeX, homeY) too; how much a place moves is counted from there.
 */
export function bestShift(a: Plane, b: Plane, startX: i32, startY: i32, reach: i32, homeX: i32, homeY: i32): i32 {
  const span = <usize>(2 * reach + 1);
  const words = <usize>(a.width + b.width + a.height + b.height) + 2 * span + <usize>a.height + 1;
  if (words << 3 > roomCapacity) {
    if (room != 0) free(room);
    room = malloc(words << 3);
    roomCapacity = room == 0 ? 0 : words << 3;
    if (room == 0) return ALIGN_NO_MEMORY;
  }
  const rowsA = room;
  const rowsB = rowsA + ((<usize>a.height) << 3);
  const columnsA = rowsB + ((<usize>b.height) << 3);
  const columnsB = columnsA + ((<usize>a.width) << 3);
  const boundsX = columnsB + ((<usize>b.width) << 3);
  const boundsY = boundsX + (span << 3);
  const rest = boundsY + (span << 3);
  project(a, rowsA, columnsA);
  project(b, rowsB, columnsB);
  for (let i = 0; i < <i32>span; i++) {
    store<u64>(boundsX + ((<usize>i) << 3), overlapBound(columnsA, a.width, columnsB, b.width, startX - reach + i));
    store<u64>(boundsY + ((<usize>i) << 3), overlapBound(rowsA, a.height, rowsB, b.height, startY - reach + i));
  }
  found = false;
  bestCommon = 0;
  bestRows(rowsA, a.height, rowsB, b.height, homeY, rest);
  look(a, b, homeX, homeY, homeX, homeY, rest);
  // the place that rows and columns each like best is most often the one: found first, it rules out nearly all others
  const likelyX = startX - reach + greatest(boundsX, <i32>span, reach);
  const likelyY = startY - reach + greatest(boundsY, <i32>span, reach);
  bestRows(rowsA, a.height, rowsB, b.height, likelyY, rest);
  look(a, b, likelyX, likelyY, homeX, homeY, rest);
  for (let j = 0; j < <i32>span; j++) {
    // from the start outwards: 0, 1, −1, 2, −2 …
    const y = startY + outwards(j);
    const boundY = load<u64>(boundsY + ((<usize>(y - startY + reach)) << 3));
    if (boundY < bestCommon) continue;
    if (cancelAsked()) return ALIGN_CANCELLED;
    bestRows(rowsA, a.height, rowsB, b.height, y, rest);
    for (let i = 0; i < <i32>span; i++) {
      const x = startX + outwards(i);
      if (load<u64>(boundsX + ((<usize>(x - startX + reach)) << 3)) < bestCommon) continue;
      look(a, b, x, y, homeX, homeY, rest);
    }
  }
  if (roomCapacity > 4 << 20) {
    free(room);
    room = 0;
    roomCapacity = 0;
  }
  return ALIGN_OK;
}

function outwards(i: i32): i32 {
  return (i & 1) != 0 ? (i + 1) >> 1 : -(i >> 1);
}

/** Sums of a plane's rows and columns. */
function project(plane: Plane, rows: usize, columns: usize): void {
  memory.fill(columns, 0, (<usize>plane.width) << 3);
  for (let y = 0; y < plane.height; y++) {
    const row = plane.ink + <usize>y * plane.stride;
    let sum: u64 = 0;
    for (let x = 0; x < plane.width; x++) {
      const ink = <u64>load<u8>(row + x);
      if (ink == 0) continue;
      sum += ink;
      store<u64>(columns + ((<usize>x) << 3), load<u64>(columns + ((<usize>x) << 3)) + ink);
    }
    store<u64>(rows + ((<usize>y) << 3), sum);
  }
}

/** Σ min(a[i], b[i − shift]): no Σ min of the pictures is above it. */
function overlapBound(a: usize, aCount: i32, b: usize, bCount: i32, shift: i32): u64 {
  let sum: u64 = 0;
  const end = min(aCount, bCount + shift);
  for (let i = max(0, shift); i < end; i++) sum += min(load<u64>(a + ((<usize>i) << 3)), load<u64>(b + ((<usize>(i - shift)) << 3)));
  return sum;
}

/** What the rows of a from y on can still bring, for each y, with b shifted down by `shift`. */
function bestRows(rowsA: usize, aCount: i32, rowsB: usize, bCount: i32, shift: i32, rest: usize): void {
  let sum: u64 = 0;
  store<u64>(rest + ((<usize>aCount) << 3), 0);
  for (let i = aCount - 1; i >= 0; i--) {
    const j = i - shift;
    if (j >= 0 && j < bCount) sum += min(load<u64>(rowsA + ((<usize>i) << 3)), load<u64>(rowsB + ((<usize>j) << 3)));
    store<u64>(rest + ((<usize>i) << 3), sum);
  }
}

/** Index of the greatest of `count` bounds; of equal ones the nearest to `middle`. */
function greatest(bounds: usize, count: i32, middle: i32): i32 {
  let best = middle;
  for (let i = 0; i < count; i++) {
    const at = middle + outwards(i);
    if (load<u64>(bounds + ((<usize>at) << 3)) > load<u64>(bounds + ((<usize>best) << 3))) best = at;
  }
  return best;
}

/** Looks at b's corner at (x, y) of a: keeps the place if it is better. */
function look(a: Plane, b: Plane, x: i32, y: i32, homeX: i32, homeY: i32, rest: usize): void {
  const left = max(0, x);
  const right = min(a.width, b.width + x);
  const top = max(0, y);
  const bottom = min(a.height, b.height + y);
  let common: u64 = 0;
  if (right > left) {
    for (let row = top; row < bottom; row++) {
      if (common + load<u64>(rest + ((<usize>row) << 3)) < bestCommon) return;
      common += rowCommon(a.ink + <usize>row * a.stride + <usize>left, b.ink + <usize>(row - y) * b.stride + <usize>(left - x), right - left);
    }
  }
  if (found && (common < bestCommon || (common == bestCommon && !before(x - homeX, y - homeY, bestX - homeX, bestY - homeY)))) return;
  found = true;
  bestCommon = common;
  bestX = x;
  bestY = y;
}

function before(x: i32, y: i32, otherX: i32, otherY: i32): bool {
  const moved = abs(x) + abs(y);
  const otherMoved = abs(otherX) + abs(otherY);
  if (moved != otherMoved) return moved < otherMoved;
  return y != otherY ? y < otherY : x < otherX;
}

/** Σ min over a row's overlap: behind its end one of the two is blank, so whole vectors can be read. */
function rowCommon(p: usize, q: usize, count: i32): u64 {
  let total: u64 = 0;
  let i = 0;
  while (i < count) {
    const stop = min(count, i + SUM_VECTORS * 16);
    let sums = i32x4.splat(0);
    for (; i < stop; i += 16) sums = i16x8.add(sums, i16x8.extadd_pairwise_i8x16_u(i8x16.min_u(v128.load(p + i), v128.load(q + i))));
    total += sum32(i32x4.extadd_pairwise_i16x8_u(sums));
  }
  return total;
}
