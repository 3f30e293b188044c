// The longest run of pixels with ink in a row, without looking at pixels twice. In: for each touched group of a strip, which of its 16 pixels have ink.
// A chain is a part of a strip whose groups and the spans between them all have ink; the distance from its first to its last inked column bounds every run in it, so a
// chain no longer than the best run so far is dropped unread. Most are.
import { groupMasks } from "./accumulator";

/** Bits of the four rows of column c, as in i8x16.bitmask of a group (bit 4 c + row): 1, 2, 4, 8 times 16^c. */
const ROW_BITS: usize = memory.data<i32>([1, 2, 4, 8], 16);

/** First inked column of a group's mask (not 0): 0..3. */
// @ts-ignore: decorator
@inline export function firstColumn(mask: u32): i32 { return <i32>(ctz<u32>(mask) >> 2); }
/** Column behind the last inked one: 1..4. */
// @ts-ignore: decorator
@inline export function endColumn(mask: u32): i32 { return 8 - <i32>(clz<u32>(mask) >> 2); }

/** Notes the mask of group g of the chain; returns where the next goes. */
// @ts-ignore: decorator
@inline export function noteMask(next: usize, group: usize, mask: u32): usize {
  store<u32>(next, (<u32>group << 16) | mask);
  return next + 4;
}

/**
 * The longest run in a chain of masks up to `end`; at least `best`. `endX` is the column behind the last span, which may lie right of the last group.
 * For each row it keeps the last blank column before x; a run that ends with column x is x + 1 - that long.
 */
export function longestRun(end: usize, endX: i32, best: i32): i32 {
  const rowBits = v128.load(ROW_BITS);
  const zero = i32x4.splat(0);
  let p = groupMasks;
  let x = <i32>(load<u32>(p) >> 16) << 2;
  let runStart = i32x4.splat(x);
  let longest = i32x4.splat(best);
  let before: u32 = 0xf000;
  for (; p < end; p += 4) {
    const note = load<u32>(p);
    const groupX = <i32>(note >> 16) << 2;
    if (groupX > x) {
      // the span between two groups repeats the last column: rows without ink there start anew
      const blank = i32x4.eq(v128.and(i32x4.splat(before >> 12), rowBits), zero);
      runStart = i32x4.max_s(runStart, v128.and(blank, i32x4.splat(groupX)));
    }
    x = groupX;
    let column: u32 = note;
    for (let c = 0; c < 4; c++) {
      x++;
      const here = i32x4.splat(x);
      const blank = i32x4.eq(v128.and(i32x4.splat(column & 15), rowBits), zero);
      runStart = i32x4.max_s(runStart, v128.and(blank, here));
      longest = i32x4.max_s(longest, i32x4.sub(here, runStart));
      column >>= 4;
    }
    before = note & 0xffff;
  }
  if (endX > x) {
    const inked = i32x4.ne(v128.and(i32x4.splat(before >> 12), rowBits), zero);
    longest = i32x4.max_s(longest, v128.and(inked, i32x4.sub(i32x4.splat(endX), runStart)));
  }
  return max(
    max(i32x4.extract_lane(longest, 0), i32x4.extract_lane(longest, 1)),
    max(i32x4.extract_lane(longest, 2), i32x4.extract_lane(longest, 3)),
  );
}
