// AssemblyScript: numbers as constants; names, messages and fields as static tables (no managed string exists in the kernel).
// A text is a pair {offset into TEXTS, bytes}. In a template a byte 1–9 stands for that argument, 14 n … 15 for a part left out when argument n is empty.
import { advice, errors, jobFaults, streamFaults, streamWords, syntaxFaults, warnings } from "../codes.mjs";
import {
  alignModes,
  defaultEncoding,
  directions,
  encodings,
  expectedOf,
  formats,
  includes,
  jobKinds,
  measures,
  modes,
  objects,
  ops,
  orders,
  patterns,
  spokenField,
  VERSION,
} from "../fields.mjs";
import { limit, limits } from "../limits.mjs";

/** Field kinds, in the order of their numbers. */
const KINDS = ["string", "number", "integer", "boolean", "enum", "object", "variations", "features", "origin", "include", "jobs", "texts", "grid", "points"];
const DETAIL_KINDS = ["text", "number", "code_points", "glyphs"];
const upper = (name) => name.toUpperCase();

class Pool {
  bytes = [];
  known = new Map();
  /** @param {readonly number[]} bytes */
  add(bytes) {
    const key = bytes.join();
    let offset = this.known.get(key);
    if (offset === undefined) {
      offset = this.bytes.length;
      this.bytes.push(...bytes);
      this.known.set(key, offset);
    }
    return [offset, bytes.length];
  }
  text(text) {
    return this.add([...Buffer.from(text)]);
  }
  template(message, args) {
    const out = [];
    const index = (name) => {
      const at = args.indexOf(name);
      if (at < 0) throw new Error(`contract: {${name}} is no argument of "${message}"`);
      return at + 1;
    };
    for (const part of message.split(/(\[[^\]]*\{\w+\}[^\]]*\]|\{\w+\})/)) {
      if (part.startsWith("[") && part.endsWith("]") && part.includes("{")) {
        const name = /\{(\w+)\}/.exec(part)[1];
        out.push(14, index(name), ...this.pieces(part.slice(1, -1), index), 15);
      } else out.push(...this.pieces(part, index));
    }
    return this.add(out);
  }
  pieces(text, index) {
    return text.split(/(\{\w+\})/).flatMap((piece) => (/^\{\w+\}$/.test(piece) ? [index(piece.slice(1, -1))] : [...Buffer.from(piece)]));
  }
}

const names = (values) =>
  values
    .map((value) => `"${value}"`)
    .join(", ")
    .replace(/, ([^,]*)$/, " or $1");

const rows = (values, perLine = 24) => {
  const lines = [];
  for (let i = 0; i < values.length; i += perLine) lines.push(`  ${values.slice(i, i + perLine).join(", ")},`);
  return `[\n${lines.join("\n")}\n]`;
};
const data = (name, type, values, about) => `/** ${about} */\nexport const ${name}: usize = memory.data<${type}>(${rows(values)});`;

