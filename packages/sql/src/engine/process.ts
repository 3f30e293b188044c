// One file's way through an engine: its bytes to contents, content hash, directives and omissions. Every engine calls this, so that there is one result.
// It does not know which thread it runs in, nor the other files.
import { createHash, hash } from "node:crypto";
import { SqlError } from "../errors.ts";
import type { Omission } from "../filter/schema-only.ts";
import { DIRECTIVES_WITHIN_BYTES, type Directives, readDirectives } from "../input/directives.ts";
import type { ScanProblem } from "../scan/problems.ts";
import { contentsOf, type Eol } from "../script/contents.ts";
import { largeContents } from "../script/large.ts";
import { scanned } from "../script/scanned.ts";

/** What decides a file's contents. */
export interface ContentSettings {
  readonly eol: Eol;
  readonly schemaOnly: boolean;
  readonly scan: boolean;
  /** PostgreSQL's setting of this name where the file begins. A file is first read as if nothing had changed it: true. */
  readonly standardConformingStrings: boolean;
}

export interface Processed {
  readonly sha256: string;
  /** Length of the contents. */
  readonly bytes: number;
  /** undefined where memory did not allow it to be kept: it is read again when it is written. A view of the engine's memory, not to be changed. */
  readonly contents: Uint8Array | undefined;
  readonly directives: Directives;
  readonly omissions: readonly Omission[];
  /** What the scan found wrong, where it did; no error yet: behind a file that changes standardConformingStrings it is looked at again. */
  readonly problem: ScanProblem | undefined;
  /** Behind the file. */
  readonly standardConformingStrings: boolean;
  /** It was too large to be scanned. */
  readonly unscanned: boolean;
}

/**
 * Larger files are read in pieces and never held; scanning needs the whole file. A schema's sources are far below: this is a dump, or data.
 */
export const WHOLE_FILE_BYTES: number = 64 * 1024 * 1024;

const NONE: readonly Omission[] = [];

/** `bytes`: the whole file; `owned`: see contentsOf. */
export function processWhole(bytes: Uint8Array, path: string, settings: ContentSettings, owned: boolean): Processed {
  const contents = contentsOf(bytes, path, settings.eol, owned);
  const directives = readDirectives(contents, path);
  if (settings.scan || settings.schemaOnly) {
    const found = scanned(contents, settings.schemaOnly, settings.standardConformingStrings);
    return processed(found.contents, directives, found.omissions, found.problem, found.standardConformingStrings);
  }
  return processed(contents, directives, NONE, undefined, true);
}

/** Fields in one order for every file: records of one shape. Spreading two together takes longer than reading a small file. */
function processed(
  contents: Uint8Array,
  directives: Directives,
  omissions: readonly Omission[],
  problem: ScanProblem | undefined,
  standardConformingStrings: boolean,
): Processed {
  const sha256 = hash("sha256", contents, "hex");
  return { sha256, bytes: contents.length, contents, directives, omissions, problem, standardConformingStrings, unscanned: false };
}

/** For a file above {@link WHOLE_FILE_BYTES}. */
export function processLarge(absolute: string, path: string, settings: ContentSettings): Processed {
  if (settings.schemaOnly)
    throw new SqlError(
      "sql_file_too_large",
      `larger than ${WHOLE_FILE_BYTES} bytes, which is the most that can be scanned for statements to leave out; split it, or build without --schema-only`,
      {
        file: path,
      },
    );
  const sha256 = createHash("sha256");
  let bytes = 0;
  const head = Buffer.alloc(DIRECTIVES_WITHIN_BYTES);
  for (const piece of largeContents(absolute, path, settings.eol)) {
    if (bytes < head.length) head.set(piece.subarray(0, head.length - bytes), bytes);
    bytes += piece.length;
    sha256.update(piece);
  }
  return {
    sha256: sha256.digest("hex"),
    bytes,
    contents: undefined,
    directives: readDirectives(head.subarray(0, Math.min(bytes, head.length)), path),
    omissions: NONE,
    problem: undefined,
    standardConformingStrings: settings.standardConformingStrings,
    unscanned: settings.scan,
  };
}
