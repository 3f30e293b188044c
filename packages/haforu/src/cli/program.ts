// The commands of `haforu`, read by commander: by name and one line each; only the one that was asked for is imported, so
// that a small command starts fast.

import type { Command, CommanderError } from "commander";
import { VERSION } from "../version.ts";
import { EXIT_CALL_WRONG, exitCodeOf, note } from "./exit.ts";

interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Gives the module whose `command()` builds the commander command of this name, action included; it may look at the call's words. */
  readonly load: () => Promise<{ command(argv: readonly string[]): Command }>;
}

const COMMANDS: readonly CommandEntry[] = [
  { name: "batch", summary: "run a file of jobs and write one result line each", load: () => import("./batch.ts") },
  { name: "stream", summary: "answer jobs line by line, as they come", load: () => import("./stream.ts") },
  { name: "render", summary: "render one text with one font to a file", load: () => import("./render-command.ts") },
  { name: "shape", summary: "print the positioned glyphs of a text, as hb-shape does", load: () => import("./shape.ts") },
  { name: "sweep", summary: "measure texts over the design space of a variable font", load: () => import("./sweep.ts") },
  { name: "validate", summary: "check a file of jobs and list every problem", load: () => import("./validate.ts") },
  { name: "compare", summary: "compare two fonts, or two directories of fonts", load: () => import("./compare.ts") },
  { name: "compare-runs", summary: "compare two files of results by id", load: () => import("./compare-runs.ts") },
  { name: "match", summary: "find the coordinates of a variable font that come closest to pictures", load: () => import("./match.ts") },
  { name: "fonts", summary: "list the faces, axes, instances and scripts of font files", load: () => import("./fonts.ts") },
  { name: "diagnostics", summary: "versions, limits and a self-test render", load: () => import("./diagnostics.ts") },
  { name: "schema", summary: "print the JSON Schema of a job", load: () => import("./schema.ts") },
  { name: "sql", summary: "build, hash and check a PostgreSQL schema kept as many files", load: () => import("./sql.ts") },
  { name: "speak", summary: "speak a text or SSML document to an audio file, with captions", load: () => import("./speak.ts") },
  { name: "voices", summary: "list the voices that can speak, and those that can be installed", load: () => import("./voices.ts") },
  { name: "version", summary: "print the versions of the program and its parts", load: () => import("./version.ts") },
];

const EXAMPLES = `
Examples:
  haforu batch jobs.jsonl -o results.jsonl --stats
  haforu render NotoSans.ttf "Hello" --font-size 64 --output-file hello.png

Exit codes: 0 all jobs succeeded, 1 some failed, 2 the call or the input as a whole was wrong, 130 interrupted.`;

/** Runs the call; @returns its exit code. */
export async function runProgram(words: readonly string[]): Promise<number> {
  const argv = withoutHelpCommand(words);
  const asked = argv.find((word) => !word.startsWith("-"));
  const loading = COMMANDS.find((entry) => entry.name === asked)?.load();
  const [{ Command, CommanderError }, loaded] = await Promise.all([import("commander"), loading]);
  let help = "";
  // Kept until it can be written as all output is: commander's own write ends in a stack trace where the disk is full.
  const writeOut = (text: string): void => {
    help += text;
  };
  const program = new Command("haforu")
    .description("Render text at scale: jobs in, images, measurements, boxes and glyphs out.")
    .version(VERSION, "-V, --version", "print the version")
    .addHelpText("after", EXAMPLES)
    .configureOutput({ writeOut, writeErr: note });
  // A call that begins with its command needs no other one; every other call may be one for help.
  for (const entry of argv[0] === asked && loaded !== undefined ? COMMANDS.filter(({ name }) => name === asked) : COMMANDS) {
    if (entry.name === asked && loaded !== undefined) {
      program.addCommand(inheritSettings(loaded.command(argv), writeOut));
    } else {
      program.command(entry.name).description(entry.summary);
    }
  }
  program.exitOverride();
  try {
    await program.parseAsync(argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) return exitCodeOf(error);
    return help === "" ? exitCodeOfParse(error) : giveHelp(help);
  }
  return typeof process.exitCode === "number" ? process.exitCode : 0;
}

/** `help NAME` as `NAME --help`: then the named command is the one that is loaded. A name that is none is an error. */
function withoutHelpCommand(words: readonly string[]): readonly string[] {
  const [first, name] = words;
  if (first !== "help" || name === undefined || name.startsWith("-")) return words;
  return COMMANDS.some((entry) => entry.name === name) ? [name, "--help"] : [name];
}

/** Commands, and the words of a command, must not end the process themselves: their parse errors come back here as exceptions. */
function inheritSettings(command: Command, writeOut: (text: string) => void): Command {
  for (const word of command.commands) inheritSettings(word, writeOut);
  return command.exitOverride().showHelpAfterError("(--help shows the options and an example)").configureOutput({ writeOut, writeErr: note });
}

/** @returns the exit code, as commander's "errors" for --help and --version have it, but where writing fails. */
async function giveHelp(text: string): Promise<number> {
  const { print } = await import("./print.ts");
  try {
    await print(text);
    return 0;
  } catch (error) {
    return exitCodeOf(error);
  }
}

/** Commander has printed its message; --help and --version come as "errors" with exit code 0. */
function exitCodeOfParse(error: CommanderError): number {
  return error.exitCode === 0 ? 0 : EXIT_CALL_WRONG;
}