export function assemblyTables() {
  const pool = new Pool();
  const out = [
    "// Generated from packages/engine/contract by emit.mjs. Do not edit: change the contract and run `node packages/engine/contract/emit.mjs`.",
    "// Texts are pairs {offset into TEXTS, bytes}; templates hold argument numbers as bytes 1–9, and 14 n … 15 around what an empty argument n leaves out.",
    "",
  ];
  const constants = (prefix, names, first = 0, step = (i) => first + i) =>
    out.push(...names.map((name, i) => `export const ${prefix}_${upper(name)}: i32 = ${step(i)};`), "");
  constants(
    "E",
    errors.map((entry) => entry.code),
    1,
    (i) => errors[i].number,
  );
  constants(
    "W",
    warnings.map((entry) => entry.code),
    1,
    (i) => warnings[i].number,
  );
  constants("FORMAT", formats);
  constants("ENCODING", encodings);
  constants("DIRECTION", directions, 4); // hb_direction_t
  constants("INCLUDE", includes, 0, (i) => 1 << i);
  constants("ALIGN", alignModes);
  constants("MEASURE", measures, 0, (i) => 1 << i);
  constants("JOB", jobKinds);
  constants("OP", ops, 1);
  constants("ORDER", orders);
  constants("MODE", modes);
  out.push(...limits.map((entry) => `export const LIMIT_${upper(entry.name)}: ${entry.value > 2 ** 31 - 1 ? "f64" : "i32"} = ${entry.value};`), "");
  for (const field of [...objects.config.fields, ...objects.rendering.fields, ...objects.font.fields]) {
    if (typeof field.default === "number") out.push(`export const DEFAULT_${upper(field.name)}: i32 = ${field.default};`);
    if (typeof field.default === "boolean") out.push(`export const DEFAULT_${upper(field.name)}: bool = ${field.default};`);
  }
  out.push(`export const DEFAULT_REACH: i32 = ${objects.compare.fields.find((field) => field.name === "reach").default};`);
  out.push(`export const DEFAULT_FONT_CACHE_BYTES: i32 = ${objects.config.fields.find((field) => field.name === "font_cache").default};`, "");

  constants(
    "SYNTAX",
    syntaxFaults.map((entry) => entry.name),
  );
  constants(
    "FAULT",
    jobFaults.map((entry) => entry.name),
  );
  constants("ADVICE", Object.keys(advice));
  constants(
    "STREAM",
    streamFaults.map((entry) => entry.name),
  );
  constants(
    "STREAM_WORD",
    streamWords.map((word) => word.replaceAll(" ", "_")),
  );
  constants("KIND", KINDS);
  constants("DETAIL", DETAIL_KINDS);

  const pair = (text) => pool.text(text ?? "");
  const byNumber = (entries, value) =>
    Array.from({ length: Math.max(...entries.map((entry) => entry.number)) + 1 }, (_, number) => value(entries.find((entry) => entry.number === number)));
  const tables = [
    data("ERROR_NAMES", "u32", byNumber(errors, (entry) => pair(entry?.code)).flat(), "By error number: the code's name."),
    data(
      "ERROR_MESSAGES",
      "u32",
      byNumber(errors, (entry) => (entry ? pool.template(entry.message, entry.args) : pair(""))).flat(),
      "By error number: the message template.",
    ),
    data("ERROR_FIELDS", "u32", byNumber(errors, (entry) => pair(entry?.field)).flat(), "By error number: the field it is about, or empty."),
    data("WARNING_NAMES", "u32", byNumber(warnings, (entry) => pair(entry?.code)).flat(), "By warning number: the code's name."),
    data(
      "WARNING_MESSAGES",
      "u32",
      byNumber(warnings, (entry) =>
        entry
          ? pool.template(
              entry.message,
              entry.details.map((detail) => detail.name),
            )
          : pair(""),
      ).flat(),
      "By warning number: the message template.",
    ),
    data(
      "SYNTAX_MESSAGES",
      "u32",
      syntaxFaults.flatMap((entry) => pool.template(entry.message, ["came"])),
      "By SYNTAX_…: what is wrong with the JSON; argument 1 is what came.",
    ),
    data(
      "FAULT_MESSAGES",
      "u32",
      jobFaults.flatMap((entry) => pool.template(entry.message, entry.args)),
      "By FAULT_…: what is wrong with a field.",
    ),
    data(
      "STREAM_MESSAGES",
      "u32",
      streamFaults.flatMap((entry) => pool.template(entry.message, entry.args)),
      "By STREAM_…: what is wrong with a call of a stream.",
    ),
    data(
      "STREAM_WORDS",
      "u32",
      streamWords.flatMap((word) => pool.text(word)),
      "By STREAM_WORD_…: what a fault of a stream names.",
    ),
    data(
      "ADVICE_MESSAGES",
      "u32",
      Object.values(advice).flatMap((message) => pool.template(message, ["came"])),
      "By ADVICE_…: what to do about an unknown field.",
    ),
  ];
  const detailFirst = [];
  const details = [];
  for (let number = 0; number <= Math.max(...warnings.map((entry) => entry.number)); number++) {
    const entry = warnings.find((candidate) => candidate.number === number);
    detailFirst.push(details.length / 3, entry ? entry.details.length : 0);
    for (const detail of entry?.details ?? []) details.push(...pair(detail.name), DETAIL_KINDS.indexOf(detail.kind));
  }
  tables.push(
    data("WARNING_DETAILS", "u32", detailFirst, "By warning number: {first detail, details}."),
    data("DETAILS", "u32", details, "Details of warnings: {name offset, name bytes, DETAIL_…}."),
  );

  const values = [];
  const enumAt = new Map();
  const addEnum = (name, list) => {
    enumAt.set(name, values.length / 2);
    for (const value of list) values.push(...pair(value));
  };
  for (const [name, list] of Object.entries({
    format: formats,
    encoding: encodings,
    direction: directions,
    include: includes,
    align: alignModes,
    measure: measures,
    op: ops,
    order: orders,
    mode: modes,
    version: [VERSION],
  }))
    addEnum(name, list);
  tables.push(data("ENUM_VALUES", "u32", values, "Values of all enums, one behind the other: {offset, bytes}."));
  out.push(
    ...[...enumAt].map(([name, at]) => `/** Where the values of \`${name}\` begin in ENUM_VALUES. */\nexport const ENUM_${upper(name)}: i32 = ${at};`),
    "",
  );

  const objectNames = Object.keys(objects);
  const fields = [];
  const numbers = [];
  const objectRows = [];
  constants("OBJECT", objectNames);
  let id = 0;
  for (const name of objectNames) {
    const object = objects[name];
    const told = [...object.fields.map((field) => field.name), ...(name === "job" ? [spokenField] : [])].join(", ");
    objectRows.push(id, object.fields.length, ...pair(object.path), ...pair(`an object with ${told}`), ...pair(told));
    for (const field of object.fields) {
      out.push(`export const F_${upper(name)}_${upper(field.name)}: i32 = ${id};`);
      const enumName = field.list ?? field.name;
      fields.push(
        ...pair(field.name),
        KINDS.indexOf(field.kind),
        field.required ? 1 : 0,
        ["enum", "include"].includes(field.kind) ? enumAt.get(enumName) : (field.minLength ?? 0),
        ["enum", "include"].includes(field.kind) ? field.values.length : (field.maxLength ?? 0xffffffff),
        field.pattern ? Object.keys(patterns).indexOf(field.pattern) + 1 : 0,
        field.of ? objectNames.indexOf(field.of) : 0,
        ...pair(expectedOf(field)),
        ...pair(field.cure),
        ...pair([object.path, field.name].filter(Boolean).join(".")),
        field.code ? errors.find((entry) => entry.code === field.code).number : errors.find((entry) => entry.code === "invalid_job").number,
        0,
      );
      numbers.push(field.min ?? field.over ?? 0, field.max ?? 0);
      id++;
    }
  }
  out.push(`export const FIELD_TOTAL: i32 = ${id};`, "");
  constants("PATTERN", Object.keys(patterns), 1);
  tables.push(
    data("OBJECTS", "u32", objectRows, "By OBJECT_…: {first field, fields, path, expected, names of its fields}, texts as pairs."),
    data("SPOKEN_FIELD", "u32", pair(spokenField), "The name of the field of a job that hosts which speak take out of it."),
    data("FIELDS", "u32", fields, "By F_…, 16 numbers each (assembly/job/check-table.ts names them)."),
    data(
      "FIELD_RANGES",
      "f64",
      numbers.map((value) => (Number.isInteger(value) ? `${value}.0` : String(value))),
      "By F_…: {least, greatest} value of a number.",
    ),
    data(
      "DEFAULT_ENCODINGS",
      "u8",
      formats.map((format) => encodings.indexOf(defaultEncoding[format])),
      "By FORMAT_…: the encoding of a job that names none.",
    ),
  );
  const single = {
    FEATURE: patterns.feature.expected,
    AXIS_TAG: patterns.axis_tag.expected,
    AXIS_VALUE: `a number from ${-limit("axis_value")} to ${limit("axis_value")}`,
    FEATURE_LIST: patterns.feature_list.expected,
    INCLUDE_VALUE: names(includes),
    MEASURE_VALUE: names(measures),
    JOB_KINDS: names(jobKinds),
    COMPARE_KINDS: names(["with", "image"]),
    GRID_AXIS: `{"min", "max", "steps"} with steps from 1 to ${limit("sweep_values")}, an array of 1 to ${limit("sweep_values")} numbers, or a number, each from ${-limit("axis_value")} to ${limit("axis_value")}`,
    POINT: `an object of at most ${limit("variations")} numbers by axis tag, such as {"wght": 600}`,
    SWEEP_TEXT: `a string of at most ${limit("text_code_points")} characters`,
    ORIGIN_VALUE: `a number from ${-limit("origin_px")} to ${limit("origin_px")}`,
    VERSION,
  };
  for (const [name, text] of Object.entries(single)) {
    const [offset, bytes] = pair(text);
    out.push(`export const T_${name}: i32 = ${offset};`, `export const L_${name}: i32 = ${bytes};`);
  }
  out.push("", data("TEXTS", "u8", pool.bytes, "UTF-8 of every text of the contract."), ...tables, "");
  return out.join("\n");
}
