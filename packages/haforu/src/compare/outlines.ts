// How far an outline moved. In: two outlines as SVG path data in font units, bytes of ASCII as the engine writes them. Out: the largest movement of a point, or that they are
// made of other segments. A hot loop: it reads the numbers where they lie and allocates nothing.

/** Another number, or another order, of moves, lines and curves. */
export const OTHER_SEGMENTS: number = Number.POSITIVE_INFINITY;

const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

// Where the last number ended.
let end = 0;

/** The largest distance between corresponding points, in units of the first; `scale`: units of the first a unit of the second. */
export function outlineMovement(a: Uint8Array, b: Uint8Array, scale: number): number {
  if (scale === 1 && sameBytes(a, b)) return 0;
  let worst = 0;
  let dx = 0;
  let isX = true;
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const [first, second] = [isNumber(a[i] as number), isNumber(b[j] as number)];
    if (first !== second) return OTHER_SEGMENTS;
    if (!first) {
      // Letters of commands, and the spaces and signs between numbers: these say how many numbers there are.
      if (a[i] !== b[j]) return OTHER_SEGMENTS;
      i += 1;
      j += 1;
      continue;
    }
    const from = numberAt(a, i);
    i = end;
    const to = numberAt(b, j);
    j = end;
    const distance = to * scale - from;
    if (isX) dx = distance;
    else worst = Math.max(worst, Math.sqrt(dx * dx + distance * distance));
    isX = !isX;
  }
  return i === a.length && j === b.length ? worst : OTHER_SEGMENTS;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function isNumber(byte: number): boolean {
  return byte === MINUS || (byte >= ZERO && byte <= NINE);
}

/** Reads what the engine writes: a sign, digits, a point and at most three digits. */
function numberAt(bytes: Uint8Array, start: number): number {
  let at = start;
  const negative = bytes[at] === MINUS;
  if (negative) at += 1;
  let value = 0;
  let unit = 0;
  for (; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte === POINT) unit = 1;
    else if (byte >= ZERO && byte <= NINE) {
      value = value * 10 + (byte - ZERO);
      unit *= 10;
    } else break;
  }
  end = at;
  const magnitude = unit > 1 ? value / unit : value;
  return negative ? -magnitude : magnitude;
}
