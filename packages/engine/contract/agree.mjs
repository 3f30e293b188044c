// Holds the module against others who read the same lines: JSON.parse on what is JSON, Ajv with the emitted schema on what is a job, Number() on numbers.
// usage: node packages/engine/contract/agree.mjs [count = 100000] [seed = 1]
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import Ajv2020 from "ajv/dist/2020.js";
import { checkKernel } from "../assembly/job/testing/kernel.mjs";
import { syntaxFaults } from "./codes.mjs";
import { patterns } from "./fields.mjs";
import { limit } from "./limits.mjs";
import { mutate, mutateDocument, numberText, patternText, random, scramble, validDocument, validJob, write } from "./mutate.mjs";

const schema = JSON.parse(readFileSync(new URL("./generated/job.schema.json", import.meta.url), "utf8"));
const DUPLICATE = syntaxFaults.findIndex((fault) => fault.name === "duplicate");
const DEPTH = syntaxFaults.findIndex((fault) => fault.name === "depth");

function ajv() {
  const checker = new Ajv2020({ allErrors: false });
  return { job: checker.compile(schema), op: checker.compile({ $ref: `${schema.$id}#/$defs/op` }) };
}

/** What the contract says of a parsed value, by Ajv and the one rule that a schema cannot say. */
function accepted(validate, value) {
  if (value !== null && typeof value === "object" && !Array.isArray(value) && Object.hasOwn(value, "op")) return validate.op(value);
  if (!validate.job(value)) return false;
  const { width, height } = value.rendering ?? value.compare ?? value.sweep;
  if (width * height > limit("canvas_area_px")) return false;
  return value.sweep === undefined || sweepFits(value);
}

/** What the schema cannot say of a sweep: how many renders it has, and how long its texts are together. */
function sweepFits({ text, sweep: { texts = [], points = [], grid, sample } }) {
  const valuesOf = (axis) => (Array.isArray(axis) ? axis.length : (axis.steps ?? 1));
  const inGrid = grid === undefined ? 0 : Object.values(grid).reduce((all, axis) => all * valuesOf(axis), 1);
  const renders = (points.length + inGrid + (sample?.count ?? 0)) * (1 + texts.length);
  const codePoints = [text.content, ...texts].reduce((all, one) => all + [...one].length, 0);
  return renders <= limit("sweep_renders") && codePoints <= limit("text_code_points");
}

/** Whether valid JSON has a key twice in an object, or nests deeper than the module reads. */
export function beyondJsonParse(text) {
  const open = [];
  let depth = 0;
  let twice = false;
  const tokens = text.match(/"(?:[^"\\]|\\[\s\S])*"|[{}[\]:,]|[^\s{}[\]:,"]+/g) ?? [];
  tokens.forEach((token, i) => {
    if (token === "{" || token === "[") {
      open.push(new Set());
      depth = Math.max(depth, open.length);
    } else if (token === "}" || token === "]") open.pop();
    else if (token.startsWith('"') && tokens[i + 1] === ":") {
      const key = JSON.parse(token).toWellFormed();
      if (open.at(-1).has(key)) twice = true;
      open.at(-1).add(key);
    }
  });
  return { twice, deep: depth > limit("json_depth") };
}

/**
 * Lines whose values are wrong, and lines whose bytes are. Returns counts and the first disagreements.
 * @param {number} count @param {number} seed
 */
export async function agree(count, seed) {
  const kernel = await checkKernel();
  const validate = ajv();
  const r = random(seed);
  const faults = [];
  let good = 0;
  let bad = 0;
  let notJson = 0;
  const fault = (what, line) => {
    if (faults.length < 20) faults.push(`${what}: ${Buffer.from(line).toString("utf8").slice(0, 2000)}`);
  };
  for (let i = 0; i < count; i++) {
    const job = validJob(r);
    for (let n = r.below(3); n > 0; n--) mutate(r, job);
    const text = write(r, job);
    const line = i % 4 === 3 ? scramble(r, text) : Buffer.from(text);
    const status = kernel.status(line);
    const decoded = new TextDecoder().decode(line);
    let value;
    let json = true;
    try {
      value = JSON.parse(decoded);
    } catch {
      json = false;
    }
    if (!json) {
      notJson++;
      if (status !== -1) fault(`not JSON, but status ${status}`, line);
      continue;
    }
    if (status === -1) {
      const { twice, deep } = beyondJsonParse(decoded);
      if (!twice && !deep) fault("JSON, but refused as none", line);
      continue;
    }
    const expected = accepted(validate, value);
    if (expected) good++;
    else bad++;
    if (expected !== status >= 0) fault(`schema ${expected ? "accepts" : "refuses"}, module gives ${status} ${JSON.stringify(kernel.problems())}`, line);
  }
  return { count, good, bad, notJson, faults };
}

/** The patterns: each text against all of them, by the module's hand-written checks and by the schema's regular expressions. */
export async function agreeOnPatterns(count, seed) {
  const kernel = await checkKernel();
  const r = random(seed);
  const entries = Object.entries(patterns).map(([name, { regex }], i) => ({ name, number: i + 1, regex: new RegExp(regex, "u"), good: 0 }));
  const faults = [];
  for (let i = 0; i < count; i++) {
    const text = patternText(r);
    for (const entry of entries) {
      const expected = entry.regex.test(text);
      if (expected) entry.good++;
      if (kernel.fits(entry.number, text) !== expected && faults.length < 20)
        faults.push(`${entry.name}: ${expected ? "fits" : "does not fit"} ${JSON.stringify(text.slice(0, 200))}`);
    }
  }
  return { count, good: Object.fromEntries(entries.map(({ name, good }) => [name, good])), faults };
}

