// `haforu fonts FILE…`: what font files hold, for people as a block a face, for programs as one JSON line a file.
// A file that cannot be read costs only itself.

import { Command } from "commander";
import type { FaceInfo, FileInfo } from "../session/font-info.ts";
import type { Session } from "../session/session.ts";
import { EXIT_SOME_FAILED, note } from "./exit.ts";
import { print } from "./print.ts";

interface FontsOptions {
  readonly json?: boolean;
  readonly brief?: boolean;
}

interface FontRefusal {
  readonly code: string;
  readonly message: string;
}

interface Refusal {
  readonly file: string;
  readonly error: FontRefusal;
}

/** A face as the engine tells it; where it cannot be opened, with the reason in place of the error's code alone. */
type Face = Omit<FaceInfo, "error"> & { readonly error?: FontRefusal };

interface FontReport extends Omit<FileInfo, "faces"> {
  readonly file: string;
  readonly faces: readonly Face[];
}

/** Columns where the terminal does not say. */
const DEFAULT_COLUMNS = 100;
const LABEL_COLUMNS = 13;

export function command(): Command {
  return new Command("fonts")
    .description("List what font files hold: faces, names, format, glyphs, axes, named instances, scripts, features.")
    .argument("<file...>", "font files: TrueType, OpenType, collections, WOFF, WOFF2")
    .option("--brief", "one row a face")
    .option("--json", "one JSON object a line, one line a file")
    .addHelpText(
      "after",
      `
Example:
  haforu fonts node_modules/source-sans-pro/VAR/SourceSansVariable-Roman.ttf
  haforu fonts --brief fonts/*.woff2

Exit codes: 0 all files could be read, 1 some could not, 2 the call was wrong.`,
    )
    .action(run);
}

async function run(files: readonly string[], options: FontsOptions): Promise<void> {
  const { createSession } = await import("../session/create.ts");
  using session = createSession();
  const rows: string[][] = [];
  for (const file of files) {
    const told = await tell(file, session);
    if ("error" in told || told.faces.some((face) => face.error !== undefined)) process.exitCode = EXIT_SOME_FAILED;
    if (options.json === true) await print(`${JSON.stringify(told)}\n`);
    else if ("error" in told) note(`haforu: ${shown(told.error)}\n`);
    else if (options.brief === true) rows.push(...told.faces.map((face) => brief(told, face)));
    else await print(blocks(told));
  }
  if (rows.length > 0) await print(table(BRIEF_HEAD, rows));
}

async function tell(file: string, session: Session): Promise<FontReport | Refusal> {
  const { HaforuError } = await import("../engine/errors.ts");
  try {
    const info = session.fontInfo(file);
    const faces = info.faces.map(({ error, ...face }) => (error === undefined ? face : { ...face, error: refusal(file, face.face_index, session, error) }));
    return { ...info, file, faces };
  } catch (error) {
    if (!(error instanceof HaforuError)) throw error;
    return { file, error: refusal(file, 0, session, error.code, error.message) };
  }
}

/** Why a job with this face fails, in a batch's words: they name the table and what is wrong with it. */
function refusal(file: string, faceIndex: number, session: Session, code: string, message: string = code): FontRefusal {
  const { error } = session.render({
    id: "fonts",
    font: { path: file, size: 1, face_index: faceIndex },
    text: { content: "" },
    rendering: { format: "metrics", width: 1, height: 1 },
  });
  if (error === undefined) return { code, message: `${file}: ${message}` };
  return { code: error.code, message: error.message.replace(/^font\.path: /, "") };
}

/** The file comes last: its path may be longer than all else. */
const BRIEF_HEAD = ["FACE", "NAME", "FORMAT", "GLYPHS", "UPEM", "AXES", "INSTANCES", "FILE"];

