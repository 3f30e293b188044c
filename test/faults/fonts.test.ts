// Damaged fonts of every container (seeded; thousands with `node test/faults/fuzz.mjs`): each ends in a result or a font's error, never in a trap, never in a
// blank success when cut short, and the engine afterwards gives what a fresh one gives.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { damage } from "./damage.mjs";
import { CONTAINERS, Probe } from "./probe.mjs";

const SEEDS_PER_CONTAINER = 80;
let probe: Probe;

beforeAll(() => {
  probe = new Probe();
});
afterAll(() => probe.dispose());

describe("a damaged font costs its own job and nothing else", () => {
  for (const key of CONTAINERS) {
    test(key, () => {
      const problems: string[] = [];
      const outcomes = new Set<string>();
      for (let seed = 1; seed <= SEEDS_PER_CONTAINER; seed++) {
        const { outcome, problem } = probe.try(key, seed);
        outcomes.add(outcome);
        if (problem !== undefined) problems.push(problem);
        if (seed % 20 === 0) expect(probe.soundAsFresh(), `after ${key} seed ${seed}`).toBe(true);
      }
      expect(problems, problems.slice(0, 5).join("\n")).toEqual([]);
      expect(outcomes, "some of the damage must have been noticed").toContain("font_invalid");
    });
  }

  test("the damage is the same for the same seed, and is damage", () => {
    const font = Uint8Array.from({ length: 5000 }, (_, i) => i);
    for (let seed = 1; seed < 200; seed++) {
      const [once, again] = [damage(font, seed), damage(font, seed)];
      expect(once.what).toBe(again.what);
      expect(Buffer.compare(once.bytes, again.bytes)).toBe(0);
    }
    const changed = Array.from({ length: 200 }, (_, seed) => damage(font, seed).bytes).filter(
      (bytes) => bytes.length !== font.length || bytes.some((value, i) => value !== font[i]),
    );
    expect(changed.length).toBeGreaterThan(190);
  });
});
