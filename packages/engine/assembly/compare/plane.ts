// Pictures and planes of ink. In: a picture as a host holds it (rows of bytes, 255 blank, or 0 where inverted). Out: its ink box, and copies of a part of it as ink (0 blank,
// 255 full) with blank around it, so that the kernels need no edge cases. Knows nothing of what is compared.
import { free, malloc } from "../native";

/** A picture that belongs to the caller: `height` rows of `width` bytes without gaps. */
@unmanaged
export class Picture {
  pixels: usize;
  width: i32;
  height: i32;
  /** The byte of no ink: 255, or 0 for inverted pictures. */
  blank: u32;
  /** Ink box, half-open; all 0 without ink. Set by findInk. */
  left: i32;
  top: i32;
  right: i32;
  bottom: i32;
}

/** Ink of a rectangle: `height` rows, `stride` bytes apart, of which the first `width` are the rectangle and the others 0. PLANE_MARGIN blank rows lie before and behind. */
@unmanaged
export class Plane {
  memory: usize;
  capacity: usize;
  /** First byte of the rectangle. */
  ink: usize;
  width: i32;
  height: i32;
  stride: usize;
}

/** Blank rows around a plane, and at least as many blank bytes behind each row: what a window of 11 pixels sees beyond the ink, and what a vector may read too much. */
export const PLANE_MARGIN: i32 = 16;
/** Memory of a plane above this is given back after the call (a 3000 × 1200 picture takes 4 MB). */
const KEEP_BYTES: usize = 32 << 20;

/** Lays a plane out and makes it blank. False: there is no memory. */
export function planeOpen(plane: Plane, width: i32, height: i32): bool {
  const stride = ((<usize>width + 15) & ~15) + <usize>PLANE_MARGIN;
  const bytes = stride * (<usize>height + 2 * <usize>PLANE_MARGIN) + <usize>PLANE_MARGIN;
  if (bytes > plane.capacity) {
    if (plane.memory != 0) free(plane.memory);
    plane.memory = malloc(bytes);
    plane.capacity = plane.memory == 0 ? 0 : bytes;
    if (plane.memory == 0) return false;
  }
  memory.fill(plane.memory, 0, bytes);
  plane.width = width;
  plane.height = height;
  plane.stride = stride;
  plane.ink = plane.memory + stride * <usize>PLANE_MARGIN;
  return true;
}

/** Gives large memory back. */
export function planeShrink(plane: Plane): void {
  if (plane.capacity <= KEEP_BYTES) return;
  free(plane.memory);
  plane.memory = 0;
  plane.capacity = 0;
}

/** Copies the picture's ink into an open plane, its ink box's corner at (x, y). The box must fit. */
export function planeCopy(plane: Plane, picture: Picture, x: i32, y: i32): void {
  const bytes = picture.right - picture.left;
  const polarity = i8x16.splat(<i8>picture.blank);
  for (let row = picture.top; row < picture.bottom; row++) {
    const from = picture.pixels + <usize>row * <usize>picture.width + <usize>picture.left;
    const to = plane.ink + <usize>(y + row - picture.top) * plane.stride + <usize>x;
    let i = 0;
    for (; i + 16 <= bytes; i += 16) v128.store(to + i, v128.xor(v128.load(from + i), polarity));
    for (; i < bytes; i++) store<u8>(to + i, load<u8>(from + i) ^ <u8>picture.blank);
  }
}

/** Whether any of `bytes` bytes differs from `blank`. */
function inked(at: usize, bytes: i32, blank: u32): bool {
  const none = i8x16.splat(<i8>blank);
  let i = 0;
  for (; i + 64 <= bytes; i += 64) {
    const a = v128.or(v128.xor(v128.load(at + i), none), v128.xor(v128.load(at + i, 16), none));
    const b = v128.or(v128.xor(v128.load(at + i, 32), none), v128.xor(v128.load(at + i, 48), none));
    if (v128.any_true(v128.or(a, b))) return true;
  }
  for (; i < bytes; i++) if (load<u8>(at + i) != <u8>blank) return true;
  return false;
}

/** Index of the first byte that differs from `blank`, at most `bytes`. */
function firstInk(at: usize, bytes: i32, blank: u32): i32 {
  const none = i8x16.splat(<i8>blank);
  let i = 0;
  for (; i + 16 <= bytes; i += 16) if (v128.any_true(v128.xor(v128.load(at + i), none))) break;
  while (i < bytes && load<u8>(at + i) == <u8>blank) i++;
  return i;
}

/** Index behind the last of `bytes` bytes that differs from `blank`; 0: none. */
function endInk(at: usize, bytes: i32, blank: u32): i32 {
  const none = i8x16.splat(<i8>blank);
  let i = bytes;
  for (; i >= 16; i -= 16) if (v128.any_true(v128.xor(v128.load(at + i - 16), none))) break;
  while (i > 0 && load<u8>(at + i - 1) == <u8>blank) i--;
  return i;
}

/** Finds the picture's ink box among rows [from, to). */
export function findInk(picture: Picture, from: i32, to: i32): void {
  const width = picture.width;
  const pitch = <usize>width;
  const blank = picture.blank;
  let top = from;
  while (top < to && !inked(picture.pixels + <usize>top * pitch, width, blank)) top++;
  let bottom = to;
  while (bottom > top && !inked(picture.pixels + <usize>(bottom - 1) * pitch, width, blank)) bottom--;
  let left = width;
  let right = 0;
  for (let y = top; y < bottom; y++) {
    const row = picture.pixels + <usize>y * pitch;
    left = firstInk(row, left, blank);
    if (right < width) right += endInk(row + right, width - right, blank);
  }
  const some = bottom > top;
  picture.left = some ? left : 0;
  picture.top = some ? top : 0;
  picture.right = some ? right : 0;
  picture.bottom = some ? bottom : 0;
}
