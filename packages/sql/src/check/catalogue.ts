// What is there while a script runs: objects are added, looked up along the search path, renamed and dropped, and a transaction can be rolled back. It knows names,
// not statements; it stands in for pg_catalog as far as the check needs it.
import type { TypeName } from "./cursor.ts";
import type { Definition, Removal, Space } from "./facts.ts";
import { BUILT_IN_FUNCTIONS, BUILT_IN_TYPES } from "./generated/builtins.ts";
import { type Name, shownName } from "./names.ts";
import { IN_SCHEMA, shownPlain } from "./plain.ts";

/** Something that is there, and where it was defined. */
export interface Entry {
  readonly kind: string;
  readonly file: string;
  readonly line: number;
  /** Key of the table that it belongs to and goes with. */
  readonly owner?: string;
}

const BUILT_IN_SCHEMAS = new Set(["pg_catalog", "information_schema", "pg_toast", "pg_temp"]);
/** Kinds of relations that have a row type of their name. */
const HAVE_ROWS = new Set(["table", "view", "materialized view", "composite type"]);

export class Catalogue {
  #entries = new Map<string, Entry>();
  /** Keys of the functions of each name. */
  readonly #functions = new Map<string, Set<string>>();
  #saved: Map<string, Entry> | undefined;
  searchPath: readonly string[] = ["public"];
  hasExtensions = false;

  constructor() {
    this.#set(key("schema", "", "public"), { kind: "schema", file: "", line: 0 });
  }

  get inTransaction(): boolean {
    return this.#saved !== undefined;
  }

  begin(): void {
    this.#saved ??= new Map(this.#entries);
  }

