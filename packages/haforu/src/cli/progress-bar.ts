// A bar on stderr with rate and remaining time, for people at a terminal.

import type { BatchProgress } from "../batch/options.ts";
import { guardStderr } from "./exit.ts";

export type ProgressChoice = "auto" | "always" | "never";

const REFRESH_PER_SECOND = 10;
/** Remaining time is the mean's guess; before this much is done it would only jump. */
const GUESS_FROM = 0.01;

export interface ProgressBar {
  /** `fraction` of the input read, where its length is known. */
  update(progress: BatchProgress, fraction: number | undefined): void;
  close(): void;
}

/** Of a terminal that does not say how wide it is. */
const COLUMNS = 80;
/** Columns of the bar itself, where there is room. */
const BAR_COLUMNS = 40;
/** A shorter one shows nothing that the percentage does not. */
const BAR_COLUMNS_LEAST = 10;

/**
 * The line to show in `columns` columns. Where they are few the bar becomes shorter and then goes, after it the rate, then the
 * counts: a terminal would cut off the end, which is what people look for.
 */
export function barLine({ done, failed, elapsedMs }: BatchProgress, fraction: number | undefined, columns: number): string {
  const left = fraction !== undefined && fraction >= GUESS_FROM ? `${clock((elapsedMs * (1 - fraction)) / fraction)} left` : "time left unknown";
  const percent = fraction === undefined ? [] : [`${Math.floor(fraction * 100)} %`];
  const counts = `${done} jobs, ${failed} failed`;
  const rate = `${Math.round((done * 1000) / Math.max(elapsedMs, 1))}/s`;
  const choices = [[...percent, counts, rate, left], [...percent, counts, left], [...percent, left], percent].map((parts) => parts.join(" | "));
  const text = choices.find((choice) => choice.length <= columns) ?? "";
  const length = text === choices[0] ? Math.min(BAR_COLUMNS, columns - text.length - 1) : 0;
  if (length < BAR_COLUMNS_LEAST) return text;
  const full = Math.round(length * (fraction ?? 0));
  return `${"=".repeat(full)}${"-".repeat(length - full)} ${text}`;
}

/** Undefined when nothing is to be shown. */
export async function openProgressBar(choice: ProgressChoice): Promise<ProgressBar | undefined> {
  if (choice === "never" || (choice === "auto" && process.stderr.isTTY !== true)) return undefined;
  guardStderr();
  const { default: cliProgress } = await import("cli-progress");
  let line: (columns: number) => string = (columns) => barLine({ done: 0, failed: 0, elapsedMs: 0 }, undefined, columns);
  const bar = new cliProgress.SingleBar({
    // Asked for at each drawing: a terminal may be made wider meanwhile.
    format: (_options, params) => line((params as { maxWidth?: number }).maxWidth ?? COLUMNS),
    stream: process.stderr,
    fps: REFRESH_PER_SECOND,
    hideCursor: true,
    noTTYOutput: choice === "always",
    notTTYSchedule: 1000,
  });
  bar.start(1, 0);
  return {
    update: (progress, fraction) => {
      line = (columns) => barLine(progress, fraction, columns);
      bar.update(fraction ?? 0);
    },
    close: () => bar.stop(),
  };
}

/** Milliseconds as h:mm:ss or m:ss. */
function clock(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  const short = `${minutes % 60}:${two(seconds % 60)}`;
  return minutes < 60 ? short : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}
