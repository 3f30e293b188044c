// A file's path as the script and the hash know it: relative to the root, "/" between segments, NFC. Takes what the file system or a caller gave,
// gives the one form, or the reason why there is none. It knows nothing of what stands in the file.
import { isAbsolute, relative, sep } from "node:path";
import { SqlError } from "../errors.ts";

/** Longest path in UTF-8 bytes: Linux's PATH_MAX. The natural key packs the length of a run of digits into one character, which this keeps in range. */
export const PATH_BYTES_LIMIT = 4096;

// biome-ignore lint/suspicious/noControlCharactersInRegex: a line feed in a path would end the comment that names the file, and what follows would be run.
const FORBIDDEN = /[\0-\x1f\x7f\ufffd]/;
/** The usual path: nothing to change and nothing to refuse. */
const USUAL = /^[\w-]+(?:[/.][\w-]+)*$/;
const ASCII = /^[\0-\x7f]*$/;

/**
 * The path in its one form. `path` is relative and may use the platform's separator; "." segments and doubled separators are taken out, ".." is kept at the start only.
 * @throws SqlError sql_path_invalid for an absolute or empty path, for control characters (they would leave the comment that names the file), U+FFFD (a name
 * that is not UTF-8 on the disk), lone surrogates, and more than {@link PATH_BYTES_LIMIT} bytes.
 */
export function canonicalPath(path: string): string {
  if (USUAL.test(path) && path.length <= PATH_BYTES_LIMIT) return path;
  const slashed = sep === "\\" ? path.replaceAll("\\", "/") : path;
  if (slashed.startsWith("/") || isAbsolute(path)) throw invalid(path, "a path relative to the root is expected");
  if (FORBIDDEN.test(slashed)) throw invalid(path, "it holds a control character or is not valid UTF-8; rename the file");
  const plain = slashed.includes("./") || slashed.includes("//") || slashed.endsWith("/.") || slashed === "." ? tidy(slashed) : slashed;
  if (plain === "" || plain.endsWith("/")) throw invalid(path, "the name of a file is expected");
  const nfc = ASCII.test(plain) ? plain : plain.normalize("NFC");
  if (/\p{Surrogate}/u.test(nfc)) throw invalid(path, "it holds a lone surrogate");
  if (nfc.length * 3 > PATH_BYTES_LIMIT && Buffer.byteLength(nfc) > PATH_BYTES_LIMIT) throw invalid(path, `it is longer than ${PATH_BYTES_LIMIT} bytes`);
  return nfc;
}

/** Path of an absolute file relative to an absolute root, in its one form. */
export function pathBelow(root: string, absolute: string): string {
  // The usual case without path.relative, which takes longer than all else that is done for a small file before it is read.
  const direct = absolute.length > root.length + 1 && absolute.startsWith(root) && absolute[root.length] === sep;
  return canonicalPath(direct ? absolute.slice(root.length + 1) : relative(root, absolute));
}

/** Resolves "." and ".." by name, as posix paths do without links; ".." that lead out stay at the start. */
export function tidy(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment === ".." && kept.length > 0 && kept.at(-1) !== "..") kept.pop();
    else kept.push(segment);
  }
  return kept.join("/");
}

function invalid(path: string, why: string): SqlError {
  return new SqlError("sql_path_invalid", `the path ${JSON.stringify(path)} cannot be used: ${why}`);
}
