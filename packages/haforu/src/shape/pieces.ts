// Strings as the UTF-8 that the engine reads, in pieces of bounded size: surrogate pairs that are split between strings are joined, and a surrogate
// without its other half becomes one byte that is no UTF-8, which the engine reads as U+FFFD, counts and warns of.

/** UTF-16 units encoded at a time: few enough that the first flush of a long string does not wait for much of it. */
const PIECE_UNITS = 2048;
/** One ill-formed part of UTF-8. */
const ILL_FORMED: Uint8Array = Uint8Array.of(0xff);
const NOTHING: Uint8Array = new Uint8Array(0);

const encoder: TextEncoder = new TextEncoder();

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** Keeps a high surrogate at a string's end for the next string. */
export class UnitCarry {
  #high = "";

  /** The kept unit and the string, without a high surrogate at its end. */
  join(text: string): string {
    const joined = this.#high + text;
    const last = joined.length - 1;
    if (last >= 0 && isHigh(joined.charCodeAt(last))) {
      this.#high = joined.slice(last);
      return joined.slice(0, last);
    }
    this.#high = "";
    return joined;
  }

  /** What is kept, as bytes: no other half can come. */
  flush(): Uint8Array {
    if (this.#high === "") return NOTHING;
    this.#high = "";
    return ILL_FORMED;
  }
}

/** A string as UTF-8 in pieces; none ends inside of a character. Each is valid until the next is asked for. */
export function* encodePieces(text: string): Generator<Uint8Array, void, void> {
  const target = new Uint8Array(Math.min(text.length, PIECE_UNITS) * 3);
  for (let start = 0; start < text.length; ) {
    let end = Math.min(start + PIECE_UNITS, text.length);
    if (end < text.length && isHigh(text.charCodeAt(end - 1))) end -= 1;
    const piece = start === 0 && end === text.length ? text : text.slice(start, end);
    start = end;
    if (isWellFormed(piece)) {
      yield target.subarray(0, encoder.encodeInto(piece, target).written);
      continue;
    }
    let from = 0;
    for (const lone of piece.matchAll(/\p{Surrogate}/gu)) {
      if (lone.index > from) yield target.subarray(0, encoder.encodeInto(piece.slice(from, lone.index), target).written);
      yield ILL_FORMED;
      from = lone.index + 1;
    }
    if (from < piece.length) yield target.subarray(0, encoder.encodeInto(piece.slice(from), target).written);
  }
}

/** ES2024; in all supported Node versions, not in all browsers. */
type WellFormed = { isWellFormed?: () => boolean };

function isWellFormed(text: string): boolean {
  return (text as WellFormed).isWellFormed?.() ?? !/\p{Surrogate}/u.test(text);
}
