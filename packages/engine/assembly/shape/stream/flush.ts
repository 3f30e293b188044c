// A flush: the glyphs of a shaped prefix as arrays, in the order asked for, with what was used and what there is to warn of.
// The arrays lie in one block, {f64 clusters, u32 ids, i32 x advances, y advances, x offsets, y offsets, u32 flags}, and are valid until the next pull.
import { free, malloc } from "../../native";
import { FLAGS, windowContext, windowInfo, windowPosition, windowStep } from "./scratch";
import { BY_CLUSTER, LOGICAL, Stream } from "./state";

/** Bits of a flush. */
export const FLUSH_FORCED: u32 = 1;
export const FLUSH_RUN_BEGINS: u32 = 2;
export const FLUSH_RUN_ENDS: u32 = 4;

/** Bytes of a glyph over all arrays. */
export const GLYPH_BYTES: usize = 32;

/** Takes window glyphs [from, to) as the flush at hand: code points [start, end) of the stream; `base`: the cluster id of the window's first code point. False: no memory. */
export function flushTake(s: Stream, from: u32, to: u32, base: f64, start: f64, end: f64, bits: u32, backward: bool): bool {
  const count = to - from;
  if (count > s.outCapacity || s.out == 0) {
    free(s.out);
    const capacity = max<u32>(count, s.outCapacity);
    s.out = malloc(max<usize>(<usize>capacity * GLYPH_BYTES, 8));
    s.outCapacity = s.out == 0 ? 0 : capacity;
    if (s.out == 0) return false;
  }
  s.outCount = count;
  s.outNext = 0;
  s.outStart = start;
  s.outEnd = end;
  s.outBits = bits;
  s.outBackward = backward && (s.options & LOGICAL) == 0 ? 1 : 0;
  const n = <usize>count;
  const ids = s.out + (n << 3);
  // read in logical order, written forwards or backwards
  let slot: usize = s.outBackward != 0 ? n - 1 : 0;
  const step: usize = s.outBackward != 0 ? -1 : 1;
  let info = windowInfo(from);
  let position = windowPosition(from);
  for (let i: u32 = 0; i < count; i++, slot += step, info += windowStep, position += windowStep) {
    const four = ids + (slot << 2);
    store<f64>(s.out + (slot << 3), base + <f64>(load<u32>(info, 8) - windowContext));
    store<u32>(four, load<u32>(info));
    store<i32>(four + (n << 2), load<i32>(position));
    store<i32>(four + n * 8, load<i32>(position, 4));
    store<i32>(four + n * 12, load<i32>(position, 8));
    store<i32>(four + n * 16, load<i32>(position, 12));
    store<u32>(four + n * 20, load<u32>(info, 4) & FLAGS);
  }
  return true;
}

/** Where the part to give now lies: first glyph and count in the arrays, and its code points. */
export let partFirst: u32 = 0;
export let partCount: u32 = 0;
export let partStart: f64 = 0;
export let partEnd: f64 = 0;
export let partBits: u32 = 0;

/** Sets the part to all of the flush, or by cluster to the next cluster in logical order. False: all was given. */
export function flushPart(s: Stream): bool {
  const first = s.outNext;
  if ((s.options & BY_CLUSTER) == 0 || s.outCount == 0) {
    if (first != 0) return false;
    s.outNext = 0xffffffff;
    partFirst = 0;
    partCount = s.outCount;
    partStart = s.outStart;
    partEnd = s.outEnd;
    partBits = s.outBits;
    return true;
  }
  if (first >= s.outCount) return false;
  let next = first + 1;
  while (next < s.outCount && clusterAt(s, next) == clusterAt(s, first)) next++;
  partFirst = s.outBackward != 0 ? s.outCount - next : first;
  partCount = next - first;
  partStart = first == 0 ? s.outStart : clusterAt(s, first);
  partEnd = next < s.outCount ? clusterAt(s, next) : s.outEnd;
  partBits = s.outBits;
  if (first != 0) partBits &= ~FLUSH_RUN_BEGINS;
  if (next < s.outCount) partBits &= ~FLUSH_RUN_ENDS;
  s.outNext = next;
  return true;
}

function clusterAt(s: Stream, logical: u32): f64 {
  return load<f64>(s.out + ((<usize>(s.outBackward != 0 ? s.outCount - 1 - logical : logical)) << 3));
}

/** Nothing is left of the flush at hand. */
export function flushNone(s: Stream): void {
  s.outCount = 0;
  s.outNext = 0xffffffff;
}