  end(keep: boolean): void {
    if (!keep && this.#saved !== undefined) {
      this.#entries = new Map();
      this.#functions.clear();
      for (const [at, entry] of this.#saved) this.#set(at, entry);
    }
    this.#saved = undefined;
  }

  /** True when a schema is there or always is. */
  hasSchema(schema: string): boolean {
    return BUILT_IN_SCHEMAS.has(schema) || this.#entries.has(key("schema", "", schema));
  }

  /** The schema in which a name without one is made: the first of the path that is there. */
  creationSchema(name: Name, temporary = false): string | undefined {
    if (temporary) return "pg_temp";
    if (name.schema !== undefined) return name.schema;
    return this.searchPath.find((schema) => this.hasSchema(schema));
  }

  /** Key of what a name means in this place, or undefined. */
  resolve(space: Space, name: Name): string | undefined {
    const schemas = name.schema === undefined ? ["pg_temp", ...this.searchPath] : [name.schema];
    for (const schema of schemas) {
      const found = space === "function" ? this.#anyOverload(schema, name.name) : this.#lookUp(space, schema, name.name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** True when a name means something that is there, or that PostgreSQL brings along. */
  knows(space: Space, name: Name): boolean {
    if (space === "schema") return this.hasSchema(name.name);
    if (space === "extension") return this.#entries.has(key("extension", "", name.name)) || name.name === "plpgsql";
    return this.#isBuiltIn(space, name) || this.resolve(space, name) !== undefined;
  }

  /** True when what a statement drops or renames is there. */
  has(removal: Removal): boolean {
    const { space, name, table } = removal;
    return table === undefined && space !== "other" ? this.knows(space, name) : this.#removed(removal).length > 0;
  }

  /** Keys that a definition takes; an implicit one takes the next free name. undefined: the schema or table it lies in is not there. */
  keysOf(definition: Definition): string[] | undefined {
    const { space, kind, name, signature, table, implicit, temporary } = definition;
    if (space === "schema" || space === "extension") return [key(space, "", name.name)];
    if (space === "other") {
      const lies = IN_SCHEMA.has(kind) ? this.creationSchema(name) : "";
      return lies === undefined ? undefined : [key("other", lies, name.name, plainWithin(kind, definition.within))];
    }
    if (table !== undefined && space !== "relation") {
      const owner = this.resolve("relation", table);
      return owner === undefined ? undefined : [key(space, "", name.name, owner)];
    }
    const schema = table === undefined ? this.creationSchema(name, temporary) : this.#schemaOf(this.resolve("relation", table));
    if (schema === undefined) return undefined;
    if (space === "function") return [key("function", schema, name.name, this.#arguments(signature ?? []))];
    let free = name.name;
    for (let pass = 1; implicit && this.#entries.has(key(space, schema, free)); pass++) free = `${name.name}${pass}`;
    const keys = [key(space, schema, free)];
    if (space === "relation" && HAVE_ROWS.has(kind)) keys.push(key("type", schema, free));
    return keys;
  }

  get(at: string): Entry | undefined {
    return this.#entries.get(at);
  }

  add(at: string, entry: Entry): void {
    this.#set(at, entry);
  }

  /** All that is there, in order: "table shop.item", "function shop.f(integer)", "trigger touch on shop.item". */
  objects(): string[] {
    const shown: string[] = [];
    for (const [at, { kind }] of this.#entries) {
      const [space, schema, name, within] = at.split("\0") as [Space, string, string, string];
      // A table's row type is not an object of its own.
      if (space === "type" && this.#entries.has(at.replace("type", "relation"))) continue;
      const full = shownName(schema === "" ? { name } : { schema, name });
      if (space === "function") shown.push(`${kind} ${full}(${within})`);
      else if (space === "other") shown.push(shownPlain(kind, schema === "" ? { name } : { schema, name }, within.slice(kind.length + 1)));
      else if (within === "") shown.push(`${kind} ${full}`);
      else {
        const [, of, table] = at.split("\0").slice(3) as [string, string, string];
        shown.push(`${kind} ${full} on ${shownName({ schema: of, name: table })}`);
      }
    }
    return shown.sort();
  }

  forget(at: string): void {
    this.#delete(at);
  }

  /** Drops, renames or moves what a statement names; what belongs to it goes along. False when it is not there. */
  remove(removal: Removal): boolean {
    const { space, name, rename, toSchema } = removal;
    if (space === "schema") return this.#removeSchema(name.name, rename);
    const found = this.#removed(removal);
    if (found.length === 0) return false;
    for (const old of found) {
      const entry = this.#entries.get(old);
      this.#delete(old);
      const now = rename === undefined && toSchema === undefined ? undefined : renamed(old, rename, toSchema);
      if (now !== undefined && entry !== undefined) this.#set(now, entry);
      for (const [part, { owner }] of [...this.#entries]) {
        if (owner !== old) continue;
        const moved = this.#entries.get(part) as Entry;
        this.#delete(part);
        if (now !== undefined)
          this.#set(toSchema !== undefined && part.startsWith("relation") ? renamed(part, undefined, toSchema) : part.replace(old, now), {
            ...moved,
            owner: now,
          });
      }
    }
    return true;
  }

  #removed({ space, name, signature, table, kind = "", within }: Removal): string[] {
    if (space === "extension") return this.#present([key(space, "", name.name)]);
    if (space === "other") {
      const schemas = !IN_SCHEMA.has(kind) ? [""] : name.schema === undefined ? this.searchPath : [name.schema];
      return this.#present(schemas.map((schema) => key("other", schema, name.name, plainWithin(kind, within)))).slice(0, 1);
    }
    if (table !== undefined) {
      const owner = this.resolve("relation", table);
      if (owner === undefined) return [];
      // A constraint's index has its name.
      const index = key("relation", this.#schemaOf(owner) ?? "", name.name);
      const goes = space === "constraint" && this.#entries.get(index)?.owner === owner ? [index] : [];
      return this.#present([key(space, "", name.name, owner), ...goes]);
    }
    const found = this.resolve(space, name);
    if (found === undefined) return [];
    if (space === "function") return this.#present(signature === undefined ? [found] : [withArguments(found, this.#arguments(signature))]);
    // A table and its row type go together.
    const other = found.startsWith("relation") ? found.replace("relation", "type") : found.replace("type", "relation");
    return this.#present([found, other]);
  }

  /** Types as the server lists them: with their schema, unless that is public. */
  #arguments(types: readonly TypeName[]): string {
    return types
      .map(({ text, name }) => {
        const schema = name === undefined ? undefined : this.#schemaOf(this.resolve("type", name));
        if (name === undefined || schema === undefined) return text;
        const full = schema === "public" ? name.name : shownName({ schema, name: name.name });
        return text.endsWith("[]") ? `${full}[]` : full;
      })
      .join(", ");
  }

  #present(keys: readonly string[]): string[] {
    return keys.filter((at) => this.#entries.has(at));
  }

  #removeSchema(schema: string, rename: string | undefined): boolean {
    if (!this.#entries.has(key("schema", "", schema))) return false;
    for (const [at, entry] of [...this.#entries]) {
      const [space, lies, ...rest] = at.split("\0");
      if (lies !== schema && at !== key("schema", "", schema)) continue;
      this.#delete(at);
      if (rename !== undefined) this.#set(space === "schema" ? key("schema", "", rename) : [space, rename, ...rest].join("\0"), entry);
    }
    return true;
  }

  #lookUp(space: Space, schema: string, name: string): string | undefined {
    const at = key(space, schema, name);
    if (this.#entries.has(at)) return at;
    // An array type is its element's name behind an underscore.
    return space === "type" && name.startsWith("_") ? this.#lookUp(space, schema, name.slice(1)) : undefined;
  }

  #anyOverload(schema: string, name: string): string | undefined {
    return this.#functions
      .get(key("function", schema, name))
      ?.values()
      .next().value;
  }

  #set(at: string, entry: Entry): void {
    this.#entries.set(at, entry);
    if (!at.startsWith("function")) return;
    const name = withArguments(at, "");
    const overloads = this.#functions.get(name);
    if (overloads === undefined) this.#functions.set(name, new Set([at]));
    else overloads.add(at);
  }

  #delete(at: string): void {
    this.#entries.delete(at);
    if (at.startsWith("function")) this.#functions.get(withArguments(at, ""))?.delete(at);
  }

  #schemaOf(at: string | undefined): string | undefined {
    return at?.split("\0")[1];
  }

  #isBuiltIn(space: Space, { schema, name }: Name): boolean {
    if (schema !== undefined && schema !== "pg_catalog") return schema === "information_schema" && space !== "function";
    if (space === "relation") return name.startsWith("pg_");
    if (space === "type") return BUILT_IN_TYPES.has(name) || BUILT_IN_TYPES.has(name.replace(/^_/, "")) || name.startsWith("pg_");
    return space === "function" && BUILT_IN_FUNCTIONS.has(name);
  }
}

function key(space: Space, schema: string, name: string, within = ""): string {
  return `${space}\0${schema}\0${name}\0${within}`;
}

/** Of "other": kinds share no names, and a kind may have the name once for each of what it is for. */
function plainWithin(kind: string, within: string | undefined): string {
  return within === undefined ? kind : `${kind} ${within}`;
}

function renamed(at: string, name: string | undefined, schema: string | undefined): string {
  const [space, oldSchema, oldName, ...within] = at.split("\0");
  return [space, schema ?? oldSchema, name ?? oldName, ...within].join("\0");
}

function withArguments(at: string, within: string): string {
  const [space, schema, name] = at.split("\0");
  return [space, schema, name, within].join("\0");
}

/** "table public.t", "function f(integer)": how findings name an object. */
export function shownObject(kind: string, name: Name, signature?: readonly TypeName[], table?: Name): string {
  const of = table === undefined || kind === "index" || kind === "sequence" || kind === "statistics" ? "" : ` on ${shownName(table)}`;
  const types = signature === undefined ? "" : `(${signature.map(({ text }) => text).join(", ")})`;
  return `${kind} ${shownName(name)}${types}${of}`;
}
