// What a sweep counts about the ink of a picture: raw integer sums, exact, from which measure/ derives the metrics.

/** All of ink 0..255 whatever the canvas's polarity; x to the right and y down, in pixels of the canvas; boxes half-open, all 0 when there is no ink. */
@unmanaged
export class Tally {
  /** Σ ink. */
  inkSum: f64;
  /** Σ ink × (x + 1/2) and Σ ink × (y + 1/2) over the pixels' columns and rows. */
  sumX: f64;
  sumY: f64;
  /** Ink box. */
  left: i32;
  top: i32;
  right: i32;
  bottom: i32;
  /** The longest run of pixels with ink in one row. */
  beam: i32;
}
