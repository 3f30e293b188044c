// A line on stderr that says how far a long text is, for people at a terminal.

import { note } from "./exit.ts";

/** A text that takes less tells nothing. */
const FROM_MS = 1000;
const EVERY_MS = 200;

export interface SpeakProgress {
  /** Bytes of text that the engine has taken. */
  readonly read: (bytes: number) => void;
  /** Seconds of audio so far. */
  readonly spoken: (seconds: number) => void;
  close(): void;
}

/** @param totalBytes of the text, where it is known. */
export function speakProgress(totalBytes: number | undefined): SpeakProgress {
  const started = performance.now();
  const looked = process.stderr.isTTY === true;
  let [taken, shown] = [0, 0];
  return {
    read: (bytes) => {
      taken += bytes;
    },
    spoken: (seconds) => {
      const now = performance.now();
      if (!looked || now - started < FROM_MS || now - shown < EVERY_MS) return;
      shown = now;
      const part = totalBytes === undefined || totalBytes === 0 ? "" : `${Math.min(100, Math.floor((100 * taken) / totalBytes))} % | `;
      note(`\r\x1b[K${part}${clock(seconds)} spoken | ${((seconds * 1000) / (now - started)).toFixed(0)} × real time`);
    },
    close: () => {
      if (shown > 0) note("\r\x1b[K");
      shown = 0;
    },
  };
}

/** Seconds as h:mm:ss or m:ss. */
function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number): string => String(value).padStart(2, "0");
  const short = `${Math.floor(whole / 60) % 60}:${two(whole % 60)}`;
  return whole < 3600 ? short : `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}
