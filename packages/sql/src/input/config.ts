// haforu.sql.yaml or haforu.sql.json: reads it, checks every field, lays one environment over the rest. Gives settings as the options of a call have them;
// it resolves no path and looks at no input.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { SqlError } from "../errors.ts";

/** Looked for in the root, in this order, where no file is named. */
export const CONFIG_NAMES = ["haforu.sql.yaml", "haforu.sql.yml", "haforu.sql.json"] as const;
/** A configuration is written by hand; what is larger is another file. */
export const CONFIG_BYTES_LIMIT: number = 1024 * 1024;

/** What a configuration may say, at its top and in each environment. An environment's field takes the place of the one at the top. */
export interface ConfigSettings {
  readonly inputs?: readonly string[];
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly order?: readonly string[];
  readonly header?: boolean | string;
  readonly separator?: boolean | string;
  readonly eol?: "keep" | "lf";
  readonly schemaOnly?: boolean;
  readonly scan?: boolean;
  readonly twoPassForeignKeys?: boolean;
  readonly output?: string;
}

export interface Config {
  /** Absolute path of the file. */
  readonly path: string;
  /** Absolute folder that the configuration's paths are relative to. */
  readonly root: string;
  readonly settings: ConfigSettings;
  /** Names of the environments it has. */
  readonly environments: readonly string[];
}

type Check = (value: unknown) => boolean;
const isStrings: Check = (value) => Array.isArray(value) && value.every((item) => typeof item === "string" && item !== "");
const isSwitch: Check = (value) => typeof value === "boolean" || typeof value === "string";
const isBoolean: Check = (value) => typeof value === "boolean";

/** Names as they stand in the file; snake_case as everywhere in haforu's files. */
const FIELDS: Readonly<Record<string, { readonly option: keyof ConfigSettings; readonly check: Check; readonly takes: string }>> = {
  inputs: { option: "inputs", check: isStrings, takes: "a list of folders, files and patterns" },
  include: { option: "include", check: isStrings, takes: "a list of patterns" },
  exclude: { option: "exclude", check: isStrings, takes: "a list of patterns" },
  order: { option: "order", check: isStrings, takes: "a list of files, folders and patterns" },
  header: { option: "header", check: isSwitch, takes: "true, false or a text" },
  separator: { option: "separator", check: isSwitch, takes: "true, false or a text" },
  eol: { option: "eol", check: (value) => value === "keep" || value === "lf", takes: '"keep" or "lf"' },
  schema_only: { option: "schemaOnly", check: isBoolean, takes: "true or false" },
  scan: { option: "scan", check: isBoolean, takes: "true or false" },
  two_pass_foreign_keys: { option: "twoPassForeignKeys", check: isBoolean, takes: "true or false" },
  output: { option: "output", check: (value) => typeof value === "string" && value !== "", takes: "a path" },
};

/**
 * Reads `path`, or the first of {@link CONFIG_NAMES} in `root`.
 * @returns undefined where no path is given and there is none.
 * @throws SqlError sql_config_invalid: unreadable, not YAML or JSON, an unknown field, a value of another type, an environment that is not there.
 */
export async function readConfig(root: string, path: string | undefined, environment: string | undefined): Promise<Config | undefined> {
  const found = path === undefined ? firstOf(root) : { path: resolve(root, path), text: readText(resolve(root, path)) };
  if (found === undefined) {
    if (environment !== undefined)
      throw new SqlError("sql_config_invalid", `the environment "${environment}" needs a configuration: there is no ${CONFIG_NAMES.join(", ")} in ${root}`);
    return undefined;
  }
  const text = found.text ?? invalidFile(found.path, "there is no such file");
  const document = await parse(found.path, text);
  const { environments = {}, ...top } = record(document ?? {}, found.path, "");
  const table = record(environments, found.path, "environments");
  const base = settingsOf(top, found.path, "");
  const layers = new Map(
    Object.entries(table).map(([name, value]) => [
      name,
      settingsOf(record(value ?? {}, found.path, `environments.${name}`), found.path, `environments.${name}.`),
    ]),
  );
  const names = [...layers.keys()];
  if (environment !== undefined && !layers.has(environment))
    throw new SqlError(
      "sql_config_invalid",
      `there is no environment "${environment}"; ${names.length === 0 ? "the file has none" : `there are ${names.join(", ")}`}`,
      {
        file: found.path,
      },
    );
  return {
    path: found.path,
    root: dirname(found.path),
    settings: { ...base, ...(environment === undefined ? {} : layers.get(environment)) },
    environments: names,
  };
}

function firstOf(root: string): { path: string; text: string } | undefined {
  for (const name of CONFIG_NAMES) {
    const path = join(root, name);
    // Asked first: mostly there is none, and three exceptions take longer than a hundred files.
    const text = existsSync(path) ? readText(path) : undefined;
    if (text !== undefined) return { path, text };
  }
  return undefined;
}

/** undefined where there is no such file. */
function readText(path: string): string | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    return invalidFile(path, (error as Error).message, error);
  }
  if (bytes.length > CONFIG_BYTES_LIMIT) return invalidFile(path, `it is larger than ${CONFIG_BYTES_LIMIT} bytes`);
  return bytes.toString("utf8").replace(/^\ufeff/, "");
}

async function parse(path: string, text: string): Promise<unknown> {
  try {
    if (path.endsWith(".json")) return JSON.parse(text);
    const { parse: parseYaml } = await import("yaml");
    // Aliases that multiply ("billion laughs") end at yaml's own limit.
    return parseYaml(text, { maxAliasCount: 100 });
  } catch (error) {
    return invalidFile(path, (error as Error).message, error);
  }
}

function record(value: unknown, file: string, at: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  return invalidFile(file, `${at === "" ? "the file" : at} must be a table of fields, got ${shown(value)}`);
}

function settingsOf(fields: Record<string, unknown>, file: string, prefix: string): ConfigSettings {
  const settings: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    const field = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
    if (field === undefined)
      return invalidFile(
        file,
        `${prefix}${name} is no field of a configuration; there are ${Object.keys(FIELDS).join(", ")}${prefix === "" ? ", environments" : ""}`,
      );
    if (!field.check(value)) return invalidFile(file, `${prefix}${name} takes ${field.takes}, got ${shown(value)}`);
    settings[field.option] = value;
  }
  return settings;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function invalidFile(file: string, why: string, cause?: unknown): never {
  throw new SqlError("sql_config_invalid", why, { file }, cause === undefined ? undefined : { cause });
}
