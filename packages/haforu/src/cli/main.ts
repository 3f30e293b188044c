#!/usr/bin/env node
// The `haforu` program: argv in, exit code out. Knows the commands by name and one line each, and imports only the one
// that was asked for, so that a small command starts fast.

import { Command, CommanderError } from "commander";
import { CliError, EXIT_CALL_WRONG } from "./exit.ts";
import { programVersion } from "./program-version.ts";

interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Gives the module whose `command()` builds the commander command of this name, action included. */
  readonly load: () => Promise<{ command(): Command }>;
}

const COMMANDS: readonly CommandEntry[] = [
  { name: "batch", summary: "run a file of jobs and write one result line each", load: () => import("./batch.ts") },
  { name: "stream", summary: "answer jobs line by line, as they come", load: () => import("./stream.ts") },
  { name: "render", summary: "render one text with one font to a file", load: () => import("./render.ts") },
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

async function main(argv: readonly string[]): Promise<number> {
  const program = new Command("haforu")
    .description("Render text at scale: jobs in, images, measurements, boxes and glyphs out.")
    .version(programVersion(), "-V, --version", "print the version")
    .addHelpText("after", EXAMPLES);
  const asked = argv.find((word) => !word.startsWith("-"));
  for (const entry of COMMANDS) {
    if (entry.name === asked) {
      program.addCommand(inheritStrictness((await entry.load()).command()));
    } else {
      program.command(entry.name).description(entry.summary);
    }
  }
  program.exitOverride();
  try {
    await program.parseAsync(argv, { from: "user" });
  } catch (error) {
    return exitCodeOf(error);
  }
  return typeof process.exitCode === "number" ? process.exitCode : 0;
}

/** Commands must not end the process themselves: their parse errors come back here as exceptions. */
function inheritStrictness(command: Command): Command {
  return command.exitOverride().showHelpAfterError("(--help shows the options and an example)");
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) {
    // Commander has printed its message; --help and --version come as "errors" with exit code 0.
    return error.exitCode === 0 ? 0 : EXIT_CALL_WRONG;
  }
  if (error instanceof CliError) {
    if (error.message !== "") process.stderr.write(`haforu: ${error.message}\n`);
    return error.exitCode;
  }
  const shown = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`haforu: unexpected failure, please report it: ${shown}\n`);
  return EXIT_CALL_WRONG;
}

process.exitCode = await main(process.argv.slice(2));
