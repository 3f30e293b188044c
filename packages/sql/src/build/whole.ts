// Contents of a schema's file in one piece, for what looks at whole statements. A file that was not kept is read again.
import { Budget, Slabs } from "../engine/memory.ts";
import { WHOLE_FILE_BYTES } from "../engine/process.ts";
import { readAgain } from "../engine/read.ts";
import { SqlError } from "../errors.ts";
import type { Resolved } from "./options.ts";
import { contentSettings, type SchemaFile } from "./read-schema.ts";

/** @throws SqlError sql_file_too_large, sql_file_changed, sql_file_unreadable. */
export function wholeContents(file: SchemaFile, resolved: Resolved): Uint8Array {
  if (file.contents !== undefined) return file.contents;
  if (file.bytes > WHOLE_FILE_BYTES)
    throw new SqlError("sql_file_too_large", `larger than ${WHOLE_FILE_BYTES} bytes, which is the most that is read as statements; split it, or --exclude it`, {
      file: file.path,
    });
  const slabs = new Slabs(new Budget(new Int32Array(1), 0), false);
  // A piece is valid until the next one is asked for.
  const pieces = Array.from(readAgain(file, file.begunWith ?? contentSettings(resolved), slabs, file.sha256), (piece) => Buffer.from(piece));
  return Buffer.concat(pieces);
}
