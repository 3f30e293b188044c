// The options that `batch` and `stream` share, and how flags and a document's `config` become the machinery's options.

import { DEFAULTS, LIMITS } from "@haforu/engine";
import { type Command, InvalidArgumentError } from "commander";
import type { DocumentConfig } from "../batch/host/input.ts";
import type { BatchOptions } from "../batch/options.ts";
import { folderProblem } from "../session/folder.ts";
import { byteCount, wholeNumber } from "./argument.ts";
import { CliError } from "./exit.ts";

/** Flags as commander gives them: undefined where not said. */
export interface EngineFlags {
  readonly jobs?: number;
  readonly timeoutMs?: number;
  readonly strict?: true;
  readonly timing: boolean;
  readonly baseDir?: string;
  readonly fontCache?: number;
  readonly maxFonts?: number;
}

export function addEngineOptions(command: Command, defaultWorkers: string): Command {
  const cacheMib = DEFAULTS.fontCache / 1024 ** 2;
  return command
    .option("-j, --jobs <n>", `worker threads (default: ${defaultWorkers})`, wholeNumber(1, LIMITS.workers))
    .option("--timeout-ms <ms>", "time limit of one job (default: none)", wholeNumber(0, LIMITS.timeoutMs))
    .option("--strict", "make warnings errors")
    .option("--base-dir <dir>", "read fonts under this folder only, links resolved", folder)
    .option("--no-timing", "leave `timing` out of the results, so that two runs give the same bytes")
    .option("--font-cache <bytes>", `font data kept, all workers together: 512M, 2G (default: ${cacheMib}M)`, fontCacheBytes)
    .option("--max-fonts <n>", `instances kept, all workers together (default: ${DEFAULTS.maxFonts})`, wholeNumber(1, LIMITS.maxFonts));
}

function folder(path: string): string {
  const problem = folderProblem(path);
  if (problem !== undefined) throw new InvalidArgumentError(`${problem}.`);
  return path;
}

function fontCacheBytes(text: string): number {
  const bytes = byteCount(text);
  const { fontCacheBytesMin: least, fontCacheBytes: most } = LIMITS;
  if (bytes >= least && bytes <= most) return bytes;
  throw new InvalidArgumentError(`Expected ${least} to ${most} bytes, got ${bytes}.`);
}

/** What a flag says wins over what the document says. */
export function engineOptions(flags: EngineFlags, config: DocumentConfig): BatchOptions {
  const problem = flags.baseDir === undefined && config.base_dir !== undefined ? folderProblem(config.base_dir) : undefined;
  if (problem !== undefined) throw new CliError(`config.base_dir: ${problem}`);
  return defined({
    workers: flags.jobs ?? config.jobs,
    timeoutMs: flags.timeoutMs ?? config.timeout_ms,
    strict: flags.strict ?? config.strict,
    // There is no flag to switch timing on: only its absence can be said.
    timing: flags.timing && config.timing !== false,
    baseDir: flags.baseDir ?? config.base_dir,
    fontCacheBytes: flags.fontCache ?? config.font_cache,
    maxInstances: flags.maxFonts ?? config.max_fonts,
  });
}

/** An option left out and an option set to undefined are different things to the type checker. */
export function defined<Options extends object>(
  options: {
    [Key in keyof Options]: Options[Key] | undefined;
  },
): Options {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Options;
}
