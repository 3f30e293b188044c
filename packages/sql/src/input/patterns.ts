// Glob patterns over canonical paths. The matching is picomatch's; this file only says with which rules, and loads it when a pattern needs it.
import { SqlError } from "../errors.ts";

export type Matcher = (path: string) => boolean;

/** What is built where nothing else is asked for. */
export const DEFAULT_INCLUDE: readonly string[] = ["**/*.sql"];

/** Characters that make an input a pattern; a name that exists on the disk is taken as it is, whatever it holds. */
const MAGIC = /[*?[\]{}()!]/;

export function isPattern(text: string): boolean {
  return MAGIC.test(text);
}

/**
 * A path matches when one of the patterns does. A pattern without "/" is compared with the last segment; "*" does not match "/", nor a segment that begins with a dot.
 * @throws SqlError sql_option_invalid for a pattern that begins with "!": what is not wanted belongs to exclude.
 */
export async function matcherOf(patterns: readonly string[], field: string): Promise<Matcher> {
  if (patterns.length === 0) return () => false;
  // The usual case does not pay for loading a library.
  if (patterns.length === 1 && patterns[0] === DEFAULT_INCLUDE[0]) return (path) => path.endsWith(".sql") && !path.endsWith("/.sql") && path !== ".sql";
  for (const pattern of patterns)
    if (pattern.startsWith("!") && !pattern.startsWith("!(")) {
      throw new SqlError("sql_option_invalid", `${field}: "${pattern}" begins with "!"; name what is not wanted in exclude`);
    }
  const matchers = await Promise.all(
    patterns.map(async (pattern) => {
      const matches = await globOf(plain(pattern));
      return plain(pattern).includes("/") ? matches : (path: string): boolean => matches(path.slice(path.lastIndexOf("/") + 1));
    }),
  );
  return (path) => matchers.some((matches) => matches(path));
}

/** One pattern over whole paths. */
export async function globOf(pattern: string): Promise<Matcher> {
  const picomatch = (await import("picomatch")).default;
  return picomatch(pattern, { nonegate: true });
}

/** The folder that a pattern's matches lie in: its segments before the first with a special character. "" is the root. */
export function baseOf(pattern: string): string {
  const segments = plain(pattern).split("/");
  const special = segments.findIndex(isPattern);
  return segments.slice(0, special < 0 ? -1 : special).join("/");
}

/** "./a" and "a/" as "a". */
export function plain(pattern: string): string {
  return pattern.replace(/^(?:\.\/+)+/, "").replace(/(?<=[^/])\/+$/, "");
}
