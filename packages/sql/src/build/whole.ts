// Contents of a schema's file in one piece, for what looks at whole statements. A file that was not kept is read again.
import { Budget, Slabs } from "../engine/memory.ts";
import { readAgain } from "../engine/read.ts";
import type { Resolved } from "./options.ts";
import { contentSettings, type SchemaFile } from "./read-schema.ts";

/** @throws SqlError sql_file_changed, sql_file_unreadable. */
export function wholeContents(file: SchemaFile, resolved: Resolved): Uint8Array {
  if (file.contents !== undefined) return file.contents;
  const slabs = new Slabs(new Budget(new Int32Array(1), 0), false);
  // A piece is valid until the next one is asked for.
  const pieces = Array.from(readAgain(file, file.begunWith ?? contentSettings(resolved), slabs, file.sha256), (piece) => Buffer.from(piece));
  return Buffer.concat(pieces);
}
