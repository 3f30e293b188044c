// Which code points a `cmap` may cover: bytes in, half-open ranges out (OpenType 1.9.1, chapter cmap). Which glyph each has, if any, is for the engine to say:
// this only spares it the rest of Unicode. A subtable of an unknown or broken form stands for the whole of what it could cover.

type Range = readonly [first: number, end: number];

const BMP: Range = [0, 0x10000];
const UNICODE: Range = [0, 0x110000];
/** Groups of a format 12 that are read: more than Unicode has code points can be no cmap. */
const GROUPS_MAX = 0x110000;
const VARIATION_SEQUENCES = 14;

/** Sorted ranges that do not touch one another. */
export function cmapRanges(bytes: Uint8Array): Range[] {
  if (bytes.length < 4) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = Math.min(view.getUint16(2), Math.floor((bytes.length - 4) / 8));
  const offsets = new Set<number>();
  for (let i = 0; i < count; i++) offsets.add(view.getUint32(4 + i * 8 + 4));
  const ranges = merged([...offsets].flatMap((offset) => subtable(view, offset)));
  // HarfBuzz shows a symbol font's U+F000..U+F0FF at U+0000..U+00FF too.
  return ranges.some(([first, end]) => first < 0xf100 && end > 0xf000) ? merged([[0, 0x100], ...ranges]) : ranges;
}

function subtable(view: DataView, at: number): Range[] {
  try {
    const format = view.getUint16(at);
    switch (format) {
      case 0:
        // Of a Macintosh subtable: its 256 codes may stand for any characters of MacRoman.
        return [BMP];
      case 4: {
        const segments = view.getUint16(at + 6) >> 1;
        return Array.from({ length: segments }, (_, i): Range => {
          const last = view.getUint16(at + 14 + i * 2);
          return [view.getUint16(at + 16 + segments * 2 + i * 2), last + 1];
        });
      }
      case 6: {
        const first = view.getUint16(at + 6);
        return [[first, first + view.getUint16(at + 8)]];
      }
      case 10: {
        const first = view.getUint32(at + 12);
        return [[first, Math.min(first + view.getUint32(at + 16), UNICODE[1])]];
      }
      case 12:
      case 13: {
        const groups = Math.min(view.getUint32(at + 12), GROUPS_MAX);
        return Array.from({ length: groups }, (_, i): Range => {
          const group = at + 16 + i * 12;
          return [view.getUint32(group), Math.min(view.getUint32(group + 4) + 1, UNICODE[1])];
        });
      }
      case VARIATION_SEQUENCES:
        return [];
      default:
        return [UNICODE];
    }
  } catch (error) {
    if (error instanceof RangeError) return [UNICODE];
    throw error;
  }
}

function merged(ranges: Range[]): Range[] {
  const sorted = ranges.filter(([first, end]) => first < end).sort((a, b) => a[0] - b[0]);
  const out: [number, number][] = [];
  for (const [first, end] of sorted) {
    const last = out.at(-1);
    if (last !== undefined && first <= last[1]) last[1] = Math.max(last[1], end);
    else out.push([first, end]);
  }
  return out;
}
