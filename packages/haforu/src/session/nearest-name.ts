// Which name somebody may have meant: an unknown one and those there are in, the nearest of these out.

/** Longer names are no misspelling of ours. */
const LONGEST = 24;
/** How many letters may differ. */
const FARTHEST = 2;

/** The name nearest to `name`: equal but for case, underscores and hyphens, or up to two letters away. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  if (name.length > LONGEST) return undefined;
  let best: string | undefined;
  let bestDistance = FARTHEST + 1;
  for (const candidate of known) {
    const distance = distanceOf(plain(name), plain(candidate));
    // Half of a short name must stay.
    if (distance < bestDistance && distance * 2 < candidate.length) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function plain(name: string): string {
  return name.replace(/[_\-\s]/g, "").toLowerCase();
}

/** Levenshtein's distance: letters to change, add or drop. */
function distanceOf(from: string, to: string): number {
  let before = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const change = (before[j - 1] as number) + (from[i - 1] === to[j - 1] ? 0 : 1);
      row.push(Math.min(change, (before[j] as number) + 1, (row[j - 1] as number) + 1));
    }
    before = row;
  }
  return before[to.length] as number;
}
