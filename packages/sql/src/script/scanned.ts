// A file's contents looked at statement by statement: that nothing is left open at its end, which would swallow the next file; and, where only the schema is
// asked for, what is left of them without data. The scanning is the scan room's, the choosing the filter's.
import { type Omission, schemaOnly } from "../filter/schema-only.ts";
import type { ScanProblem } from "../scan/problems.ts";
import { scanBytes } from "../scan/statements.ts";
import { ended } from "./contents.ts";

export interface Scanned {
  readonly contents: Uint8Array;
  readonly omissions: readonly Omission[];
  /** The first error, where there is one: the contents are then as they came. */
  readonly problem: ScanProblem | undefined;
  /** What PostgreSQL's setting of this name is behind the file. */
  readonly standardConformingStrings: boolean;
}

export function scanned(contents: Uint8Array, leaveOutData: boolean, standardConformingStrings: boolean): Scanned {
  if (!leaveOutData) {
    const scan = scanBytes(contents, { standardConformingStrings });
    return { contents, omissions: [], problem: errorOf(scan.problems), standardConformingStrings: scan.standardConformingStrings };
  }
  const kept = schemaOnly(contents, { standardConformingStrings });
  return {
    contents: kept.omitted.length === 0 ? contents : ended(Buffer.concat(kept.pieces), false),
    omissions: kept.omitted,
    problem: errorOf(kept.problems),
    standardConformingStrings: kept.standardConformingStrings,
  };
}

function errorOf(problems: readonly ScanProblem[]): ScanProblem | undefined {
  return problems.find(({ severity }) => severity === "error");
}
