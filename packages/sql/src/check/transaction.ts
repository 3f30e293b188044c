// Which statements PostgreSQL 15 runs only outside of a transaction block (PreventInTransactionBlock in its sources).
import type { Cursor } from "./cursor.ts";

const ALWAYS: readonly (readonly [RegExp, string])[] = [
  [/^vacuum\b/, "VACUUM"],
  [/^alter system\b/, "ALTER SYSTEM"],
  [/^create database\b/, "CREATE DATABASE"],
  [/^drop database\b/, "DROP DATABASE"],
  [/^create tablespace\b/, "CREATE TABLESPACE"],
  [/^drop tablespace\b/, "DROP TABLESPACE"],
  [/^discard all\b/, "DISCARD ALL"],
  [/^commit prepared\b/, "COMMIT PREPARED"],
  [/^rollback prepared\b/, "ROLLBACK PREPARED"],
  [/^reindex (?:database|system|schema)\b/, "REINDEX of more than one table"],
  [/^cluster(?: verbose)?$/, "CLUSTER of more than one table"],
];

/** What the statement is when it cannot run in a transaction block: "VACUUM". */
export function aloneOf(words: string, cursor: Cursor): string | undefined {
  for (const [pattern, shown] of ALWAYS) if (pattern.test(words)) return shown;
  const holds = (word: string): boolean => cursor.tokens.some(({ kind, text, depth }) => kind === "word" && text === word && depth === 0);
  if (/^create (?:unique )?index concurrently\b/.test(words)) return "CREATE INDEX CONCURRENTLY";
  if (/^drop index concurrently\b/.test(words)) return "DROP INDEX CONCURRENTLY";
  if (/^reindex\b/.test(words) && cursor.tokens.some(({ kind, text }) => kind === "word" && text === "concurrently")) return "REINDEX CONCURRENTLY";
  if (/^alter table\b/.test(words) && holds("detach") && holds("concurrently")) return "ALTER TABLE … DETACH PARTITION CONCURRENTLY";
  if (/^alter database\b/.test(words) && holds("tablespace")) return "ALTER DATABASE … SET TABLESPACE";
  // It makes a slot on the other server unless told not to.
  if (/^create subscription\b/.test(words) && !cursor.tokens.some(({ text }) => text === "create_slot" || text === "connect")) return "CREATE SUBSCRIPTION";
  return undefined;
}
