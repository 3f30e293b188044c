// Foreign keys that need two passes, moved out of the files of a schema into one more file behind them. Which and how is the check's to know.
import { hash } from "node:crypto";
import { type MovedForeignKey, twoPassForeignKeys } from "../check/two-pass.ts";
import { SqlError } from "../errors.ts";
import { Frames } from "../hash/h1.ts";
import { NO_DIRECTIVES } from "../input/directives.ts";
import type { Resolved } from "./options.ts";
import { type Schema, schemaFile } from "./read-schema.ts";
import { wholeContents } from "./whole.ts";

/** Path of the file that holds the foreign keys which moved; it is hashed as the others are. */
const TWO_PASS_PATH = "two-pass-foreign-keys.sql";

const NOTHING = new Uint8Array(0);

/** A schema, and the foreign keys that stand in a last file of it now. */
export interface TwoPassed extends Schema {
  readonly moved: readonly MovedForeignKey[];
}

/** What moved in a last file, where something needs two passes. A file too large to be scanned stays as it is. @throws SqlError sql_path_duplicate. */
export function inTwoPasses(schema: Schema, resolved: Resolved): TwoPassed {
  const { files } = schema;
  const given = files.map((file) => ({ path: file.path, contents: file.unscanned ? NOTHING : wholeContents(file, resolved) }));
  const { files: changed, tail, moved } = twoPassForeignKeys(given);
  if (moved.length === 0) return { ...schema, moved };
  if (files.some(({ path }) => path === TWO_PASS_PATH))
    throw new SqlError("sql_path_duplicate", "is the name of the file that two passes add", { file: TWO_PASS_PATH });
  const made = files.map((file, index) => {
    const now = changed[index] as Uint8Array;
    return now === given[index]?.contents ? file : { ...file, ...processed(now) };
  });
  const nothing = { problem: undefined, directives: NO_DIRECTIVES, omissions: [], standardConformingStrings: true, unscanned: false };
  const last = schemaFile({ path: TWO_PASS_PATH, absolute: TWO_PASS_PATH, real: undefined }, { ...nothing, ...processed(Buffer.from(tail)) });
  const all = [...made, last];
  const frames = Frames.of(all);
  return { ...schema, files: all, hash: frames.hash(), frames, moved };
}

function processed(contents: Uint8Array): { contents: Uint8Array; bytes: number; sha256: string } {
  return { contents, bytes: contents.length, sha256: hash("sha256", contents, "hex") };
}
