// `haforu sql build|hash|check|list|diff|watch`: the flags. What they do is @haforu/sql's, a package of its own that is loaded when a word is run.

import { Argument, Command, Option } from "commander";
import { wholeNumber } from "./argument.ts";
import type { BuildFlags, DiffFlags, InputFlags } from "./sql-actions.ts";
import type { CheckFlags } from "./sql-check.ts";

/** @haforu/sql's own bound. */
const MOST_WORKERS = 8;

const EXIT_CODES = `
Exit codes: 0 all well, 1 differences (diff) or errors (check), 2 the call, the input or the output was wrong, 130 interrupted.`;

const WORDS: Readonly<Record<string, () => Command>> = { build, hash, check, list, diff, watch };

/** Only the word that `argv` asks for: each has twenty flags, and making those of all six takes as long as reading a hundred files. */
export function command(argv: readonly string[]): Command {
  const asked = argv[argv.indexOf("sql") + 1] ?? "";
  const words = Object.hasOwn(WORDS, asked) ? [WORDS[asked] as () => Command] : Object.values(WORDS);
  const sql = new Command("sql")
    .description("Build a PostgreSQL schema kept as many .sql files into one script and one version hash: the same order, the same bytes, everywhere.")
    .addHelpText("after", `\nWithout inputs, haforu.sql.yaml or haforu.sql.json in the working directory says what belongs to the schema.\n${EXIT_CODES}`);
  // Their --help and their errors go the way of the program's other commands.
  for (const word of words) sql.addCommand(word());
  return sql;
}

function build(): Command {
  return scriptFlags(inputFlags(new Command("build").description("Write one script: header, and each file behind a comment with its path.")))
    .option("--manifest <file>", "save the version hash and each file's path, hash and size as JSON")
    .option("--json", "what was built as one JSON object; needs an output")
    .addHelpText(
      "after",
      `
Examples:
  haforu sql build schema -o schema.sql
  haforu sql build --env prod --schema-only -o schema.sql --manifest schema.json
${EXIT_CODES}`,
    )
    .action(async (inputs: string[], flags: BuildFlags) => (await import("./sql-actions.ts")).build(inputs, flags));
}

function hash(): Command {
  return inputFlags(new Command("hash").description("Print the version hash: h1: and SHA-256 over the paths and contents, in build order."))
    .option("--manifest <file>", "save the version hash and each file's path, hash and size as JSON")
    .option("--json", "the manifest, omissions, warnings and the engine as one JSON object")
    .action(async (inputs: string[], flags: BuildFlags) => (await import("./sql-actions.ts")).hash(inputs, flags));
}

function check(): Command {
  return inputFlags(
    new Command("check").description(
      "Say what psql would stop at, without a server: objects defined twice or used too early, foreign keys that need two passes, what no transaction can hold.",
    ),
  )
    .addOption(
      new Option("--parser <name>", "who reads the statements; libpg-query is PostgreSQL's own parser, a package to install").choices([
        "haforu",
        "libpg-query",
      ]),
    )
    .option("--single-transaction", "the script will run as by psql -1: what cannot run in a transaction is an error")
    .option("--json", "files, statements, findings and objects as one JSON object")
    .addHelpText("after", "\nExamples:\n  haforu sql check schema\n  haforu sql check --env prod --parser libpg-query --json\n")
    .action(async (inputs: string[], flags: CheckFlags) => (await import("./sql-check.ts")).check(inputs, flags));
}

function list(): Command {
  return inputFlags(new Command("list").description("Print the files in build order."))
    .option("--long", "with each file's content hash and size in bytes")
    .option("--json", "one JSON object a line, one line a file")
    .action(async (inputs: string[], flags: InputFlags & { long?: boolean }) => (await import("./sql-actions.ts")).list(inputs, flags));
}

function diff(): Command {
  const before = new Argument("<manifest>", "the older state, saved by --manifest");
  const command = new Command("diff")
    .description("Say which files were added, removed, changed, moved or put in another order since a manifest was saved.")
    .addArgument(before);
  return inputFlags(command)
    .option("--to <manifest>", "compare with this manifest, not with the files as they are")
    .option("--json", "as one JSON object")
    .action(async (manifest: string, inputs: string[], flags: DiffFlags) => (await import("./sql-actions.ts")).diff(manifest, inputs, flags));
}

function watch(): Command {
  return scriptFlags(inputFlags(new Command("watch").description("Build, and build again whenever a file changes, until interrupted.")))
    .option("--json", "one JSON object a line, one line a build")
    .addHelpText("after", "\nExample:\n  haforu sql watch schema -o schema.sql\n")
    .action(async (inputs: string[], flags: BuildFlags) => (await import("./sql-actions.ts")).watch(inputs, flags));
}

function several(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Which files, in which order, with which contents. */
function inputFlags(command: Command): Command {
  return command
    .argument("[inputs...]", "folders, files and patterns (default: the configuration's)")
    .option("--root <folder>", "what inputs and the paths in script and hash are relative to (default: the configuration's folder, else the working directory)")
    .option("--config <file>", "the configuration (default: haforu.sql.yaml, .yml or .json in the root)")
    .option("--no-config", "no configuration, even where there is one")
    .option("--env <name>", "one of the configuration's environments")
    .option("--include <pattern>", "files of folders that are taken; again for more (default: **/*.sql)", several)
    .option("--exclude <pattern>", "files and folders that are not taken; again for more", several)
    .option("--order <entry>", "a file, folder or pattern that comes first; again for what comes next", several)
    .addOption(new Option("--eol <ends>", "line ends: as they are, or CR LF as LF (default: keep)").choices(["keep", "lf"]))
    .option("--schema-only", "leave out data: INSERT, UPDATE, DELETE, MERGE, COPY … FROM, setval; each omission is listed")
    .option("--two-pass-fk", "move foreign keys that refer to tables defined later to the end, as ALTER TABLE; each is listed")
    .option("--scan", "look for a string, comment or statement that a file leaves open")
    .option("--no-scan", "do not look, which is faster for large files")
    .addOption(new Option("--engine <name>", "where the files are read; the result is the same").choices(["auto", "sync", "workers"]))
    .option("--workers <count>", "threads of the engine workers, 2 to 8", wholeNumber(2, MOST_WORKERS))
    .option("--stats", "files, bytes, time and the engine that ran, on stderr");
}

function scriptFlags(command: Command): Command {
  return command
    .option("-o, --output <file>", "the script; written aside and renamed, and not touched when it would be the same (default: stdout)")
    .option("--header <text>", "in place of the standard header; {version}, {files}, {hash}, {stamp} are filled in")
    .option("--no-header", "no header")
    .option("--separator <text>", "in place of the comment with the path; {path}, {sha256}, {number}, {files} are filled in")
    .option("--no-separator", "nothing between the files")
    .option("--stamp", "the time of the build in the header: then the same input is not the same bytes");
}
