#!/usr/bin/env node
// The `haforu` program: argv in, exit code out. Knows the commands by name and one line each, and imports only the one
// that was asked for, so that a small command starts fast.

import type { Command, CommanderError } from "commander";
import { VERSION } from "../version.ts";
import { earlyModule } from "./early-module.ts";
import { CliError, EXIT_CALL_WRONG, EXIT_OK } from "./exit.ts";

interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Gives the module whose `command()` builds the commander command of this name, action included. */
  readonly load: () => Promise<{ command(): Command }>;
}

const COMMANDS: readonly CommandEntry[] = [
  { name: "batch", summary: "run a file of jobs and write one result line each", load: () => import("./batch.ts") },
  { name: "stream", summary: "answer jobs line by line, as they come", load: () => import("./stream.ts") },
  { name: "render", summary: "render one text with one font to a file", load: () => import("./render-command.ts") },
  { name: "validate", summary: "check a file of jobs and list every problem", load: () => import("./validate.ts") },
  { name: "fonts", summary: "list the faces, axes, instances and scripts of font files", load: () => import("./fonts.ts") },
  { name: "diagnostics", summary: "versions, limits and a self-test render", load: () => import("./diagnostics.ts") },
  { name: "schema", summary: "print the JSON Schema of a job", load: () => import("./schema.ts") },
  { name: "version", summary: "print the versions of the program and its parts", load: () => import("./version.ts") },
];

const EXAMPLES = `
Examples:
  haforu batch jobs.jsonl -o results.jsonl --stats
  haforu render NotoSans.ttf "Hello" --font-size 64 --output-file hello.png

Exit codes: 0 all jobs succeeded, 1 some failed, 2 the call or the input as a whole was wrong, 130 interrupted.`;

async function main(words: readonly string[]): Promise<number> {
  if (words[0] === "render") {
    const exitCode = await renderQuickly(words.slice(1));
    if (exitCode !== undefined) return exitCode;
  }
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
    .configureOutput({ writeOut });
  for (const entry of COMMANDS) {
    if (entry.name === asked && loaded !== undefined) {
      program.addCommand(inheritStrictness(loaded.command()).configureOutput({ writeOut }));
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

/** The exit code, or undefined for a call that commander must read. */
async function renderQuickly(words: readonly string[]): Promise<number | undefined> {
  // A call that ends before the module is asked for does not hear of its failure either.
  earlyModule().catch(() => {});
  const [{ readQuickly }, { run }] = await Promise.all([import("./render-quick.ts"), import("./render.ts")]);
  const call = readQuickly(words);
  if (call === undefined) return undefined;
  try {
    await run(call.font, call.text, call.options);
    return EXIT_OK;
  } catch (error) {
    return exitCodeOf(error);
  }
}

/** `help NAME` as `NAME --help`: then the named command is the one that is loaded. A name that is none is an error. */
function withoutHelpCommand(words: readonly string[]): readonly string[] {
  const [first, name] = words;
  if (first !== "help" || name === undefined || name.startsWith("-")) return words;
  return COMMANDS.some((entry) => entry.name === name) ? [name, "--help"] : [name];
}

/** Commands must not end the process themselves: their parse errors come back here as exceptions. */
function inheritStrictness(command: Command): Command {
  return command.exitOverride().showHelpAfterError("(--help shows the options and an example)");
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

function exitCodeOf(error: unknown): number {
  if (error instanceof CliError) {
    if (error.message !== "") process.stderr.write(`haforu: ${error.message}\n`);
    return error.exitCode;
  }
  const shown = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`haforu: unexpected failure, please report it: ${shown}\n`);
  return EXIT_CALL_WRONG;
}

process.exitCode = await main(process.argv.slice(2));