function brief(info: FontReport, face: Face): string[] {
  if (face.error !== undefined) return [String(face.face_index), shownOf(info, face.error), "", "", "", "", "", info.file];
  const axes = (face.axes ?? []).map((axis) => `${axis.tag} ${axis.min}..${axis.max}`).join(" ");
  return [
    String(face.face_index),
    nameOf(face),
    `${info.container} ${face.format ?? ""}`,
    String(face.glyph_count ?? ""),
    String(face.upem ?? ""),
    axes || "-",
    String(face.named_instances?.length ?? 0),
    info.file,
  ];
}

function blocks(info: FontReport): string {
  const count = info.face_count;
  const head = `${info.file}: ${info.container}, ${count} face${count === 1 ? "" : "s"}\n`;
  const shown = info.faces.map((face) => block(info, face)).join("\n");
  const more = count > info.faces.length ? `\n  … ${count - info.faces.length} faces more\n` : "";
  return `${head}${shown}${more}\n`;
}

function block(info: FontReport, face: Face): string {
  const rows: [string, string][] = [[`face ${face.face_index}`, face.error === undefined ? nameOf(face) : shownOf(info, face.error)]];
  if (face.error === undefined) {
    if (face.postscript_name !== undefined) rows.push(["postscript", face.postscript_name]);
    if (face.version !== undefined) rows.push(["version", face.version]);
    rows.push(["outlines", `${face.format}, ${face.variable === true ? "variable" : "static"}`]);
    rows.push(["glyphs", `${face.glyph_count}, ${face.upem} units per em`]);
    if (face.ascender !== undefined) rows.push(["line", `ascender ${face.ascender}, descender ${face.descender}, gap ${face.line_gap}`]);
    for (const [i, axis] of (face.axes ?? []).entries()) {
      const range = `${axis.min} to ${axis.max}, default ${axis.default}`;
      const hidden = axis.hidden === true ? " (hidden)" : "";
      rows.push([i === 0 ? "axes" : "", `${axis.tag}  ${range}${axis.name === undefined ? "" : `  ${axis.name}`}${hidden}`]);
    }
    for (const [i, one] of (face.named_instances ?? []).entries()) {
      const at = Object.entries(one.coordinates).map(([tag, value]) => `${tag} ${value}`);
      rows.push([i === 0 ? "instances" : "", `${one.name}  (${at.join(", ")})`]);
    }
    if (face.aat === true) rows.push(["layout", "AAT"]);
    rows.push(["scripts", list(face.scripts)], ["features", list(face.features)]);
  }
  return rows.map(([label, text]) => wrapped(label, text)).join("");
}

/** Where the file's name stands beside it. */
function shownOf({ file }: FontReport, error: FontRefusal): string {
  return shown({ ...error, message: error.message.replace(`${file}: `, "") });
}

function shown({ code, message }: FontRefusal): string {
  return `${message} (${code})`;
}

function nameOf(face: Face): string {
  return [face.family, face.style].filter((part) => part !== undefined).join(" ") || face.full_name || "(no name)";
}

function list(tags: readonly string[] | undefined): string {
  return tags === undefined || tags.length === 0 ? "none" : tags.map((tag) => tag.trimEnd()).join(" ");
}

/** "  label        text", the text broken at spaces and indented under itself. */
function wrapped(label: string, text: string): string {
  const room = Math.max(40, (process.stdout.columns ?? DEFAULT_COLUMNS) - LABEL_COLUMNS - 2);
  const lines: string[] = [];
  let line = "";
  for (const word of plain(text).split(" ")) {
    if (line !== "" && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === "" && lines.length === 0 && word === "" ? "" : line === "" ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((one, i) => `  ${(i === 0 ? label : "").padEnd(LABEL_COLUMNS)}${one}\n`).join("");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows.map((row) => row.map(plain))];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  return all
    .map(
      (row) =>
        `${row
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

/** Names come from files: control characters must not reach the terminal. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to keep out.
  return text.replace(/[\0-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}
