// The extended measures as plain loops over pixels, for tests to hold extended.ts against. In and out as there; slow, obvious, no vectors.

/** Ink of a pixel of the canvas; outside the box there is none. */
function inkAt(pixels: usize, width: i32, left: i32, top: i32, right: i32, bottom: i32, blank: u32, x: i32, y: i32): f64 {
  if (x < left || x >= right || y < top || y >= bottom) return 0;
  return <f64>(<u32>load<u8>(pixels + <usize>y * <usize>width + <usize>x) ^ blank);
}

/** Second moments xx, yy, xy, the perimeter, and the number of gaps, as five f64 at `out`. */
export function referenceExtended(pixels: usize, width: i32, left: i32, top: i32, right: i32, bottom: i32, blank: u32, vertical: bool, out: usize): void {
  let ink: f64 = 0;
  let sumX: f64 = 0;
  let sumY: f64 = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const v = inkAt(pixels, width, left, top, right, bottom, blank, x, y);
      ink += v;
      sumX += v * (<f64>x + 0.5);
      sumY += v * (<f64>y + 0.5);
    }
  }
  const middleX = sumX / ink;
  const middleY = sumY / ink;
  let xx: f64 = 0;
  let yy: f64 = 0;
  let xy: f64 = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const v = inkAt(pixels, width, left, top, right, bottom, blank, x, y);
      const dx = <f64>x + 0.5 - middleX;
      const dy = <f64>y + 0.5 - middleY;
      xx += v * dx * dx;
      yy += v * dy * dy;
      xy += v * dx * dy;
    }
  }
  let border: f64 = 0;
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const a = inkAt(pixels, width, left, top, right, bottom, blank, x - 1, y - 1);
      const b = inkAt(pixels, width, left, top, right, bottom, blank, x, y - 1);
      const c = inkAt(pixels, width, left, top, right, bottom, blank, x - 1, y);
      const d = inkAt(pixels, width, left, top, right, bottom, blank, x, y);
      const gx = (b - a + (d - c)) / 2;
      const gy = (c - a + (d - b)) / 2;
      border += sqrt(gx * gx + gy * gy) / 255;
    }
  }
  let gaps = 0;
  let blankBefore = false;
  const from = vertical ? top : left;
  const to = vertical ? bottom : right;
  for (let i = from; i < to; i++) {
    let some: f64 = 0;
    const crossFrom = vertical ? left : top;
    const crossTo = vertical ? right : bottom;
    for (let k = crossFrom; k < crossTo; k++) {
      some += inkAt(pixels, width, left, top, right, bottom, blank, vertical ? k : i, vertical ? i : k);
    }
    if (some == 0 && !blankBefore) gaps++;
    blankBefore = some == 0;
  }
  store<f64>(out, xx / ink + 1.0 / 12);
  store<f64>(out, yy / ink + 1.0 / 12, 8);
  store<f64>(out, xy / ink, 16);
  store<f64>(out, border, 24);
  store<f64>(out, <f64>gaps, 32);
}
