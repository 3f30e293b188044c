// One case both ways: streamed with its watermarks and pieces, and each of its runs shaped at once. Gives the first difference, or how it went.
import { Feed } from "../../packages/haforu/dist/shape/feed.js";
import { readFlush } from "../../packages/haforu/dist/shape/shaper.js";
import { piecesOf, randomOf } from "./cases.mjs";

/** @typedef {import("./cases.mjs").Case} Case */
/** @typedef {{ start: number, text: string, font: import("haforu").FontChoice, settings: import("haforu").RunSettings }} Run */

const FIELDS = /** @type {const} */ (["ids", "clusters", "xAdvances", "yAdvances", "xOffsets", "yOffsets", "flags"]);

/** The runs that the events of a case make, as a caller who shapes each at once would have them. @param {Case} sample @returns {Run[]} */
export function runsOf(sample) {
  const { features, language, script, direction, firstCluster = 0 } = sample.options;
  const stacks = {
    features: features === undefined ? [] : [String(features)],
    language: [language],
    script: [script],
    direction: [direction],
    font: [sample.font],
  };
  const runs = [];
  let start = firstCluster;
  let text = "";
  const settle = () => {
    if (text === "") return;
    const settings = {
      ...(stacks.features.length > 0 ? { features: stacks.features.join(",") } : {}),
      ...(stacks.language.at(-1) !== undefined ? { language: stacks.language.at(-1) } : {}),
      ...(stacks.script.at(-1) !== undefined ? { script: stacks.script.at(-1) } : {}),
      ...(stacks.direction.at(-1) !== undefined ? { direction: stacks.direction.at(-1) } : {}),
    };
    runs.push({ start, text, font: /** @type {import("haforu").FontChoice} */ (stacks.font.at(-1)), settings });
    start += [...text].length;
    text = "";
  };
  for (const part of sample.parts) {
    if (typeof part === "string") {
      text += part;
      continue;
    }
    settle();
    if ("pop" in part) stacks[part.pop].pop();
    /** @type {unknown[]} */ else stacks[part.push].push(/** @type {any} */ (part)[part.push]);
  }
  settle();
  return runs;
}

/** Streams a case. @param {import("haforu").Shaping} shaping @param {Case} sample @param {number} naive wrong rules to switch on */
export function streamed(shaping, sample, naive = 0) {
  const feed = new Feed(/** @type {any} */ (shaping), sample.font, sample.options, readFlush);
  const flushes = [];
  try {
    if (naive !== 0) feed.naiveRules(naive);
    const random = randomOf(sample.seed + 1);
    for (const part of sample.parts) {
      if (typeof part === "string") for (const piece of piecesOf(part, sample.pieces, random)) flushes.push(...feed.take(piece));
      else flushes.push(...feed.take(part));
    }
    flushes.push(...feed.end());
  } finally {
    feed.close();
  }
  return { flushes, stats: feed.stats };
}

/** @typedef {{ what: string, cluster?: number, expected: unknown, got: unknown }} Difference */

/**
 * @param {import("haforu").Shaping} shaping @param {Case} sample @param {number} naive
 * @returns {{ difference?: Difference, forced: number, defects: number, glyphs: number }}
 */
export function parity(shaping, sample, naive = 0) {
  const { flushes, stats } = streamed(shaping, sample, naive);
  const result = { forced: stats.forced, defects: stats.defects, glyphs: stats.glyphs };
  const differs = (what, expected, got, cluster) => ({ ...result, difference: { what, expected, got, ...(cluster === undefined ? {} : { cluster }) } });

  // What flushes say of themselves: they follow on each other without a gap and hold the clusters of their span.
  let at = sample.options.firstCluster ?? 0;
  let forced = 0;
  let glyphs = 0;
  for (const flush of flushes) {
    if (flush.start !== at) return differs("start of a flush", at, flush.start);
    if (flush.end <= flush.start) return differs("an empty flush", "", `${flush.start} to ${flush.end}`);
    for (const cluster of flush.clusters)
      if (!(cluster >= flush.start && cluster < flush.end)) return differs("a cluster outside of its flush", `${flush.start} to ${flush.end}`, cluster);
    at = flush.end;
    forced += flush.warnings.filter(({ code }) => code === "forced_cut" || code === "script_undecided" || code === "ligature_undecided").length;
    glyphs += flush.ids.length;
  }
  const runs = runsOf(sample);
  const last = runs.at(-1);
  const end = last === undefined ? (sample.options.firstCluster ?? 0) : last.start + [...last.text].length;
  if (at !== end) return differs("the end of the last flush", end, at);
  if (forced !== stats.forced) return differs("forced cuts counted", forced, stats.forced);
  if (glyphs !== stats.glyphs) return differs("glyphs counted", glyphs, stats.glyphs);

  // An itemised stream says where its runs lie and in which script; elsewhere the changes say it.
  const itemised = sample.options.itemise === true;
  let next = 0;
  for (const run of itemised ? itemisedRuns(runs, flushes) : runs) {
    const from = next;
    const stop = run.start + [...run.text].length;
    while (next < flushes.length && flushes[next].start < stop) next++;
    const own = flushes.slice(from, next);
    if (own.at(-1)?.end !== stop || own[0]?.start !== run.start) return differs("flushes that end with their run", stop, own.at(-1)?.end);
    // A forced cut may have taken all there was before the end of the run was known.
    if (own[0]?.runBegins !== true || (own.at(-1)?.runEnds !== true && own.at(-1)?.forced !== true))
      return differs("marks of a run's first and last flush", true, false, run.start);
    const whole = shaping.shapeText(run.font, run.text, { ...run.settings, order: "logical", unsafeToConcat: true });
    const difference = compare(run, whole, own, sample.options, naive !== 0);
    if (difference !== undefined) return { ...result, difference };
  }
  return result;
}

