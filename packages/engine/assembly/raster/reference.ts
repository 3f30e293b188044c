// The reference rasteriser: slow and obvious. In: closed polygons in pixels, as doubles. Out: per pixel the coverage as doubles. Shares no code and no idea with the fast
// one: every pixel looks at every edge. Also curves as very fine polygons, and the measures of a picture by looking at each pixel.

export interface Point {
  readonly x: number;
  readonly y: number;
}
/** A closed polygon: the last point is joined to the first. */
export type Polygon = readonly Point[];

/** Drawing commands as the kernel's callbacks have them: M x y, L x y, Q cx cy x y, C cx cy ex ey x y, Z. */
export type Command = readonly [op: string, ...coordinates: number[]];

/** Parts a curve is cut into: a 10,000 px curve is then nowhere farther than 10,000 / (8 × 512²) px from its polygon. */
const CURVE_PARTS = 512;

/** Coverage of the canvas, row by row; `edges` counts the edges that pass through a pixel. */
export interface Coverage {
  readonly signed: Float64Array;
  readonly edges: Uint16Array;
}

/**
 * Area of a pixel (0..1) right of the part of an edge that lies in the pixel's row, times that part's height, signed: down counts positive. It is the integral over the
 * part's y of clamp(right border - x(y), 0, 1), a piecewise linear function, so exact between the places where the edge meets the pixel's left and right border.
 */
function areaRightOf(a: Point, b: Point, column: number, row: number): number {
  if (a.y === b.y) return 0;
  const [top, bottom, sign] = a.y < b.y ? [a, b, 1] : [b, a, -1];
  const y0 = Math.max(top.y, row);
  const y1 = Math.min(bottom.y, row + 1);
  if (y0 >= y1) return 0;
  const slope = (bottom.x - top.x) / (bottom.y - top.y);
  const x = (y: number): number => top.x + (y - top.y) * slope;
  const covered = (y: number): number => Math.min(1, Math.max(0, column + 1 - x(y)));
  const stops = [y0, y1];
  for (const border of [column, column + 1]) {
    const y = top.y + (border - top.x) / slope;
    if (y > y0 && y < y1) stops.push(y);
  }
  stops.sort((p, q) => p - q);
  let area = 0;
  for (let i = 1; i < stops.length; i++) {
    const from = stops[i - 1] as number;
    const to = stops[i] as number;
    area += ((covered(from) + covered(to)) / 2) * (to - from);
  }
  return sign * area;
}

/** Signed exact area coverage: what accumulating rasterisers compute before they saturate. */
export function exactCoverage(polygons: readonly Polygon[], width: number, height: number): Coverage {
  const signed = new Float64Array(width * height);
  const edges = new Uint16Array(width * height);
  for (const polygon of polygons) {
    for (let i = 0; i < polygon.length; i++) {
      const a = polygon[i] as Point;
      const b = polygon[(i + 1) % polygon.length] as Point;
      const firstRow = Math.max(0, Math.floor(Math.min(a.y, b.y)));
      const lastRow = Math.min(height - 1, Math.floor(Math.max(a.y, b.y)));
      for (let row = firstRow; row <= lastRow; row++) {
        for (let column = 0; column < width; column++) {
          const area = areaRightOf(a, b, column, row);
          const pixel = row * width + column;
          signed[pixel] = (signed[pixel] as number) + area;
          // a part of an edge that passes left of a pixel covers all of it: only others pass through
          const through = Math.min(a.x, b.x) < column + 1 && Math.max(a.x, b.x) > column;
          if (through) edges[pixel] = (edges[pixel] as number) + 1;
        }
      }
    }
  }
  return { signed, edges };
}

/** Ink 0..255 by the rule of the kernel: accumulate, drop the sign, saturate. */
export function accumulatedInk(coverage: Coverage): Float64Array {
  return coverage.signed.map((area) => 255 * Math.min(1, Math.abs(area)));
}

