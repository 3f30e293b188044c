// C: codes, limits and defaults as an enum and macros; names and advice of the codes as a table.
import { errors, warnings } from "../codes.mjs";
import { objects, VERSION } from "../fields.mjs";
import { limits } from "../limits.mjs";

const upper = (name) => name.toUpperCase();
const number = (value) => (value > 2 ** 31 - 1 ? `${value}LL` : `${value}`);
/** A C string: ASCII as it is, the rest as octal escapes of its UTF-8. */
const text = (value) => {
  const escaped = [...Buffer.from(value, "utf8")].map((byte) =>
    byte === 0x22 || byte === 0x5c
      ? `\\${String.fromCharCode(byte)}`
      : byte >= 0x20 && byte < 0x7f
        ? String.fromCharCode(byte)
        : `\\${byte.toString(8).padStart(3, "0")}`,
  );
  return `"${escaped.join("")}"`;
};
const literal = (value) => (typeof value === "string" ? JSON.stringify(value) : typeof value === "boolean" ? Number(value) : number(value));

export function cHeader() {
  const defaults = [...objects.config.fields, ...objects.rendering.fields, ...objects.font.fields].filter((field) => field.default !== undefined);
  return [
    "/* Generated from packages/engine/contract by emit.mjs. Do not edit. */",
    "#ifndef HAFORU_CONTRACT_H",
    "#define HAFORU_CONTRACT_H",
    "",
    `#define HAFORU_CONTRACT_VERSION ${JSON.stringify(VERSION)}`,
    "",
    "/* A status of the module is the negative number. */",
    "enum haforu_error {",
    "  HAFORU_OK = 0,",
    ...errors.map((entry) => `  HAFORU_${upper(entry.code)} = ${entry.number},`),
    "};",
    "",
    "enum haforu_warning {",
    ...warnings.map((entry) => `  HAFORU_WARNING_${upper(entry.code)} = ${entry.number},`),
    "};",
    "",
    ...limits.map((entry) => `#define HAFORU_LIMIT_${upper(entry.name)} ${number(entry.value)} /* ${entry.unit}: ${entry.reason} */`),
    "",
    ...defaults.map((field) => `#define HAFORU_DEFAULT_${upper(field.name)} ${literal(field.default)}`),
    "",
    "#endif",
    "",
  ].join("\n");
}

/** A call has no command line: what is a flag there is a key of the configuration, and nothing is resumed. */
const forCalls = (advice) =>
  advice
    .replace(/, then go on with --resume|; a batch with --resume goes on where it ended| \(--out-dir\)/, "")
    .replace(/--(base-dir|timeout-ms|font-cache|jobs|strict)\b/g, (_, flag) => flag.replaceAll("-", "_"));

/** For libhaforu: a line {number, name, cause, cure} for each code. */
export function cMessages() {
  return [
    "/* Generated from packages/engine/contract by emit.mjs. Do not edit. */",
    ...errors.map((entry) => `HAFORU_MESSAGE(${entry.number}, ${text(entry.code)}, ${text(forCalls(entry.cause))}, ${text(forCalls(entry.cure))})`),
    "",
  ].join("\n");
}
