// docs/errors.md and docs/jobs.md: every code with cause and cure, every field with type, range and default, every limit with its reason.
import { errors, warnings } from "../codes.mjs";
import { expectedOf, objects } from "../fields.mjs";
import { limits } from "../limits.mjs";
import { result } from "../result.mjs";
import { jobSpeech } from "../speech.mjs";

const BANNER = "<!-- Generated from packages/engine/contract by emit.mjs. Do not edit. -->\n";
const cell = (text) => text.replaceAll("|", "\\|");
const table = (head, rows) =>
  [`| ${head.join(" | ")} |`, `|${head.map(() => "---|").join("")}`, ...rows.map((row) => `| ${row.map(cell).join(" | ")} |`), ""].join("\n");
const plain = (message) => message.replaceAll("[", "").replaceAll("]", "");

export function errorsPage() {
  const entry = (item) =>
    [
      `### ${item.code}`,
      "",
      `Number ${item.number}${item.field ? `, field \`${item.field}\`` : ""}.`,
      "",
      `- Message: \`${plain(item.message)}\``,
      `- Cause: ${item.cause}`,
      `- Cure: ${item.cure}`,
      ...(item.details ?? []).map((detail) => `- \`${detail.name}\`: ${detail.about}`),
      "",
    ].join("\n");
  return [
    BANNER,
    "# Errors and warnings\n",
    'A job that fails gives a line `{"id": …, "status": "error", "error": {"code", "message", "field"?, "line"?, "problems"?}}`. The code is stable; the message says what came, what was',
    "expected and what to do. With more than one problem in a job, `problems` lists them all. The module's status is the code's number, negated.\n",
    "A warning is an object in `warnings` of a result: `code`, `message`, and the details named below. `--strict` turns warnings into the error `strict_warning`.\n",
    "## Errors\n",
    ...errors.map(entry),
    "## Warnings\n",
    ...warnings.map(entry),
  ].join("\n");
}

export function jobsPage() {
  const type = (field) =>
    field.kind === "object"
      ? `object: \`${objects[field.of].path.replace(/.*\.(font|text)$/, "$1")}\` below`
      : field.kind === "enum"
        ? field.values.map((value) => `\`${value}\``).join(", ")
        : expectedOf(field);
  const fallback = (field) =>
    field.required ? "required" : (field.defaultAbout ?? (field.default === undefined ? "none" : `\`${JSON.stringify(field.default)}\``));
  const section = (title, name) =>
    `## ${title}\n\n${objects[name].about}\n\n${table(
      ["field", "takes", "default", "meaning"],
      objects[name].fields.map((field) => [`\`${field.name}\``, type(field), fallback(field), field.about]),
    )}`;
  return [
    BANNER,
    "# Jobs and results\n",
    "One job is one JSON object, on one line in the stream format. Unknown fields and a key given twice are refused. An optional field is left out, never `null`. `haforu schema` prints the JSON Schema.\n",
    "```json",
    '{"version": "1.0", "id": "a-600", "font": {"path": "NotoSans.ttf", "size": 1000, "variations": {"wght": 600}}, "text": {"content": "a", "script": "Latn", "direction": "ltr", "language": "en"}, "rendering": {"format": "pgm", "encoding": "base64", "width": 3000, "height": 1200}}',
    "```\n",
    section("Job", "job"),
    section("font", "font"),
    section("text", "text"),
    section("rendering", "rendering"),
    section("compare", "compare"),
    section("compare.with", "compare_with"),
    section("sweep", "sweep"),
    section("sweep.sample", "sample"),
    "## speech\n",
    `${jobSpeech.about.replace("docs/speech.md", "[docs/speech.md](speech.md#speech-as-jobs)")} A job has \`speech\` beside \`rendering\`, \`compare\` or \`sweep\`, or in place of them: then it has no \`font\`, and needs no \`text\`.\n`,
    table(
      ["field", "takes", "default", "meaning"],
      jobSpeech.fields.map(({ name, takes, fallback, about }) => [`\`${name}\``, takes, fallback, about]),
    ),
    section("Op lines", "op"),
    section("JobSpec documents", "document"),
    section("config", "config"),
    "## Results\n",
    "Numbers have at most 6 decimals, no trailing zeros and no exponent. Fields come in this order.\n",
    ...Object.entries(result).map(
      ([name, { about, fields }]) =>
        `### ${name}\n\n${about}\n\n${table(
          ["field", "type", "meaning"],
          fields.map(([field, kind, note, optional]) => [`\`${field}\`${optional ? " (optional)" : ""}`, `\`${kind}\``, note]),
        )}`,
    ),
    "## Limits\n",
    table(
      ["limit", "value", "of", "reason"],
      limits.map((entry) => [`\`${entry.name}\``, String(entry.value), entry.unit, entry.reason]),
    ),
  ].join("\n");
}
