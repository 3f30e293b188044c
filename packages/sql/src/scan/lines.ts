// From byte offsets to lines and columns: lines end with a line feed, as psql counts them; columns count code points. Both begin with 1.
import { BYTE } from "./classes.ts";

/** A place in a text. */
export interface Place {
  /** Counts from 1; lines end with "\n". */
  readonly line: number;
  /** Counts from 1, in code points. */
  readonly column: number;
}

/** Places of offsets in one text; built when first asked, so that a scan without an error counts no lines. */
export class Lines {
  readonly #bytes: Uint8Array;
  #starts: number[] | undefined;
  /** The last place that was asked for: its line, from 0, its offset and column. */
  #line = -1;
  #offset = 0;
  #column = 1;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Place of the code point that holds a byte; an offset beyond the end is the place behind the last one. */
  at(offset: number): Place {
    const bytes = this.#bytes;
    this.#starts ??= startsOf(bytes);
    const starts = this.#starts;
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle;
    }
    const end = Math.min(offset, bytes.length);
    // Offsets mostly come in their order: a long line is counted once.
    const goesOn = this.#line === low && this.#offset <= end;
    let column = goesOn ? this.#column : 1;
    for (let at = goesOn ? this.#offset : (starts[low] as number); at < end; at++) if (((bytes[at] as number) & 0xc0) !== 0x80) column++;
    this.#line = low;
    this.#offset = end;
    this.#column = column;
    return { line: low + 1, column };
  }
}

function startsOf(bytes: Uint8Array): number[] {
  const starts = [0];
  for (let at = 0; at < bytes.length; at++) if (bytes[at] === BYTE.newline) starts.push(at + 1);
  // A byte order mark is not a column.
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) starts[0] = 3;
  return starts;
}
