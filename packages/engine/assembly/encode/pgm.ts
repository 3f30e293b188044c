// A canvas as base64 of a P5 (binary PGM) file, into the output buffer. Only what holds ink is encoded: every group of three blank bytes gives the same
// four letters whatever its place in a row, so blank stretches are filled, and neither the 17 bytes of header nor the width need line up with threes.
import { base64Length, SPARSE_BYTES, writeBase64, writeBase64Sparse } from "./base64";
import { writeUnsigned } from "./number";
import { outAdvanceTo, outCursor, outReserve, outRun, putBytes } from "./out";

/** "P5\n32768 32768\n255\n" is 19 bytes; three more make the last group whole. */
const HEADER_ROOM_BYTES = 32;
const header: usize = memory.data(HEADER_ROOM_BYTES, 16);

/** Groups of three bytes that the vectors take together. */
const GROUPS_TOGETHER: usize = SPARSE_BYTES / 3;

/** Blank bytes are 255 or, inverted, 0: a group of three is four letters '/' or four letters 'A'. */
const SLASH: u8 = 0x2f;
const LETTER_A: u8 = 0x41;

/** Appends the P5 header of a canvas of this size as it is. */
export function putPgmHeader(width: u32, height: u32): void {
  const end = writeHeader(width, height);
  putBytes(header, end - header);
}

function writeHeader(width: u32, height: u32): usize {
  store<u16>(header, 0x3550); // "P5"
  store<u8>(header, 0x0a, 2);
  let at = writeUnsigned(header + 3, width);
  store<u8>(at, 0x20);
  at = writeUnsigned(at + 1, height);
  store<u32>(at, 0x3535320a); // "\n255"
  store<u8>(at, 0x0a, 4);
  return at + 5;
}

/**
 * Appends base64 of the P5 file of a canvas: `width` × `height` bytes at `pixels`, rows contiguous.
 * Pixels outside the box [inkLeft, inkRight) × [inkTop, inkBottom) must hold nothing but `blankByte` (255, or 0 for an inverted canvas); hardly any of them is read.
 */
export function putPgmBase64(pixels: usize, width: u32, height: u32, inkLeft: i32, inkTop: i32, inkRight: i32, inkBottom: i32, blankByte: u32): void {
  const headerEnd = writeHeader(width, height);
  const headerBytes = headerEnd - header;
  const pixelBytes = <usize>width * <usize>height;
  const fileBytes = headerBytes + pixelBytes;
  if (!outReserve(base64Length(fileBytes))) return;
  const start = outCursor();
  const blankLetter = blankByte == 0 ? LETTER_A : SLASH;

  // The header and the pixels that make its last group whole.
  const lead = min(((headerBytes + 2) / 3) * 3 - headerBytes, pixelBytes);
  memory.copy(headerEnd, pixels, lead);
  let at = writeBase64(start, header, headerBytes + lead);
  if (lead == pixelBytes) {
    outAdvanceTo(at);
    return;
  }

  // From here on groups of three pixels are counted, from pixel `lead` on: a row's ink begins and ends somewhere within one, and is widened to whole ones.
  const groups = pixels + lead;
  const rest = pixelBytes - lead;
  const wholeGroups = rest / 3;
  const left = <usize>max(inkLeft, 0);
  const right = <usize>min(inkRight, <i32>width);
  let done: usize = 0;
  if (left < right) {
    for (let y = <usize>max(inkTop, 0), last = <usize>min(inkBottom, <i32>height); y < last; y++) {
      const from = (max(y * width + left, lead) - lead) / 3;
      const to = (max(y * width + right, lead) - lead + 2) / 3;
      const first = max(from, done);
      // to whole vectors: what follows the ink is blank, or the next row's
      const after = min(first + ((max(to, first) - first + GROUPS_TOGETHER - 1) & ~(GROUPS_TOGETHER - 1)), wholeGroups);
      if (after <= first) continue;
      at = outRun(at, blankLetter, (first - done) << 2);
      at = writeBase64Sparse(at, groups + first * 3, (after - first) * 3, pixels + pixelBytes, <u8>blankByte);
      done = after;
    }
  }
  at = outRun(at, blankLetter, (wholeGroups - done) << 2);
  // One or two pixels are left over; they are read whether blank or not.
  at = writeBase64(at, groups + wholeGroups * 3, rest - wholeGroups * 3);
  outAdvanceTo(at);
}