/** Numbers: what is one, and which. */
export async function agreeOnNumbers(count, seed) {
  const kernel = await checkKernel();
  const r = random(seed);
  const faults = [];
  for (let i = 0; i < count; i++) {
    const text = numberText(r);
    const isNumber = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/.test(text);
    if (!/^[-0-9]/.test(text)) continue;
    const got = kernel.number(text);
    if (!Object.is(got, isNumber ? Number(text) : undefined) && faults.length < 20)
      faults.push(`${text}: module ${got}, Number() ${isNumber ? Number(text) : "refuses"}`);
  }
  return { count, faults };
}

/** Documents, whose jobs are not checked yet: accepted as the schema has it without its word on jobs; and every job is found whole, on its line. */
export async function agreeOnDocuments(count, seed) {
  const kernel = await checkKernel();
  const schema = JSON.parse(readFileSync(new URL("./generated/document.schema.json", import.meta.url), "utf8"));
  delete schema.properties.jobs.items;
  const validate = new Ajv2020().compile(schema);
  const r = random(seed);
  const faults = [];
  let good = 0;
  for (let i = 0; i < count; i++) {
    const document = validDocument(r);
    for (let n = r.below(3); n > 0; n--) mutateDocument(r, document);
    let text = write(r, document);
    if (i % 4 === 3) text = new TextDecoder().decode(scramble(r, text));
    const { status, problems, spans } = kernel.document(text);
    let value;
    try {
      value = JSON.parse(text.replace(/^\ufeff/, ""));
    } catch {
      if (status !== -1) faults.push(`not JSON, but status ${status}: ${text}`);
      continue;
    }
    const beyond = beyondJsonParse(text);
    const expected = !beyond.twice && !beyond.deep && validate(value);
    if (expected) good++;
    let agreed = expected === (status === 0);
    if (expected && agreed) {
      agreed = JSON.stringify(spans.map((span) => JSON.parse(span.text))) === JSON.stringify(value.jobs);
      let from = 0;
      for (const span of spans) {
        from = text.indexOf(span.text, from);
        // the same text may stand in front of the jobs, so the line is a lower bound there; behind the first it is exact
        if (text.slice(0, from).split("\n").length > span.line) agreed = false;
        from += span.text.length;
      }
    }
    if (!agreed && faults.length < 20) faults.push(`schema ${expected}, module ${status} ${JSON.stringify(problems)}: ${text.slice(0, 500)}`);
  }
  return { count, good, faults };
}

/** Texts that are JSON or nearly, without any meaning: accepted exactly where JSON.parse accepts, but for keys given twice and depth. */
export async function agreeOnSyntax(count, seed) {
  const kernel = await checkKernel();
  const r = random(seed);
  const faults = [];
  let good = 0;
  for (let i = 0; i < count; i++) {
    let line = Buffer.from(write(r, r.chance(0.5) ? validJob(r) : tree(r, 0)));
    if (r.chance(0.8)) line = scramble(r, line);
    const decoded = new TextDecoder().decode(line);
    let json = true;
    try {
      JSON.parse(decoded);
    } catch {
      json = false;
    }
    const kind = kernel.jsonFault(line);
    if (json) good++;
    let agreed = json === (kind === -1);
    if (json && kind !== -1) {
      const beyond = beyondJsonParse(decoded);
      agreed = (kind === DUPLICATE && beyond.twice) || (kind === DEPTH && beyond.deep);
    } else if (json) {
      const beyond = beyondJsonParse(decoded);
      agreed = !beyond.twice && !beyond.deep;
    }
    if (!agreed && faults.length < 20) faults.push(`JSON.parse ${json ? "accepts" : "refuses"}, module fault ${kind}: ${line.toString("utf8").slice(0, 500)}`);
  }
  return { count, good, faults };
}

function tree(r, depth) {
  const kind = r.below(depth > 40 ? 4 : 7);
  if (kind === 0) return r.next();
  if (kind === 1) return r.pick(["", "a", "é\u2028", "😀", "\ud800", '"\\\b\f\n\r\t/', "x".repeat(r.below(40))]);
  if (kind === 2) return r.pick([true, false, null]);
  if (kind === 3) return r.below(1000) - 500;
  if (kind === 4) return [tree(r, depth + 1 + r.below(3))];
  if (kind === 5) return Array.from({ length: r.below(4) }, () => tree(r, depth + 4));
  return Object.fromEntries(Array.from({ length: r.below(4) }, (_, i) => [r.pick(["a", "b", "é", ""]) + (r.chance(0.7) ? i : ""), tree(r, depth + 4)]));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const count = Number(process.argv[2] ?? 100000);
  const seed = Number(process.argv[3] ?? 1);
  for (const [name, run] of Object.entries({
    jobs: agree,
    documents: agreeOnDocuments,
    syntax: agreeOnSyntax,
    patterns: agreeOnPatterns,
    numbers: agreeOnNumbers,
  })) {
    const { faults, ...counts } = await run(count, seed);
    process.stdout.write(`${name}: ${JSON.stringify(counts)}, ${faults.length === 0 ? "all agree" : `${faults.length} or more disagree`}\n`);
    for (const fault of faults) process.stdout.write(`  ${fault}\n`);
    if (faults.length > 0) process.exitCode = 1;
  }
}
