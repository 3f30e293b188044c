// A canvas as base64 of a PNG file (ISO/IEC 15948): 8-bit greyscale, one IDAT, compressed by libdeflate. Knows nothing of JSON.
import { free, hfn_crc32, hfn_deflate, hfn_deflate_bound, malloc } from "../native";
import { putBase64 } from "./base64";

/**
 * libdeflate's level. At pictures of glyphs 1 takes 0.2–0.6 of the time of zlib at level 6 for files 0–6 % larger; 5 takes 0.5–1.05 for files 4 % larger to 20 %
 * smaller (bench/encode.mjs). Compressing is nearly all of a PNG job's time, so time wins.
 */
const DEFLATE_LEVEL = 1;
/** Scratch up to this size stays for the next image: a 3000×1200 canvas needs 7.3 MB. */
const PNG_KEEP_BYTES: usize = 32 << 20;
/** Signature 8, IHDR 12 + 13, IDAT 12, IEND 12. */
const PNG_FRAME_BYTES: usize = 57;
const FILTER_NONE: u8 = 0;

export const PNG_OK: i32 = 0;
export const PNG_NO_MEMORY: i32 = 1;

let scratch: usize = 0;
let scratchBytes: usize = 0;

/** Bytes the PNG writer holds from malloc between jobs. */
export function pngBytes(): usize {
  return scratchBytes;
}

/** Gives the scratch memory back. */
export function pngRelease(): void {
  if (scratch != 0) free(scratch);
  scratch = 0;
  scratchBytes = 0;
}

/** The file made last by pngMake: the writer's memory, valid until the next pngMake or pngRelease. */
export let pngFile: usize = 0;
export let pngFileBytes: usize = 0;

/**
 * Makes the PNG of a canvas: `width` × `height` bytes at `pixels`, rows contiguous, 0 black and 255 white as they stand.
 * Rows outside [inkTop, inkBottom) must hold nothing but `blankByte`; they are not read. PNG_OK: the file is at pngFile; PNG_NO_MEMORY: there is none.
 */
export function pngMake(pixels: usize, width: u32, height: u32, inkTop: i32, inkBottom: i32, blankByte: u32): i32 {
  const filteredBytes = (<usize>width + 1) * <usize>height;
  const bound = <usize>hfn_deflate_bound(DEFLATE_LEVEL, <u32>filteredBytes);
  const needed = filteredBytes + bound + PNG_FRAME_BYTES + 64;
  if (needed > scratchBytes) {
    pngRelease();
    scratch = malloc(needed);
    if (scratch == 0) return PNG_NO_MEMORY;
    scratchBytes = needed;
  }
  filterRows(scratch, pixels, <usize>width, height, inkTop, inkBottom, <u8>blankByte);
  const file = scratch + ((filteredBytes + 15) & ~15);

  store<u64>(file, 0x0a1a0a0d474e5089); // "\x89PNG\r\n\x1a\n" (section 5.2)
  store<u32>(file, bswap<u32>(13), 8);
  store<u32>(file, 0x52444849, 12); // "IHDR"
  store<u32>(file, bswap<u32>(width), 16);
  store<u32>(file, bswap<u32>(height), 20);
  store<u8>(file, 8, 24); // bits a sample
  store<u32>(file, 0, 25); // greyscale, deflate, adaptive filters, no interlace
  store<u32>(file, bswap<u32>(hfn_crc32(0, file + 12, 17)), 29);

  const packed = <usize>hfn_deflate(DEFLATE_LEVEL, scratch, <u32>filteredBytes, file + 41, <u32>bound);
  if (packed == 0) return PNG_NO_MEMORY; // within its bound libdeflate fails only where it finds no memory for itself
  store<u32>(file, bswap<u32>(<u32>packed), 33);
  store<u32>(file, 0x54414449, 37); // "IDAT"
  const end = file + 41 + packed;
  store<u32>(end, bswap<u32>(hfn_crc32(0, file + 37, <u32>packed + 4)));
  store<u32>(end, 0, 4);
  store<u32>(end, 0x444e4549, 8); // "IEND"
  store<u32>(end, 0x826042ae, 12); // its CRC, always the same
  pngFile = file;
  pngFileBytes = end + 16 - file;
  return PNG_OK;
}

/** Appends base64 of the PNG of a canvas; arguments and status as pngMake, nothing is appended on PNG_NO_MEMORY. Large scratch memory is given back. */
export function putPngBase64(pixels: usize, width: u32, height: u32, inkTop: i32, inkBottom: i32, blankByte: u32): i32 {
  const status = pngMake(pixels, width, height, inkTop, inkBottom, blankByte);
  if (status == PNG_OK) putBase64(pngFile, pngFileBytes);
  if (scratchBytes > PNG_KEEP_BYTES) pngRelease();
  return status;
}

/** Scanlines behind filter bytes: "none" for all. It gave the smallest files of text and cost 2–10 % at single large glyphs against choosing by row. */
function filterRows(to: usize, pixels: usize, width: usize, height: u32, inkTop: i32, inkBottom: i32, blank: u8): void {
  const top = max(inkTop, 0);
  const bottom = min(inkBottom, <i32>height);
  for (let y = 0; y < <i32>height; y++) {
    store<u8>(to, FILTER_NONE);
    if (y >= top && y < bottom) memory.copy(to + 1, pixels + <usize>y * width, width);
    else memory.fill(to + 1, blank, width);
    to += width + 1;
  }
}
