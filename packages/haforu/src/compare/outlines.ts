// How far an outline moved. In: two outlines as SVG path data in font units. Out: the largest movement of a point, or that they are made of other segments.

/** Another number, or another order, of moves, lines and curves. */
export const OTHER_SEGMENTS: number = Number.POSITIVE_INFINITY;

/** The largest distance between corresponding points, in units of the first; `scale`: units of the first a unit of the second. */
export function outlineMovement(a: string, b: string, scale: number): number {
  if (a === b && scale === 1) return 0;
  if (skeleton(a) !== skeleton(b)) return OTHER_SEGMENTS;
  const from = coordinates(a);
  const to = coordinates(b);
  let worst = 0;
  for (let i = 0; i + 1 < from.length; i += 2) {
    const dx = (to[i] as number) * scale - (from[i] as number);
    const dy = (to[i + 1] as number) * scale - (from[i + 1] as number);
    worst = Math.max(worst, Math.hypot(dx, dy));
  }
  return worst;
}

function skeleton(path: string): string {
  return path.replace(/[^MLQCZ]+/g, "");
}

function coordinates(path: string): readonly number[] {
  return (path.match(/-?[\d.]+/g) ?? []).map(Number);
}
