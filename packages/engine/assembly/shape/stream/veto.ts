// Boundaries that a cut may not use, whatever the font says.

/** Whether the boundary in front of code point `at` of `count` at `text` is vetoed. */
export function vetoed(text: usize, count: u32, at: u32): bool {
  return false;
}
