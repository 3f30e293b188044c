// Fonts whose lookups cover all glyphs again and again, in few bytes: what the engine keeps of a lookup's coverage is bounded in work and memory, and changes no
// result. HarfBuzz accepts ranges that overlap and tables that lookups share.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createSession } from "./create.ts";

const NOTO = fileURLToPath(import.meta.resolve("@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf"));
const TYPE_LIGATURE = 4;
const TYPE_EXTENSION = 7;
const DIRECTORY_ENTRY = 16;

const u16 = (...values: readonly number[]): Buffer => Buffer.from(values.flatMap((value) => [value >> 8, value & 255]));

/** The font with another GSUB table; undefined: with none. */
function withGsub(font: Buffer, table: Buffer | undefined): Uint8Array {
  const copy = Buffer.concat([font, Buffer.alloc(-font.length & 3), table ?? Buffer.alloc(0)]);
  for (let entry = 12; ; entry += DIRECTORY_ENTRY) {
    if (copy.toString("latin1", entry, entry + 4) !== "GSUB") continue;
    if (table === undefined) copy.write("XSUB", entry, "latin1");
    else {
      copy.writeUInt32BE(copy.length - table.length, entry + 8);
      copy.writeUInt32BE(table.length, entry + 12);
    }
    return copy;
  }
}

/** GSUB 1.0 (OpenType 1.9): one script, one feature with these lookups, each with its place among the others behind it. */
function gsub(lookupCount: number, lookups: Buffer): Buffer {
  const script = Buffer.concat([u16(1), Buffer.from("DFLT"), u16(8), u16(4, 0), u16(0, 0xffff, 1, 0)]);
  const indices = Array.from({ length: lookupCount }, (_, i) => i);
  const feature = Buffer.concat([u16(1), Buffer.from("ccmp"), u16(8), u16(0, lookupCount, ...indices)]);
  const header = u16(1, 0, 10, 10 + script.length, 10 + script.length + feature.length);
  return Buffer.concat([header, script, feature, lookups]);
}

/** A ligature subtable without a ligature, that covers every glyph as many times as it has ranges. */
const covering = (ranges: number): Buffer => Buffer.concat([u16(1, 6, 0), u16(2, ranges), ...Array.from({ length: ranges }, () => u16(0, 0xffff, 0))]);

/** One lookup of many subtables (extensions, that may lie anywhere), all at the same place. */
function manySubtables(subtables: number, ranges: number): Buffer {
  const head = 6 + 2 * subtables;
  const offsets = u16(...Array.from({ length: subtables }, (_, i) => head + 8 * i));
  const extensions = Array.from({ length: subtables }, (_, i) => u16(1, TYPE_LIGATURE, 0, 8 * (subtables - i)));
  return gsub(1, Buffer.concat([u16(1, 4), u16(TYPE_EXTENSION, 0, subtables), offsets, ...extensions, covering(ranges)]));
}

/** Many lookups with one subtable, all at the same place. */
function manyLookups(count: number): Buffer {
  const list = u16(count, ...Array.from({ length: count }, (_, i) => 2 + 2 * count + 8 * i));
  const lookups = Array.from({ length: count }, (_, i) => u16(TYPE_LIGATURE, 0, 1, 8 * (count - i)));
  return gsub(count, Buffer.concat([list, ...lookups, covering(1)]));
}

const JOB = JSON.stringify({
  id: "hostile",
  font: { path: "hostile", size: 40 },
  text: { content: "Office" },
  rendering: { format: "metrics", width: 300, height: 80, include: ["glyphs", "hash"] },
});

test.each([
  ["a lookup that covers all glyphs 600,000 times", manySubtables(30, 20_000)],
  ["6,000 lookups that cover all glyphs", manyLookups(6000)],
])("%s", (_, table) => {
  const font = readFileSync(NOTO);
  using session = createSession({ timing: false });
  session.addFont("hostile", withGsub(font, undefined));
  const expected = JSON.parse(session.renderLine(JOB));
  const before = session.cacheStats().linearBytes;
  session.addFont("hostile", withGsub(font, table));
  // None of the lookups has a ligature: the glyphs are those of the font without them.
  expect(JSON.parse(session.renderLine(JOB))).toEqual(expected);
  expect(expected.status).toBe("success");
  // 8 KB a lookup, for 32 MB at the most, and HarfBuzz's own some hundred bytes a lookup.
  expect(session.cacheStats().linearBytes - before).toBeLessThan(40 * 2 ** 20);
});
