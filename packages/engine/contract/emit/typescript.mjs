// TypeScript: types of jobs, documents and results, and the codes, limits and defaults as constants.
import { errors, warnings } from "../codes.mjs";
import {
  alignModes,
  defaultEncoding,
  directions,
  encodings,
  expectedOf,
  formats,
  includes,
  measures,
  modes,
  objects,
  ops,
  orders,
  VERSION,
} from "../fields.mjs";
import { limits } from "../limits.mjs";
import { result } from "../result.mjs";
import { jobSpeech, spokenErrors, spokenWarningDetails, spokenWarnings } from "../speech.mjs";

const BANNER = "// Generated from packages/engine/contract by emit.mjs. Do not edit: change the contract and run `node packages/engine/contract/emit.mjs`.\n";
const INTERFACE = {
  job: "Job",
  font: "JobFont",
  text: "JobText",
  rendering: "JobRendering",
  compare: "JobCompare",
  compare_with: "JobCompareWith",
  with_font: "JobFont",
  with_text: "JobText",
  sweep: "JobSweep",
  sample: "SweepSample",
  op: "Op",
  document: "JobDocument",
  config: "DocumentConfig",
};
const ENUMS = { format: "Format", encoding: "Encoding", direction: "Direction", order: "Order", mode: "Mode", op: "OpName", align: "AlignMode" };
const LISTS = { include: "Include", measure: "CompareMeasure" };

const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
const quoted = (values) => values.map((value) => JSON.stringify(value)).join(" | ");

function typeOf(field) {
  switch (field.kind) {
    case "string":
      return "string";
    case "number":
    case "integer":
      return "number";
    case "boolean":
      return "boolean";
    case "enum":
      return ENUMS[field.list ?? field.name] ?? quoted(field.values);
    case "object":
      return INTERFACE[field.of];
    case "variations":
      return "Readonly<Record<string, number>>";
    case "features":
      return "string | readonly string[]";
    case "origin":
      return "readonly [x: number, y: number]";
    case "include":
      return `readonly ${LISTS[field.list ?? field.name]}[]`;
    case "texts":
      return "readonly string[]";
    case "grid":
      return "Readonly<Record<string, SweepAxis>>";
    case "points":
      return "readonly Readonly<Record<string, number>>[]";
    case "jobs":
      return "readonly Job[]";
    default:
      throw new Error(`typescript: kind ${field.kind}`);
  }
}

function note(field) {
  const parts = [field.about];
  if (["number", "integer"].includes(field.kind)) parts.push(`Takes ${expectedOf(field)}.`);
  const fallback = field.defaultAbout ?? (field.default === undefined ? undefined : JSON.stringify(field.default));
  if (fallback !== undefined) parts.push(`Default: ${fallback}.`);
  return parts.join(" ");
}

/** What the kernel does not read of a job. */
const JOB_SPEECH = "  /** What to speak of it, besides; in batches and streams of jobs, not in sessions. */\n  readonly speech?: JobSpeech;";

function inputInterface(name) {
  const lines = objects[name].fields.map((field) => `  /** ${note(field)} */\n  readonly ${field.name}${field.required ? "" : "?"}: ${typeOf(field)};`);
  if (name === "job") lines.push(JOB_SPEECH);
  return `/** ${objects[name].about} */\nexport interface ${INTERFACE[name]} {\n${lines.join("\n")}\n}\n`;
}

function speechInterfaces() {
  const lines = jobSpeech.fields.map(
    ({ name, type, about, fallback }) =>
      `  /** ${about}${fallback === "none" ? "" : ` Default: ${fallback.replaceAll("`", "")}.`} */\n  readonly ${name}?: ${type};`,
  );
  const [version, id] = objects.job.fields;
  const own = [version, id].map((field) => `  /** ${note(field)} */\n  readonly ${field.name}${field.required ? "" : "?"}: ${typeOf(field)};`);
  return [
    `/** ${jobSpeech.about} */\nexport interface JobSpeech {\n${lines.join("\n")}\n}\n`,
    `/** A job that is spoken and not drawn. */\nexport interface SpeechJob {\n${own.join("\n")}\n  /** What to speak where \`speech\` has neither text nor ssml. */\n  readonly text?: JobText;\n  /** What to speak, and how. */\n  readonly speech: JobSpeech;\n}\n`,
  ];
}

const SWEEP_AXIS =
  "/** The values of one axis of a grid: evenly from min to max (both included; one step: min), these, or one. */\n" +
  "export type SweepAxis = { readonly min: number; readonly max: number; readonly steps: number } | readonly number[] | number;\n";

/** A result as two arms, told apart by `status`: an error's `error` is there, and a success always has the job's id. */
function resultArms(about, fields) {
  const noteOf = (name) => `  /** ${fields.find(([field]) => field === name)[2]} */`;
  const arm = (name, of, lines) => `/** ${of} */\nexport interface ${name} extends ResultFields {\n${lines.join("\n")}\n}\n`;
  return [
    resultInterface(["ResultFields", { about: "What a result may hold besides its id and status.", fields: fields.filter(([name]) => !ARMS.includes(name)) }]),
    arm("SuccessResult", "The result of a job that succeeded.", [
      "  /** The job's id. */",
      "  readonly id: string;",
      '  readonly status: "success";',
      "  readonly error?: never;",
    ]),
    arm("ErrorResult", "The result of a job that failed.", [
      noteOf("id"),
      "  readonly id?: string;",
      '  readonly status: "error";',
      "  readonly error: ResultError;",
    ]),
    `/** ${about} */\nexport type Result = SuccessResult | ErrorResult;\n`,
  ].join("\n");
}
const ARMS = ["id", "status", "error"];

