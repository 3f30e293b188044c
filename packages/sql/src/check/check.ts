// Files in build order, and what would go wrong when psql runs them one after the other: statements are read, then run against a catalogue of names. A statement
// with an error changes nothing, as on a server, so that what depends on it is found too. It reads no files.
import { Lines } from "../scan/lines.ts";
import { breaksText } from "../scan/problems.ts";
import { type Statement, scanBytes } from "../scan/statements.ts";
import { Catalogue, shownObject } from "./catalogue.ts";
import { type Definition, type Facts, noFacts, type Space, type Use } from "./facts.ts";
import type { Finding, FindingCode } from "./findings.ts";
import { type Name, shownName } from "./names.ts";
import { shownPlain } from "./plain.ts";
import { type Read, readStatement } from "./read.ts";

/** One file of a schema, in the place that it has in the script. */
export interface CheckFile {
  /** As findings name it. */
  readonly path: string;
  /** UTF-8; only read. */
  readonly contents: Uint8Array;
}

export interface CheckOptions {
  /** PostgreSQL's own parser reads the statements: loadParser() gives it. Default: our own reader, which knows less grammar and needs no package. */
  readonly parser?: StatementParser;
  /** The script will run in one transaction (psql -1): what cannot is an error, not a warning. Default false. */
  readonly singleTransaction?: boolean;
}

/** Reads a statement with PostgreSQL's grammar. */
export interface StatementParser {
  readonly name: string;
  /** @throws ParseFailure */
  read(bytes: Buffer, statement: Statement, standardConformingStrings: boolean): Read;
}

/** A syntax error, at a byte of the file. */
export class ParseFailure extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.name = "ParseFailure";
    this.offset = offset;
  }
}

export interface CheckResult {
  /** In the order of the script. */
  readonly findings: readonly Finding[];
  readonly statements: number;
  /** What is there behind the last statement, by name; what the server adds (indexes of keys, sequences of columns) as far as it is known. */
  readonly objects: readonly string[];
  /** Which reader ran: "haforu" or the parser's name. */
  readonly reader: string;
}

/** A statement of this size is data: a token takes some hundred bytes of memory while it is read. */
const MAX_STATEMENT_BYTES: number = 4 * 1024 * 1024;

const NOTHING_READ: Read = { facts: noFacts(), foreignKeys: [] };

interface Placed {
  readonly file: number;
  readonly read: Read;
  readonly at: number;
}

/** Checks files as one script. Never throws for what they hold. */
export function checkFiles(files: readonly CheckFile[], options: CheckOptions = {}): CheckResult {
  return new Check(files, options).run();
}

class Check {
  readonly #files: readonly CheckFile[];
  readonly #options: CheckOptions;
  readonly #catalogue = new Catalogue();
  readonly #lines: readonly Lines[];
  readonly #findings: Finding[] = [];
  /** Where each name is defined, anywhere: to tell "later" from "nowhere". */
  readonly #defined = new Map<string, { readonly file: number; readonly at: number }>();
  #checkBodies = true;
  #failed = false;
  /** Labels added to types in this transaction. */
  #labels: { readonly label: string; readonly type: Name }[] = [];

  constructor(files: readonly CheckFile[], options: CheckOptions) {
    this.#files = files;
    this.#options = options;
    this.#lines = files.map(({ contents }) => new Lines(contents));
  }

