// A bar on stderr with rate and remaining time, for people at a terminal.

import type { BatchProgress } from "../batch/options.ts";

export type ProgressChoice = "auto" | "always" | "never";

const REFRESH_PER_SECOND = 10;
/** Remaining time is the mean's guess; before this much is done it would only jump. */
const GUESS_FROM = 0.01;

export interface ProgressBar {
  /** `fraction` of the input read, where its length is known. */
  update(progress: BatchProgress, fraction: number | undefined): void;
  close(): void;
}

/** Undefined when nothing is to be shown. */
export async function openProgressBar(choice: ProgressChoice): Promise<ProgressBar | undefined> {
  if (choice === "never" || (choice === "auto" && process.stderr.isTTY !== true)) return undefined;
  const { default: cliProgress } = await import("cli-progress");
  const bar = new cliProgress.SingleBar({
    format: "{bar} {percent} | {done} jobs, {failed} failed | {rate}/s | {remaining}",
    stream: process.stderr,
    fps: REFRESH_PER_SECOND,
    hideCursor: true,
    noTTYOutput: choice === "always",
    notTTYSchedule: 1000,
  });
  const shown = (progress: BatchProgress, fraction: number | undefined): Record<string, string> => {
    const { done, failed, elapsedMs } = progress;
    const left = fraction !== undefined && fraction >= GUESS_FROM ? (elapsedMs * (1 - fraction)) / fraction : undefined;
    return {
      percent: fraction === undefined ? "" : `${Math.floor(fraction * 100)} %`,
      done: String(done),
      failed: String(failed),
      rate: String(Math.round((done * 1000) / Math.max(elapsedMs, 1))),
      remaining: left === undefined ? "time left unknown" : `${clock(left)} left`,
    };
  };
  bar.start(1, 0, shown({ done: 0, failed: 0, elapsedMs: 0 }, undefined));
  return {
    update: (progress, fraction) => bar.update(fraction ?? 0, shown(progress, fraction)),
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
