// Bilinear resizing with half-pixel centres. In: rows of bytes. Out: rows of bytes of another size. No filter beyond the four nearest pixels: reducing by more than two skips
// pixels. Pixel i of w lies at (i + 1/2) / w; beyond the outermost centres the outermost pixels go on. Values are rounded half up.
import { free, malloc } from "../native";

/** A column's place in the source: {u32 left column, u32 right column, f32 part of the right one}. */
const STEP_BYTES: usize = 12;

/** Resizes; false: there is no memory. Sizes are checked by the caller; the pictures must not overlap. */
export function resizeBilinear(from: usize, fromWidth: i32, fromHeight: i32, to: usize, toWidth: i32, toHeight: i32): bool {
  const rowBytes = ((<usize>toWidth + 3) & ~3) << 2;
  const room = malloc(<usize>toWidth * STEP_BYTES + 2 * rowBytes + 16);
  if (room == 0) return false;
  const steps = room;
  let above = (room + <usize>toWidth * STEP_BYTES + 15) & ~15;
  let below = above + rowBytes;
  for (let x = 0; x < toWidth; x++) {
    const at = steps + <usize>x * STEP_BYTES;
    const position = place(x, fromWidth, toWidth);
    const left = <i32>position;
    store<u32>(at, <u32>left);
    store<u32>(at, <u32>min(left + 1, fromWidth - 1), 4);
    store<f32>(at, <f32>(position - <f64>left), 8);
  }
  let aboveRow = -1;
  let belowRow = -1;
  for (let y = 0; y < toHeight; y++) {
    const position = place(y, fromHeight, toHeight);
    const top = <i32>position;
    const bottom = min(top + 1, fromHeight - 1);
    if (aboveRow != top) {
      if (belowRow == top) {
        const swap = above;
        above = below;
        below = swap;
        belowRow = -1;
      } else across(from + <usize>top * <usize>fromWidth, steps, toWidth, above);
      aboveRow = top;
    }
    if (belowRow != bottom) {
      across(from + <usize>bottom * <usize>fromWidth, steps, toWidth, below);
      belowRow = bottom;
    }
    between(above, below, <f32>(position - <f64>top), to + <usize>y * <usize>toWidth, toWidth);
  }
  free(room);
  return true;
}

/** Where pixel i of `count` lies among the centres of `fromCount`, held to [0, fromCount − 1]. */
function place(i: i32, fromCount: i32, count: i32): f64 {
  const position = ((<f64>i + 0.5) * <f64>fromCount) / <f64>count - 0.5;
  return min(max(position, 0), <f64>(fromCount - 1));
}

/** One source row at the columns of the target, as f32. */
function across(row: usize, steps: usize, count: i32, out: usize): void {
  for (let x = 0; x < count; x++) {
    const at = steps + <usize>x * STEP_BYTES;
    const left = <f32>load<u8>(row + <usize>load<u32>(at));
    const right = <f32>load<u8>(row + <usize>load<u32>(at, 4));
    store<f32>(out + ((<usize>x) << 2), left + (right - left) * load<f32>(at, 8));
  }
}

/** A row between two, rounded. */
function between(above: usize, below: usize, part: f32, out: usize, count: i32): void {
  const t = f32x4.splat(part);
  const half = f32x4.splat(0.5);
  let x: usize = 0;
  for (; x < <usize>count; x += 4) {
    const a = v128.load(above + (x << 2));
    const sum = f32x4.add(f32x4.add(a, f32x4.mul(f32x4.sub(v128.load(below + (x << 2)), a), t)), half);
    const whole = i32x4.trunc_sat_f32x4_u(sum);
    const bytes = i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(whole, whole), whole);
    if (x + 4 <= <usize>count) v128.store_lane<u32>(out + x, bytes, 0);
    else for (let i: usize = 0; x + i < <usize>count; i++) store<u8>(out + x + i, <u8>laneOf(whole, i));
  }
}

function laneOf(v: v128, i: usize): u32 {
  if (i == 0) return <u32>i32x4.extract_lane(v, 0);
  return i == 1 ? <u32>i32x4.extract_lane(v, 1) : <u32>i32x4.extract_lane(v, 2);
}
