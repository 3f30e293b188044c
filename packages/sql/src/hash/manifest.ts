// A build's manifest: the version hash and, per file in build order, path, content hash and size. Gives and reads its JSON; it touches no disk.
import { SqlError } from "../errors.ts";
import { canonicalPath } from "../input/path.ts";
import { h1 } from "./h1.ts";

export interface ManifestFile {
  readonly path: string;
  /** SHA-256 of the contents as they stand in the script, lower-case hexadecimal. */
  readonly sha256: string;
  /** Length of these contents. */
  readonly bytes: number;
}

export interface Manifest {
  /** Of this form: 1. */
  readonly manifest: 1;
  /** "h1:…". */
  readonly hash: string;
  /** What decided the contents: hashes of builds with other settings cannot be compared. */
  readonly settings: { readonly eol: "keep" | "lf"; readonly schema_only: boolean };
  /** In build order. */
  readonly files: readonly ManifestFile[];
}

/** JSON with one line a file, so that version control shows what changed. */
export function manifestText({ hash, settings, files }: Manifest): string {
  const rows = files.map((file) => `    ${JSON.stringify(file)}`).join(",\n");
  return `{\n  "manifest": 1,\n  "hash": ${JSON.stringify(hash)},\n  "settings": ${JSON.stringify(settings)},\n  "files": [\n${rows}\n  ]\n}\n`;
}

/** @throws SqlError sql_manifest_invalid: not JSON, not a manifest, or its hash is not that of its files. */
export function parseManifest(text: string, file: string): Manifest {
  const value = parsed(text, file);
  if (typeof value !== "object" || value === null) throw invalid(file, "it is no manifest");
  const { manifest, hash, settings, files } = value as Partial<Record<keyof Manifest, unknown>>;
  if (manifest !== 1) throw invalid(file, `"manifest" must be 1, got ${JSON.stringify(manifest)}; save it again with this version`);
  if (!Array.isArray(files) || !files.every(isFile)) throw invalid(file, '"files" must be a list of {path, sha256, bytes}');
  const { eol, schema_only } = (settings ?? {}) as Partial<Record<keyof Manifest["settings"], unknown>>;
  if ((eol !== "keep" && eol !== "lf") || typeof schema_only !== "boolean")
    throw invalid(file, '"settings" must be {eol: "keep" or "lf", schema_only: true or false}');
  const expected = h1(files);
  if (hash !== expected) throw invalid(file, `"hash" is ${JSON.stringify(hash)}, but its files give ${expected}; it was changed by hand or cut short`);
  return { manifest: 1, hash: expected, settings: { eol, schema_only }, files };
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(file, `it is not JSON: ${(error as Error).message}`);
  }
}

function isFile(value: unknown): value is ManifestFile {
  if (typeof value !== "object" || value === null) return false;
  const { path, sha256, bytes } = value as Partial<Record<keyof ManifestFile, unknown>>;
  return (
    typeof path === "string" &&
    isCanonical(path) &&
    typeof sha256 === "string" &&
    /^[0-9a-f]{64}$/.test(sha256) &&
    Number.isSafeInteger(bytes) &&
    (bytes as number) >= 0
  );
}

function isCanonical(path: string): boolean {
  try {
    return canonicalPath(path) === path;
  } catch {
    return false;
  }
}

function invalid(file: string, why: string): SqlError {
  return new SqlError("sql_manifest_invalid", why, { file });
}
