// Binary PGM (P5, netpbm's pgm(5)) to 8-bit grey pixels and back. Knows nothing of ink or jobs: 0 is black, 255 white.

/** Rows from the top, contiguous: pixel (x, y) is pixels[y * width + x]. */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** As the contract's canvas area: more would be a broken header, not a picture. */
const MAX_PIXELS = 2 ** 28;

/**
 * Reads a P5 file of one byte a pixel.
 * @returns a picture whose pixels are a view of `file`.
 * @throws {RangeError} for another format, a maximum other than 255, or a file cut short.
 */
export function decodePgm(file: Uint8Array): GreyPicture {
  if (file[0] !== 0x50 || file[1] !== 0x35) throw new RangeError("expected a binary PGM (P5)");
  let at = 2;
  const [width, height, maximum] = [number(), number(), number()];
  if (maximum !== 255) throw new RangeError(`expected a PGM with maximum 255, got ${maximum}`);
  at += 1; // exactly one white space before the pixels
  if (width * height > MAX_PIXELS) throw new RangeError(`a PGM of ${width}x${height} pixels is too large`);
  if (file.length < at + width * height) throw new RangeError("the PGM ends before its last pixel");
  return { width, height, pixels: file.subarray(at, at + width * height) };

  function number(): number {
    for (; at < file.length; at++) {
      const byte = file[at] as number;
      if (byte === 0x23) {
        while (at < file.length && file[at] !== 0x0a) at++;
      } else if (byte > 0x20) break;
    }
    let value = 0;
    const first = at;
    for (; at < file.length; at++) {
      const digit = (file[at] as number) - 0x30;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (at === first || at - first > 9) throw new RangeError("the PGM's header is broken");
    return value;
  }
}

/** A P5 file of these pixels. */
export function pgmFromPixels(picture: GreyPicture): Uint8Array {
  const header = new TextEncoder().encode(`P5\n${picture.width} ${picture.height}\n255\n`);
  const file = new Uint8Array(header.length + picture.pixels.length);
  file.set(header);
  file.set(picture.pixels, header.length);
  return file;
}