  run(): CheckResult {
    const placed = this.#read();
    for (const { file, read } of placed) {
      for (const { space, name, at, kind } of read.facts.defines) {
        for (const under of space === "relation" && kind !== "index" && kind !== "sequence" ? (["relation", "type"] as const) : [space]) {
          const bare = `${under}\0${name.name}`;
          if (!this.#defined.has(bare)) this.#defined.set(bare, { file, at });
        }
        // Every database has PL/pgSQL.
        if (space === "extension" && name.name !== "plpgsql") this.#catalogue.hasExtensions = true;
      }
    }
    if (this.#options.singleTransaction) this.#catalogue.begin();
    for (const statement of placed) this.#statement(statement);
    const places = new Map(this.#files.map(({ path }, index) => [path, index]));
    const placeOf = ({ file }: Finding): number => places.get(file) ?? 0;
    this.#findings.sort((a, b) => placeOf(a) - placeOf(b) || a.line - b.line || a.column - b.column);
    return { findings: this.#findings, statements: placed.length, objects: this.#catalogue.objects(), reader: this.#options.parser?.name ?? "haforu" };
  }

  #read(): Placed[] {
    const placed: Placed[] = [];
    let standardConformingStrings = true;
    for (const [file, { path, contents }] of this.#files.entries()) {
      const bytes = Buffer.from(contents.buffer, contents.byteOffset, contents.byteLength);
      const scan = scanBytes(bytes, { standardConformingStrings });
      const end = scan.problems.find(({ code }) => code === "psql_quits")?.offset ?? bytes.length;
      const problems = scan.problems.filter(({ offset }) => offset <= end);
      for (const { code, severity, line, column, message } of problems) this.#findings.push({ code, severity, file: path, line, column, message });
      if (problems.some(breaksText)) continue;
      for (const statement of scan.statements) {
        if (statement.start >= end) break;
        const change = scan.stringChanges.findLast(({ from }) => from <= statement.start);
        const standard = change?.standardConformingStrings ?? standardConformingStrings;
        placed.push({ file, at: statement.start, read: this.#readOne(file, bytes, statement, standard) });
      }
      // psql runs nothing behind it, in this file and in those that follow.
      if (end < bytes.length) break;
      standardConformingStrings = scan.standardConformingStrings;
    }
    return placed;
  }

  #readOne(file: number, bytes: Buffer, statement: Statement, standard: boolean): Read {
    if (statement.textEnd - statement.start > MAX_STATEMENT_BYTES) {
      this.#add(file, statement.start, "not_parsed", "warning", `this statement is larger than ${MAX_STATEMENT_BYTES} bytes and was not looked at`);
      return NOTHING_READ;
    }
    const own = readStatement(bytes, statement, standard);
    const { parser } = this.#options;
    if (parser === undefined) return own;
    try {
      const read = parser.read(bytes, statement, standard);
      if (read.unparsed !== undefined)
        this.#add(file, statement.start, "not_parsed", "warning", `${parser.name} did not read this statement, haforu's reader did: ${read.unparsed}`);
      return read;
    } catch (error) {
      if (!(error instanceof ParseFailure)) throw error;
      this.#add(file, error.offset, "syntax_error", "error", error.message);
      return NOTHING_READ;
    }
  }

  #statement({ file, read, at }: Placed): void {
    const { facts } = read;
    if (facts.transaction !== undefined) {
      this.#transaction(facts.transaction);
      return;
    }
    // A transaction with an error takes nothing more until it ends.
    if (this.#failed && this.#catalogue.inTransaction) return;
    const before = this.#findings.length;
    if (facts.alone !== undefined) this.#alone(file, at, facts.alone);
    if (this.#isThere(file, facts)) return;
    for (const use of facts.uses) this.#use(file, use, facts);
    const made = facts.defines.flatMap((definition) => this.#define(file, definition));
    for (const removal of facts.removes) {
      if (this.#catalogue.inTransaction) for (const { type } of this.#labels) if (type.name === removal.name.name) this.#labels = [];
      const known = this.#catalogue.has(removal);
      if (!known && removal.ifExists !== true && !facts.uses.some(({ at: used }) => used === removal.at)) {
        if (!this.#fromElsewhere(removal.space)) this.#missing(file, removal.at, removal.space, removal.name, false);
      }
    }
    this.#useLabels(file, at, facts);
    if (this.#findings.slice(before).some(({ severity }) => severity === "error")) {
      if (this.#catalogue.inTransaction) this.#failed = true;
      for (const key of made) this.#catalogue.forget(key);
      return;
    }
    this.#apply(facts);
  }

  /** IF NOT EXISTS, and it does: nothing else of the statement is looked at. */
  #isThere(file: number, { defines: [first] }: Facts): boolean {
    if (first?.unlessExists !== true || first.space === "schema") return false;
    if (!this.#catalogue.keysOf(first)?.some((key) => this.#catalogue.get(key) !== undefined)) return false;
    this.#define(file, first);
    return true;
  }

  #transaction(kind: "begin" | "commit" | "rollback"): void {
    if (kind === "begin") this.#catalogue.begin();
    else this.#catalogue.end(kind === "commit" && !this.#failed);
    this.#failed = false;
    this.#labels = [];
  }

  #alone(file: number, at: number, what: string): void {
    const inside = this.#catalogue.inTransaction;
    const message = inside
      ? `${what} cannot run inside a transaction block: run it before BEGIN or behind COMMIT`
      : `${what} cannot run inside a transaction: run the script without psql -1, or keep this statement out of it`;
    this.#add(file, at, "not_in_transaction", inside ? "error" : "warning", message);
  }

  #use(file: number, use: Use, facts: Facts): void {
    const { space, name, at, foreignKey, guess, inBody } = use;
    if (inBody && !this.#checkBodies) return;
    if (this.#catalogue.knows(space, name)) return;
    // A type's name before parentheses is a cast.
    if (space === "function" && this.#catalogue.knows("type", name)) return;
    // What the statement itself makes is there for its own references; a routine's name is not there for its own body.
    if (
      facts.defines.some(
        (made) =>
          made.space === space && !made.implicit && made.name.name === name.name && (made.name.schema ?? name.schema) === (name.schema ?? made.name.schema),
      )
    )
      return;
    if (facts.defines.some((made) => made.space === "schema" && made.name.name === name.schema)) return;
    const later = this.#defined.has(`${space}\0${name.name}`);
    if (guess && !later) return;
    if (!later && this.#fromElsewhere(space)) return;
    this.#missing(file, at, space, name, foreignKey === true);
  }

  /** Extensions bring objects that no file defines; roles and the like are the server's. */
  #fromElsewhere(space: Space): boolean {
    return space === "other" || (this.#catalogue.hasExtensions && space !== "schema");
  }

  #missing(file: number, at: number, space: Space, name: Name, foreignKey: boolean): void {
    const place = this.#defined.get(`${space}\0${name.name}`);
    const object = `${space} ${shownName(name)}`;
    if (place === undefined) {
      this.#add(file, at, "undefined_object", "error", `${object} is not defined by any of the files, nor built in`, object);
      return;
    }
    const { line } = (this.#lines[place.file] as Lines).at(place.at);
    const path = (this.#files[place.file] as CheckFile).path;
    const isLater = place.file > file || (place.file === file && place.at > at);
    const related = { file: path, line };
    if (!isLater)
      this.#add(
        file,
        at,
        "undefined_object",
        "error",
        `${object} is not there: its definition at ${path}:${line} fails, or it was dropped, or is in another schema`,
        object,
        related,
      );
    else if (foreignKey)
      this.#add(
        file,
        at,
        "foreign_key_before_table",
        "error",
        `the foreign key refers to ${shownName(name)}, which ${path}:${line} defines later: move it, or build with --two-pass-fk`,
        object,
        related,
      );
    else this.#add(file, at, "use_before_definition", "error", `${object} is used before ${path}:${line} defines it`, object, related);
  }

  /** Checks a definition, and adds it; the keys it took, to be forgotten should its statement fail. */
  #define(file: number, definition: Definition): readonly string[] {
    const { space, kind, name, signature, table, at, unlessExists, replaces, implicit } = definition;
    const object = space === "other" ? shownPlain(kind, name, definition.within) : shownObject(kind, name, signature, table);
    if (name.schema !== undefined && !this.#catalogue.hasSchema(name.schema)) {
      this.#missing(file, at, "schema", { name: name.schema }, false);
      return [];
    }
    const keys = this.#catalogue.keysOf(definition);
    if (keys === undefined) return [];
    const taken = keys.map((key) => this.#catalogue.get(key)).find((entry) => entry !== undefined);
    const { line } = (this.#lines[file] as Lines).at(at);
    const path = (this.#files[file] as CheckFile).path;
    if (taken !== undefined && !implicit) {
      const related = { file: taken.file, line: taken.line };
      const where = taken.file === "" ? "already there" : `already defined at ${taken.file}:${taken.line}`;
      if (unlessExists) this.#add(file, at, "replaced_object", "warning", `${object} is ${where}: IF NOT EXISTS leaves that one as it is`, object, related);
      else if (replaces && taken.kind === kind)
        this.#add(file, at, "replaced_object", "warning", `${object} is ${where}: OR REPLACE replaces that one`, object, related);
      else this.#add(file, at, "duplicate_object", "error", `${object} is ${where}${taken.kind === kind ? "" : `, as a ${taken.kind}`}`, object, related);
      return [];
    }
    const owner = table === undefined ? undefined : this.#catalogue.resolve("relation", table);
    for (const key of keys) this.#catalogue.add(key, { kind, file: path, line, ...(owner === undefined ? {} : { owner }) });
    return keys;
  }

  /** ALTER TYPE … ADD VALUE in a transaction: the label cannot be used before its end (SQLSTATE 55P04; from PostgreSQL 17 on, a type made in it is exempt). */
  #useLabels(file: number, at: number, facts: Facts): void {
    for (const { label, type } of this.#labels) {
      if (!facts.strings.includes(label)) continue;
      this.#add(
        file,
        at,
        "label_in_transaction",
        "error",
        `'${label}' was added to ${shownName(type)} in this transaction, and can be used only behind its end`,
        `type ${shownName(type)}`,
      );
    }
    if (facts.addsLabel !== undefined && this.#catalogue.inTransaction) this.#labels.push(facts.addsLabel);
  }

  #apply({ removes, searchPath, checkBodies }: Facts): void {
    for (const removal of removes) this.#catalogue.remove(removal);
    if (searchPath !== undefined) this.#catalogue.searchPath = searchPath;
    if (checkBodies !== undefined) this.#checkBodies = checkBodies;
  }

  #add(file: number, at: number, code: FindingCode, severity: Finding["severity"], message: string, object?: string, related?: Finding["related"]): void {
    const { line, column } = (this.#lines[file] as Lines).at(at);
    const { path } = this.#files[file] as CheckFile;
    // Two readings of one place, as a trigger's function is a call too.
    if (this.#findings.slice(-8).some((found) => found.line === line && found.column === column && found.code === code && found.file === path)) return;
    this.#findings.push({
      code,
      severity,
      file: path,
      line,
      column,
      ...(object === undefined ? {} : { object }),
      message,
      ...(related === undefined ? {} : { related }),
    });
  }
}
