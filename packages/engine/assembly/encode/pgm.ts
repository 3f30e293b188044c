// A canvas as base64 of a P5 (binary PGM) file, into the output buffer. Only what holds ink is encoded: every group of three blank bytes gives the same
// four letters whatever its place in a row, so blank stretches are filled, and neither the 17 bytes of header nor the width need line up with threes.
import { base64Length, writeBase64, writeBase64Sparse } from "./base64";
import { writeUnsigned } from "./number";
import { outAdvanceTo, outCursor, outReserve, putBytes } from "./out";

/** "P5\n32768 32768\n255\n" is 19 bytes; three more make the last group whole. */
const HEADER_ROOM_BYTES = 32;
const header: usize = memory.data(HEADER_ROOM_BYTES, 16);

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
 * Rows outside [inkTop, inkBottom) must hold nothing but `blankByte` (255, or 0 for an inverted canvas); they are not read.
 */
export function putPgmBase64(pixels: usize, width: u32, height: u32, inkTop: i32, inkBottom: i32, blankByte: u32): void {
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

  // From here on `done` counts pixels; groups begin at lead + 3k. Ink is widened outwards to whole groups.
  const rest = pixelBytes - lead;
  const inkFrom = <usize>max(inkTop, 0) * width;
  const inkTo = min(<usize>max(inkBottom, 0) * width, pixelBytes);
  const wholeGroups = rest / 3;
  let firstGroup = wholeGroups;
  let afterGroup = wholeGroups;
  if (inkFrom < inkTo) {
    firstGroup = inkFrom <= lead ? 0 : (inkFrom - lead) / 3;
    afterGroup = inkTo <= lead ? 0 : min((inkTo - lead + 2) / 3, wholeGroups);
    if (firstGroup > wholeGroups) firstGroup = wholeGroups;
    if (afterGroup < firstGroup) afterGroup = firstGroup;
  }
  const groups = pixels + lead;
  memory.fill(at, blankLetter, firstGroup << 2);
  at = writeBase64Sparse(at + (firstGroup << 2), groups + firstGroup * 3, (afterGroup - firstGroup) * 3, <u8>blankByte);
  memory.fill(at, blankLetter, (wholeGroups - afterGroup) << 2);
  at += (wholeGroups - afterGroup) << 2;
  // One or two pixels are left over; they are read whether blank or not.
  at = writeBase64(at, groups + wholeGroups * 3, rest - wholeGroups * 3);
  outAdvanceTo(at);
}
