// A line on stderr that says how far a long build is, for people at a terminal.

import type { Progress } from "@haforu/sql";

/** A build that takes less tells nothing. */
const FROM_MS = 1000;
const EVERY_MS = 100;

export interface ProgressLine {
  readonly update: (progress: Progress) => void;
  close(): void;
}

/** undefined where nobody looks. */
export function sqlProgress(): ProgressLine | undefined {
  if (process.stderr.isTTY !== true) return undefined;
  const started = performance.now();
  let shown = 0;
  return {
    update: ({ stage, done, total, bytes }) => {
      const now = performance.now();
      if (now - started < FROM_MS || now - shown < EVERY_MS) return;
      shown = now;
      process.stderr.write(`\r\x1b[K${stage === "read" ? "read" : "written"} ${done} of ${total} files, ${(bytes / 1e6).toFixed(0)} MB`);
    },
    close: () => {
      if (shown > 0) process.stderr.write("\r\x1b[K");
    },
  };
}