function resultInterface([name, { about, fields }]) {
  if (name === "Result") return resultArms(about, fields);
  const lines = fields.map(([field, type, note, optional]) => `  /** ${note} */\n  readonly ${field}${optional ? "?" : ""}: ${type};`);
  return `/** ${about} */\nexport interface ${name} {\n${lines.join("\n")}\n}\n`;
}

const DETAIL_TYPES = { text: "string", number: "number", code_points: "readonly number[]", glyphs: "readonly number[]" };

function warningType(entry) {
  const details = entry.details.map((detail) => ` readonly ${detail.name}: ${DETAIL_TYPES[detail.kind]};`).join("");
  return `  | { readonly code: "${entry.code}"; readonly message: string;${details} }`;
}

function spokenWarningType() {
  const details = spokenWarningDetails.map(([name, type, about]) => `      /** ${about} */\n      readonly ${name}?: ${type};`);
  return `  | {\n      readonly code: SpokenWarningCode;\n      readonly message: string;\n${details.join("\n")}\n    }`;
}

const table = (rows) => `{\n${rows.join("\n")}\n}`;

function codeTable(name, type, entries) {
  const rows = entries.map(
    (entry) => `  ${entry.code}: { number: ${entry.number}, cause: ${JSON.stringify(entry.cause)}, cure: ${JSON.stringify(entry.cure)} },`,
  );
  return `export const ${name}: Readonly<Record<${type}, CodeInfo>> = ${table(rows)};\n`;
}

export function typescriptModule() {
  const list = (name, type, about, values) =>
    `/** ${about} */\nexport const ${name} = [${values.map((value) => JSON.stringify(value)).join(", ")}] as const;\nexport type ${type} = (typeof ${name})[number];\n`;
  const defaults = [...objects.config.fields, ...objects.rendering.fields, ...objects.font.fields].filter((field) => field.default !== undefined);
  return [
    BANNER,
    `/** Version of the contract; \`version\` of a job. */\nexport const CONTRACT_VERSION = "${VERSION}" as const;\n`,
    list("FORMATS", "Format", "Formats of a picture.", formats),
    list("ENCODINGS", "Encoding", "Encodings of a picture in a result line.", encodings),
    list("DIRECTIONS", "Direction", "Directions of text.", directions),
    list("INCLUDES", "Include", "What else a result can hold.", includes),
    list("ALIGN_MODES", "AlignMode", "How two pictures are laid over each other.", alignModes),
    list("COMPARE_MEASURES", "CompareMeasure", "What can be measured of two pictures.", measures),
    list("ORDERS", "Order", "Orders of results.", orders),
    list("MODES", "Mode", "Modes a document may name.", modes),
    list("OPS", "OpName", "What a stream can ask of the program itself.", ops),
    list(
      "ERROR_CODES",
      "ErrorCode",
      "Every error code of the engine.",
      errors.map((entry) => entry.code),
    ),
    list(
      "WARNING_CODES",
      "WarningCode",
      "Every warning code of the engine.",
      warnings.map((entry) => entry.code),
    ),
    list("SPOKEN_ERROR_CODES", "SpokenErrorCode", "Codes that errors of jobs with speech have beside the engine's.", spokenErrors),
    list("SPOKEN_WARNING_CODES", "SpokenWarningCode", "Codes of warnings of what is spoken.", spokenWarnings),
    "/** Every code that a result's error may have. */\nexport type ResultErrorCode = ErrorCode | SpokenErrorCode;\n",
    "/** Every code that a result's warnings may have. */\nexport type ResultWarningCode = WarningCode | SpokenWarningCode;\n",
    "/** A code's number (the module's status is its negative), why it happens and what to do. */\nexport interface CodeInfo {\n  readonly number: number;\n  readonly cause: string;\n  readonly cure: string;\n}\n",
    codeTable("ERRORS", "ErrorCode", errors),
    codeTable("WARNINGS", "WarningCode", warnings),
    ...["job", "font", "text", "rendering", "compare", "compare_with", "sweep", "sample", "op", "document", "config"].map(inputInterface),
    ...speechInterfaces(),
    SWEEP_AXIS,
    ...Object.entries(result).map(resultInterface),
    `/** A warning: its code, a sentence, and what it is about. */\nexport type Warning =\n${[...warnings.map(warningType), spokenWarningType()].join("\n")};\n`,
    `/** Limits of the contract; docs/jobs.md has the reasons. */\nexport const LIMITS = ${table(limits.map((entry) => `  /** ${entry.unit}: ${entry.reason}. */\n  ${camel(entry.name)}: ${entry.value},`))} as const;\n`,
    `/** What holds where a field is absent. */\nexport const DEFAULTS = ${table(defaults.map((field) => `  ${camel(field.name)}: ${JSON.stringify(field.default)},`))} as const;\n`,
    `/** The encoding of a job that names none, by format. */\nexport const DEFAULT_ENCODING: Readonly<Record<Format, Encoding>> = ${table(Object.entries(defaultEncoding).map(([format, encoding]) => `  ${format}: "${encoding}",`))};\n`,
    `/** Fields of a result line, in the order they are written. */\nexport const RESULT_FIELDS = [${result.Result.fields.map(([name]) => `"${name}"`).join(", ")}] as const;\n`,
  ].join("\n");
}