/** @param {Run[]} runs @param {import("haforu").Flush[]} flushes @returns {Run[]} */
function itemisedRuns(runs, flushes) {
  const out = [];
  for (const run of runs) {
    const points = [...run.text];
    const own = flushes.filter((flush) => flush.start >= run.start && flush.start < run.start + points.length);
    const starts = own.filter((flush) => flush.runBegins);
    for (const [i, first] of starts.entries()) {
      const end = starts[i + 1]?.start ?? run.start + points.length;
      out.push({
        ...run,
        start: first.start,
        text: points.slice(first.start - run.start, end - run.start).join(""),
        settings: { ...run.settings, script: first.script },
      });
    }
  }
  return out;
}

/**
 * Compares a run's flushes with its glyphs at once, but for those that say they are forced.
 * @param {Run} run @param {import("haforu").GlyphArrays} whole @param {import("haforu").Flush[]} flushes @param {import("haforu").ShaperOptions} options @param {boolean} countForced
 * @returns {Difference | undefined}
 */
function compare(run, whole, flushes, options, countForced) {
  const { order = "visual" } = options;
  let at = 0;
  for (const flush of flushes) {
    const count = flush.ids.length;
    const backward = order === "visual" && (flush.direction === "rtl" || flush.direction === "btt");
    const touched = flush.forced && !countForced;
    // The glyphs of the flush's span in the whole: clusters rise in logical order, or all fall where a direction is against its script's.
    const own = [];
    while (at < whole.ids.length && inside(whole.clusters[at] + run.start, flush)) own.push(at++);
    if (touched) {
      // Other glyphs than in the whole, but none of the text is lost.
      const points = [...run.text].slice(flush.start - run.start, flush.end - run.start);
      if (count === 0 && points.some((c) => SEEN.test(c)) && isShort(flush, flushes, run, whole))
        return { what: "text without a glyph", cluster: flush.start, expected: points.join(""), got: "" };
      continue;
    }
    if (own.length !== count) return { what: "how many glyphs a flush has", cluster: flush.start, expected: own.length, got: count };
    for (let i = 0; i < count; i++) {
      const mine = backward ? count - 1 - i : i;
      for (const field of FIELDS) {
        const expected = whole[field][own[i]] + (field === "clusters" ? run.start : 0);
        if (flush[field][mine] !== expected)
          return { what: field, cluster: flush.clusters[mine], expected: recordOf(whole, own[i], run.start), got: recordOf(flush, mine, 0) };
      }
    }
  }
  return at === whole.ids.length ? undefined : { what: "glyphs that no flush has", expected: whole.ids.length, got: at };
}

/**
 * Whether a forced flush without a glyph is a loss: the cluster of the whole that its text is in has more glyphs than the forced flushes have for it. What stands behind a cut through a ligature may be part
 * of it and look as its first letter does, and letters in front of a cut may have other forms, of more or fewer glyphs.
 */
function isShort(flush, flushes, run, whole) {
  const clusters = whole.clusters.map((cluster) => cluster + run.start);
  const start = clusters.reduce((most, cluster) => (cluster <= flush.start && cluster > most ? cluster : most), run.start);
  const end = clusters.reduce((least, cluster) => (cluster > flush.start && cluster < least ? cluster : least), Number.POSITIVE_INFINITY);
  const count = (list) => list.filter((cluster) => cluster >= start && cluster < end).length;
  return count(flushes.flatMap((one) => [...one.clusters])) < count([...clusters]);
}

/** What HarfBuzz never takes away. */
const SEEN = /\P{Default_Ignorable_Code_Point}/u;

const inside = (cluster, flush) => cluster >= flush.start && cluster < flush.end;

/** @param {import("haforu").GlyphArrays} arrays @param {number} i @param {number} first */
function recordOf(arrays, i, first) {
  return FIELDS.map((field) => `${field} ${arrays[field][i] + (field === "clusters" ? first : 0)}`).join(", ");
}
