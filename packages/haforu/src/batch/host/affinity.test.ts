// The guess which worker a line should go to.
import { expect, test } from "vitest";
import { Affinity } from "../../../dist/batch/host/affinity.js";

const line = (path: string, more = ""): string => `{"id":"x","font":{"path": "${path}","size":9${more}},"text":{"content":"a"}}`;

function slots(affinity: Affinity, lines: string[]): number[] {
  const bytes = Buffer.from(lines.join("\n"));
  let start = 0;
  return lines.map((text) => {
    const slot = affinity.slot(bytes, start, start + Buffer.byteLength(text));
    start += Buffer.byteLength(text) + 1;
    return slot;
  });
}

test("a font keeps its worker, whatever stands between; fonts spread over all workers", () => {
  const affinity = new Affinity(4);
  const lines = Array.from({ length: 800 }, (_, index) => line(`/fonts/family-${index % 200}.ttf`));
  const found = slots(affinity, lines);
  expect(found.slice(200, 400)).toEqual(found.slice(0, 200));
  for (let slot = 0; slot < 4; slot += 1) expect(found.filter((one) => one === slot).length).toBeGreaterThan(100);
});

test("lines without a path have a place too", () => {
  const found = slots(new Affinity(3), ["{}", line("/a.ttf"), "", '{"path"', '"path":"', "nothing"]);
  expect(found.every((slot) => slot >= 0 && slot < 3)).toBe(true);
});

test("a font that keeps several workers busy is shared by its instances", () => {
  const affinity = new Affinity(2);
  const lines = Array.from({ length: 100 }, (_, index) => line("/v.ttf", `,"variations":{"wght":${300 + (index % 50)}}`));
  const before = new Set(slots(affinity, lines));
  expect(before.size).toBe(1);
  affinity.move(1);
  const shared = slots(affinity, lines);
  expect(shared.slice(50)).toEqual(shared.slice(0, 50));
  const first = shared.filter((slot) => slot === 0).length;
  expect(first).toBeGreaterThan(25);
  expect(first).toBeLessThan(75);
});

test("a key is found wherever it stands: lines whose ids have other lengths, lines with and without it", () => {
  const affinity = new Affinity(2);
  const numbered = (count: number, font: (index: number) => string): string[] =>
    Array.from({ length: count }, (_, index) => `{"id":"${10 ** (index % 7)}","font":{${font(index)}"path":"/v.ttf","size":9},"text":{"content":"a"}}`);
  const axes = (index: number): string => `"variations":{"wght":${300 + (index % 50)}},`;
  expect(new Set(slots(affinity, numbered(100, axes))).size).toBe(1);
  affinity.move(1);
  const shared = slots(affinity, numbered(100, axes));
  expect(shared.slice(50)).toEqual(shared.slice(0, 50));
  expect(new Set(shared).size).toBe(2);
  // After lines that have none, which are all alike, it is found again within sixteen.
  expect(
    new Set(
      slots(
        affinity,
        numbered(40, () => ""),
      ),
    ).size,
  ).toBe(1);
  expect(slots(affinity, numbered(100, axes)).slice(50)).toEqual(shared.slice(50));
});
