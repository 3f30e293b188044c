// Python: codes with their advice, limits, defaults and names as constants.
import { errors, warnings } from "../codes.mjs";
import { alignModes, defaultEncoding, directions, encodings, formats, includes, measures, objects, VERSION } from "../fields.mjs";
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
    "from typing import Final",
    "",
    `CONTRACT_VERSION: Final = ${literal(VERSION)}`,
    `FORMATS: Final = ${tuple(formats)}`,
    `ENCODINGS: Final = ${tuple(encodings)}`,
    `DIRECTIONS: Final = ${tuple(directions)}`,
    `ALIGN_MODES: Final = ${tuple(alignModes)}`,
    `COMPARE_MEASURES: Final = ${tuple(measures)}`,
    `INCLUDES: Final = ${tuple(includes)}`,
    `RESULT_FIELDS: Final = ${tuple(result.Result.fields.map(([name]) => name))}`,
    `DEFAULT_ENCODING: Final = {${Object.entries(defaultEncoding)
      .map(([format, encoding]) => `${literal(format)}: ${literal(encoding)}`)
      .join(", ")}}`,
    "",
    "# The module's status is the negative number.",
    "ERRORS: Final = {",
    ...errors.map((entry) => `    ${literal(entry.code)}: ${entry.number},`),
    "}",
    "WARNINGS: Final = {",
    ...warnings.map((entry) => `    ${literal(entry.code)}: ${entry.number},`),
    "}",
    "",
    "# The usual cause of each error and what to do about it.",
    "ADVICE: Final = {",
    ...errors.map((entry) => `    ${literal(entry.code)}: (${literal(entry.cause)}, ${literal(entry.cure)}),`),
    "}",
    "",
    ...limits.map((entry) => `LIMIT_${upper(entry.name)}: Final = ${entry.value}  # ${entry.unit}: ${entry.reason}`),
    "",
    ...defaults.map((field) => `DEFAULT_${upper(field.name)}: Final = ${literal(field.default)}`),
    "",
  ].join("\n");
}
