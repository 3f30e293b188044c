// What stands around the files' contents in a script: the header and the separators. It reads nothing and knows no date: a stamp is given.
import { VERSION } from "../version.ts";

export interface HeaderFacts {
  readonly files: number;
  /** "h1:…". */
  readonly hash: string;
  /** RFC 3339 in UTC, where one is asked for: with it, the same input is not the same bytes. */
  readonly stamp?: string;
}

/** true: the standard one; false: none; a text: with {version}, {files}, {hash}, {stamp} filled in. */
export function headerText(header: boolean | string, facts: HeaderFacts): string {
  if (header === false) return "";
  if (header === true) {
    const stamp = facts.stamp === undefined ? "" : `-- stamp: ${facts.stamp}\n`;
    return `-- haforu sql ${VERSION}\n-- files: ${facts.files}\n-- hash: ${facts.hash}\n${stamp}`;
  }
  const values: Readonly<Record<string, string>> = { version: VERSION, files: String(facts.files), hash: facts.hash, stamp: facts.stamp ?? "" };
  return filled(header, values);
}

/** true: a blank line and the path in a comment; false: none; a text: with {path}, {sha256}, {number} (from 1) and {files} filled in. */
export function separatorText(separator: boolean | string, path: string, sha256: string, number: number, files: number): string {
  if (separator === true) return `\n-- file: ${path}\n`;
  if (separator === false) return "";
  return filled(separator, { path, sha256, number: String(number), files: String(files) });
}

/** Names that are none of the values stay as they are; the text ends with a line feed, or what follows would be part of its last line. */
function filled(template: string, values: Readonly<Record<string, string>>): string {
  const text = template.replace(/\{([a-z0-9]+)\}/g, (whole, name: string) => (Object.hasOwn(values, name) ? (values[name] as string) : whole));
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}
