// What can be set on a session, with the defaults and the check of what came.
import { LIMITS } from "@haforu/engine";
import { invalid, isRecord, isWhole, unknownName } from "./check-request.ts";

export interface SessionOptions {
  /** Bytes of font data kept for jobs, and as much again for direct calls; the least recently used goes first. */
  readonly fontCacheBytes?: number;
  /** Instances (a font at one set of coordinates) kept, counted likewise. */
  readonly maxInstances?: number;
  /** Warnings become errors, in jobs and in direct calls (which then run each request as a job first). */
  readonly strict?: boolean;
  /** Results carry `timing`. */
  readonly timing?: boolean;
  /** After how many milliseconds a font file in use is looked at again for changes. 0: on every call. */
  readonly fontCheckMs?: number;
}

export const DEFAULT_SESSION_OPTIONS: Required<SessionOptions> = {
  fontCacheBytes: 512 * 1024 * 1024,
  maxInstances: 512,
  strict: false,
  timing: true,
  fontCheckMs: 100,
};

const BYTES: string = `a whole number of bytes from 0 to ${LIMITS.fontCacheBytes}`;
const INSTANCES: string = `a whole number from 1 to ${LIMITS.maxFonts}`;

/**
 * The options with the defaults in place of those that are absent or undefined. `own`: names that the host has besides.
 * @throws HaforuError invalid_argument that names the option.
 */
export function resolveSessionOptions(options: SessionOptions, own: readonly string[]): Required<SessionOptions> {
  if (!isRecord(options)) throw invalid("options", "an object", options);
  const names = [...Object.keys(DEFAULT_SESSION_OPTIONS), ...own];
  for (const name of Object.keys(options)) if (!names.includes(name)) throw unknownName(name, names);
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const resolved: Required<SessionOptions> = { ...DEFAULT_SESSION_OPTIONS, ...given };
  const { fontCacheBytes, maxInstances, strict, timing, fontCheckMs } = resolved;
  if (!isWhole(fontCacheBytes, 0, LIMITS.fontCacheBytes)) throw invalid("fontCacheBytes", BYTES, fontCacheBytes);
  if (!isWhole(maxInstances, 1, LIMITS.maxFonts)) throw invalid("maxInstances", INSTANCES, maxInstances);
  if (typeof strict !== "boolean") throw invalid("strict", "true or false", strict);
  if (typeof timing !== "boolean") throw invalid("timing", "true or false", timing);
  if (typeof fontCheckMs !== "number" || !(fontCheckMs >= 0)) throw invalid("fontCheckMs", "milliseconds, a number from 0", fontCheckMs);
  return { fontCacheBytes, maxInstances, strict, timing, fontCheckMs };
}
