// `haforu compare-runs OLD NEW`: two files of results against each other by id; a summary for people or a difference a line.

import { Command, InvalidArgumentError } from "commander";
import { type CompareRunsOptions, compareRuns, type RunChange, type RunDifference, type RunSummary } from "../compare/index.ts";
import { HaforuError } from "../engine/errors.ts";
import { wholeNumber } from "./argument.ts";
import { defined } from "./batch-options.ts";
import { CliError, EXIT_SOME_FAILED } from "./exit.ts";
import { note, print } from "./print.ts";

interface RunsFlags {
  readonly tolerance?: Readonly<Record<string, number>>;
  readonly maxWaiting?: number;
  readonly json?: true;
  readonly list: number;
}

/** Differences of a kind that the summary lists. */
const LISTED = 10;
const LISTED_MAX = 100_000;
const WAITING_MAX = 1_000_000_000;

export function command(): Command {
  return new Command("compare-runs")
    .description("Compare two files of results by id: missing, extra, status, pixel hashes, metrics.")
    .argument("<old>", "result lines, as batch and stream write them; - for standard input")
    .argument("<new>", "what they are compared with")
    .option("--tolerance <list>", "how far metrics may be apart: a number for all, or density=0.001,bbox=1,*=0", tolerance)
    .option("--max-waiting <n>", "results that may wait in memory for their partners (default: 4000000)", wholeNumber(1, WAITING_MAX))
    .option("--json", "one JSON object a line for each difference, and the summary as the last line")
    .option("--list <n>", "differences of a kind that the summary lists, the first ones", wholeNumber(0, LISTED_MAX), LISTED)
    .addHelpText(
      "after",
      `
Example:
  haforu compare-runs yesterday.jsonl today.jsonl --tolerance 0.0001

Files in the same order take flat memory. Where the orders differ results wait in memory for their partners, which is said.
Exit codes: 0 the same within the tolerance, 1 different, 2 a file is wrong or cannot be read.`,
    )
    .action(run);
}

async function run(oldFile: string, newFile: string, flags: RunsFlags): Promise<void> {
  const listed = new Map<RunChange, string[]>();
  const options = defined<CompareRunsOptions>({
    tolerance: flags.tolerance,
    maxWaiting: flags.maxWaiting,
    onOutOfOrder: (waiting) =>
      note(`haforu: ${waiting} results wait for their partners: the files are in different orders, or share few ids; they are kept in memory\n`),
  });
  try {
    const comparison = compareRuns(oldFile, newFile, options);
    for await (const difference of comparison) {
      if (flags.json === true) await print(`${JSON.stringify(difference)}\n`);
      else list(listed, difference, flags.list);
    }
    const { summary } = comparison;
    await print(flags.json === true ? `${JSON.stringify({ summary })}\n` : text(summary, listed));
    if (summary.differences > 0) process.exitCode = EXIT_SOME_FAILED;
  } catch (error) {
    if (error instanceof HaforuError) throw new CliError(error.message, undefined, { cause: error });
    throw error;
  }
}

function list(listed: Map<RunChange, string[]>, difference: RunDifference, most: number): void {
  const lines = listed.get(difference.kind) ?? [];
  listed.set(difference.kind, lines);
  if (lines.length < most) lines.push(line(difference));
}

function line({ id, kind, render, item, old, new: now, delta }: RunDifference): string {
  if (kind === "missing" || kind === "extra") return plain(named(id));
  // Of a hash its beginning tells it from another.
  const cut = (text: string): string => (kind === "hash" || kind === "picture" ? text.slice(0, 16) : text);
  const values = `${cut(shown(old))} → ${cut(shown(now))}`;
  const which = render === undefined ? named(id) : `${named(id)}, render ${render}`;
  return plain(`${which}  ${item === undefined ? "" : `${item} `}${values}${delta === undefined ? "" : `  by ${delta}`}`);
}

/** A job whose line could not be read has no id. */
function named(id: string): string {
  return id === "" ? "(no id)" : id;
}

function shown(value: unknown): string {
  if (value === undefined) return "none";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function text(summary: RunSummary, listed: ReadonlyMap<RunChange, readonly string[]>): string {
  const parts: string[] = [];
  for (const [kind, count] of Object.entries(summary.by_kind) as [RunChange, number][]) {
    if (count === 0) continue;
    const lines = listed.get(kind) ?? [];
    parts.push(`${kind}: ${count}\n`, ...lines.map((one) => `  ${one}\n`));
    if (count > lines.length && lines.length > 0) parts.push(`  … and ${count - lines.length} more\n`);
  }
  const { old_results, new_results, matched, differences } = summary;
  return `${parts.join("")}${old_results} and ${new_results} results, ${matched} matched: ${differences} difference${differences === 1 ? "" : "s"}\n`;
}

function tolerance(text: string): Readonly<Record<string, number>> {
  const given: Record<string, number> = {};
  for (const part of text.split(",")) {
    const match = /^(?:([a-z_]+|\*)=)?(\d+(?:\.\d+)?(?:e-?\d+)?)$/.exec(part.trim());
    if (match === null) throw new InvalidArgumentError(`Expected a number, or name=number such as density=0.001,bbox=1, got "${part}".`);
    given[match[1] ?? "*"] = Number(match[2]);
  }
  return given;
}

/** Ids come from files: control characters must not reach the terminal. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to keep out.
  return text.replace(/[\0-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}
