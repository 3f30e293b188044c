// A line on stderr that says how far a long build is, for people at a terminal.

import type { Progress } from "@haforu/sql";
import { note } from "./exit.ts";

/** A build that takes less tells nothing. */
const FROM_S = 1;
const EVERY_S = 0.1;

export interface ProgressLine {
  readonly update: (progress: Progress) => void;
  close(): void;
}

/** Shows nothing where nobody looks; what that takes to find out, and `performance`, a short build does not wait for. */
export function sqlProgress(): ProgressLine {
  const started = process.uptime();
  let shown = 0;
  return {
    update: ({ stage, done, total, bytes }) => {
      const now = process.uptime();
      if (now - started < FROM_S || now - shown < EVERY_S || process.stderr.isTTY !== true) return;
      shown = now;
      note(`\r\x1b[K${stage === "read" ? "read" : "written"} ${done} of ${total} files, ${(bytes / 1e6).toFixed(0)} MB`);
    },
    close: () => {
      if (shown > 0) note("\r\x1b[K");
    },
  };
}
