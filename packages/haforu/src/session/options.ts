// What can be set on a session, with the defaults.

export interface SessionOptions {
  /** Bytes of font data kept by the engine; the least recently used goes first. */
  readonly fontCacheBytes?: number;
  /** Instances (a font at one set of coordinates) kept. */
  readonly maxInstances?: number;
  /** Warnings become errors. */
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
