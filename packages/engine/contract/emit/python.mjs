// Python: codes, limits, defaults and names as constants.
import { errors, warnings } from "../codes.mjs";
import { defaultEncoding, directions, encodings, formats, includes, objects, VERSION } from "../fields.mjs";
import { limits } from "../limits.mjs";
import { result } from "../result.mjs";

const literal = (value) => (typeof value === "boolean" ? (value ? "True" : "False") : JSON.stringify(value));
const tuple = (values) => `(${values.map(literal).join(", ")},)`;
const upper = (name) => name.toUpperCase();

export function pythonModule() {
  const defaults = [...objects.config.fields, ...objects.rendering.fields, ...objects.font.fields].filter((field) => field.default !== undefined);
  return [
    '"""Generated from packages/engine/contract by emit.mjs. Do not edit."""',
    "",
    `CONTRACT_VERSION = ${literal(VERSION)}`,
    `FORMATS = ${tuple(formats)}`,
    `ENCODINGS = ${tuple(encodings)}`,
    `DIRECTIONS = ${tuple(directions)}`,
    `INCLUDES = ${tuple(includes)}`,
    `RESULT_FIELDS = ${tuple(result.Result.fields.map(([name]) => name))}`,
    `DEFAULT_ENCODING = {${Object.entries(defaultEncoding)
      .map(([format, encoding]) => `${literal(format)}: ${literal(encoding)}`)
      .join(", ")}}`,
    "",
    "# The module's status is the negative number.",
    "ERRORS = {",
    ...errors.map((entry) => `    ${literal(entry.code)}: ${entry.number},`),
    "}",
    "WARNINGS = {",
    ...warnings.map((entry) => `    ${literal(entry.code)}: ${entry.number},`),
    "}",
    "",
    ...limits.map((entry) => `LIMIT_${upper(entry.name)} = ${entry.value}  # ${entry.unit}: ${entry.reason}`),
    "",
    ...defaults.map((field) => `DEFAULT_${upper(field.name)} = ${literal(field.default)}`),
    "",
  ].join("\n");
}