/** Ink 0..255 by the true non-zero rule: the part of `side` × `side` samples a pixel whose winding number is not 0. */
export function sampledInk(polygons: readonly Polygon[], width: number, height: number, side: number): Float64Array {
  const ink = new Float64Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let sub = 0; sub < side; sub++) {
      const y = row + (sub + 0.5) / side;
      // where the sample row meets the edges, and which way they go
      const crossings: { x: number; way: number }[] = [];
      for (const polygon of polygons) {
        for (let i = 0; i < polygon.length; i++) {
          const a = polygon[i] as Point;
          const b = polygon[(i + 1) % polygon.length] as Point;
          if (a.y <= y === b.y <= y) continue;
          crossings.push({ x: a.x + ((y - a.y) * (b.x - a.x)) / (b.y - a.y), way: a.y < b.y ? 1 : -1 });
        }
      }
      for (let sample = 0; sample < width * side; sample++) {
        const x = (sample + 0.5) / side;
        let winding = 0;
        for (const crossing of crossings) if (crossing.x < x) winding += crossing.way;
        const pixel = row * width + Math.floor(x);
        if (winding !== 0) ink[pixel] = (ink[pixel] as number) + 255 / (side * side);
      }
    }
  }
  return ink;
}

/** Drawing commands as polygons, curves cut into CURVE_PARTS; each point goes through `place`. */
export function polygonsOf(commands: readonly Command[], place: (p: Point) => Point = (p) => p): Polygon[] {
  const polygons: Point[][] = [];
  let at: Point = { x: 0, y: 0 };
  for (const [op, ...v] of commands) {
    const point = (i: number): Point => ({ x: v[i] as number, y: v[i + 1] as number });
    if (op === "M") polygons.push([]);
    if (op === "Z") continue;
    const polygon = polygons[polygons.length - 1] as Point[];
    const control = [at, point(0), ...(v.length > 2 ? [point(2)] : []), ...(v.length > 4 ? [point(4)] : [])];
    const parts = op === "Q" || op === "C" ? CURVE_PARTS : 1;
    for (let i = 1; i <= parts; i++) polygon.push(place(op === "M" || op === "L" ? point(0) : bezier(control, i / parts)));
    at = point(v.length - 2);
  }
  return polygons;
}

/** De Casteljau. */
function bezier(control: readonly Point[], t: number): Point {
  if (control.length === 1) return control[0] as Point;
  const next: Point[] = [];
  for (let i = 1; i < control.length; i++) {
    const a = control[i - 1] as Point;
    const b = control[i] as Point;
    next.push({ x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t });
  }
  return bezier(next, t);
}

export interface PictureMeasures {
  inkSum: number;
  sumX: number;
  sumY: number;
  left: number;
  top: number;
  right: number;
  bottom: number;
  beam: number;
}

/** The measures of docs/metrics.md, pixel by pixel. `blank` is the byte of no ink: 255, or 0 for an inverted canvas. */
export function measuresOf(pixels: Uint8Array, width: number, height: number, blank: number): PictureMeasures {
  const m: PictureMeasures = { inkSum: 0, sumX: 0, sumY: 0, left: width, top: height, right: 0, bottom: 0, beam: 0 };
  for (let y = 0; y < height; y++) {
    let run = 0;
    for (let x = 0; x < width; x++) {
      const ink = Math.abs((pixels[y * width + x] as number) - blank);
      run = ink > 0 ? run + 1 : 0;
      m.beam = Math.max(m.beam, run);
      if (ink === 0) continue;
      m.inkSum += ink;
      m.sumX += ink * (x + 0.5);
      m.sumY += ink * (y + 0.5);
      m.left = Math.min(m.left, x);
      m.top = Math.min(m.top, y);
      m.right = Math.max(m.right, x + 1);
      m.bottom = Math.max(m.bottom, y + 1);
    }
  }
  if (m.right === 0) m.left = m.top = 0;
  return m;
}
