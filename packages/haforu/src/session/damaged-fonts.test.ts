// Thousands of damaged fonts through the real engine: each is a result or an error of its own, never a fault of the
// engine, none takes long, and afterwards the engine gives the very lines of a fresh one.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { HaforuError } from "../engine/errors.ts";
import { createSession } from "./create.ts";
import type { Session } from "./session.ts";

const fontFile = (specifier: string): string => fileURLToPath(import.meta.resolve(specifier));
const built = (name: string): string => fileURLToPath(new URL(`../../../../test/fonts/built/${name}`, import.meta.url));
const FONTS: readonly [kind: string, path: string, text: string][] = [
  ["TrueType", fontFile("@expo-google-fonts/noto-sans-hebrew/400Regular/NotoSansHebrew_400Regular.ttf"), "שלום"],
  ["TrueType, complex script", fontFile("@expo-google-fonts/noto-sans-devanagari/400Regular/NotoSansDevanagari_400Regular.ttf"), "क्षत्रिय"],
  ["TrueType, variable", fontFile("source-sans-pro/VAR/SourceSansVariable-Roman.ttf"), "fiÅ"],
  ["CFF2, variable", fontFile("source-sans-pro/VAR/SourceSansVariable-Roman.otf"), "fiÅ"],
  ["CFF", fontFile("source-sans-pro/OTF/SourceSansPro-Light.otf"), "fiÅ"],
  ["a collection", built("collection.ttc"), "AB"],
  ["AAT", built("aat.ttf"), "AB"],
  ["avar2", built("avar2.ttf"), "AB"],
  ["VARC", built("varc.ttf"), "AB"],
  ["WOFF", fontFile("source-sans-pro/WOFF/TTF/SourceSansPro-Light.ttf.woff"), "fiÅ"],
  ["WOFF2", fontFile("source-sans-pro/WOFF2/TTF/SourceSansPro-Light.ttf.woff2"), "fiÅ"],
];

/** Damaged copies of each font; HAFORU_DAMAGED asks for more of them. */
const ROUNDS = Number(process.env.HAFORU_DAMAGED ?? 300);
/** No damage may make a job of three letters take long: every loop over a font has a budget. */
const SLOWEST_MS = 2000;
/** What a font may be refused for; anything else is a fault of ours. */
const REFUSALS = new Set(["font_invalid", "font_unsupported", "font_too_large", "face_index_out_of_range"]);

/** A generator of numbers in [0, 1) that is the same on every machine (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** Cut short, bits flipped, a stretch overwritten, or words set to extremes; half of the time near the tables' directory. */
function damage(font: Uint8Array, random: () => number): Uint8Array {
  const at = (): number => Math.floor(random() * (random() < 0.5 ? Math.min(font.length, 1024) : font.length));
  const kind = Math.floor(random() * 4);
  if (kind === 0) return font.slice(0, at());
  const copy = font.slice();
  for (let i = 0; i < 1 + Math.floor(random() * 8); i++) {
    const where = at();
    if (kind === 1) copy[where] = (copy[where] as number) ^ (1 << Math.floor(random() * 8));
    else if (kind === 2) copy.fill(Math.floor(random() * 256), where, where + Math.floor(random() * 64));
    else copy.fill(random() < 0.5 ? 0xff : 0, where & ~1, (where & ~1) + 2);
  }
  return copy;
}

function job(path: string, text: string, wght?: number): string {
  return JSON.stringify({
    id: "damaged",
    font: { path, size: 40, ...(wght !== undefined && { variations: { wght } }) },
    text: { content: text },
    rendering: { format: "metrics", width: 200, height: 80, include: ["metrics", "boxes", "glyphs", "hash"] },
  });
}

/** A job's line with the name taken out, for comparing an added font with its file. */
function lineOf(session: Session, path: string, text: string): string {
  return session.renderLine(job(path, text, path.includes("Variable") ? 650 : undefined));
}

/** The same font by a direct call, which opens it by itself: "success" or the error's code. */
function codeOfDirectCall(session: Session, text: string): string {
  try {
    session.renderToBytes({ font: "damaged Variable", text, size: 40, width: 200, height: 80 });
    return "success";
  } catch (error) {
    if (error instanceof HaforuError) return error.code;
    throw error;
  }
}

test.each(FONTS)("%s", { timeout: 120_000 }, (kind, path, text) => {
  using session = createSession({ timing: false });
  using fresh = createSession({ timing: false });
  const reference = lineOf(fresh, path, text);
  expect(JSON.parse(reference).status).toBe("success");
  const font = new Uint8Array(readFileSync(path));
  const random = seeded(kind.length * 7919);
  const refused = new Map<string, number>();
  let rendered = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const damaged = damage(font, random);
    session.addFont("damaged Variable", damaged);
    const begun = performance.now();
    const line = lineOf(session, "damaged Variable", text);
    const tookMs = performance.now() - begun;
    const result = JSON.parse(line);
    // at the defaults, as the direct call: a glyph may be damaged at other coordinates alone
    const atDefaults = JSON.parse(session.renderLine(job("damaged Variable", text)));
    expect(`round ${round}: ${codeOfDirectCall(session, text)}`).toBe(`round ${round}: ${atDefaults.error?.code ?? "success"}`);
    if (result.status === "success") rendered += 1;
    else refused.set(result.error.code, (refused.get(result.error.code) ?? 0) + 1);
    if (result.status === "error" && !REFUSALS.has(result.error.code)) expect(`round ${round}: ${line}`).toBe("a refusal");
    if (tookMs > SLOWEST_MS) expect(`round ${round} took ${tookMs} ms`).toBe("quick");
    if (round % 10 === 0) expect(lineOf(session, path, text)).toBe(reference);
  }
  expect(lineOf(session, path, text)).toBe(reference);
  expect(session.cacheStats().faults).toBe(0);
  // Damage is of both sorts: what a font can be used with, and what not; packed fonts seldom survive any.
  expect(refused.get("font_invalid") ?? 0).toBeGreaterThan(0);
  if (!kind.startsWith("WOFF")) expect(rendered).toBeGreaterThan(0);
});
