// Options of a call and fields of a configuration, checked once and laid over each other: inside, only the resolved record travels. It looks at no input.
import { resolve } from "node:path";
import type { EngineName } from "../engine/choose.ts";
import type { Control } from "../engine/control.ts";
import { WORKERS_LIMIT } from "../engine/workers.ts";
import { SqlError } from "../errors.ts";
import { type Config, type ConfigSettings, readConfig } from "../input/config.ts";
import { DEFAULT_INCLUDE } from "../input/patterns.ts";

/** A file that is given, not read. */
export interface GivenFile {
  /** Relative, "/" between segments. */
  readonly path: string;
  /** Bytes are not copied and must not change during the call. */
  readonly contents: Uint8Array | string;
}

/** Which files, in which order, with which contents. What is absent comes from the configuration, else from {@link DEFAULT_OPTIONS}. */
export interface SchemaOptions extends ConfigSettings, Control {
  /** Files in place of inputs. No configuration is looked for then. */
  readonly files?: Iterable<GivenFile>;
  /** Folder that inputs and the files' paths are relative to. Default: the configuration's folder, else the working directory. */
  readonly root?: string;
  /** A configuration's path; false: none, even where there is one. Default: haforu.sql.yaml, .yml or .json in the root. */
  readonly config?: string | false;
  /** One of the configuration's environments. */
  readonly environment?: string;
  /** Default "auto". All give the same bytes. */
  readonly engine?: "auto" | EngineName;
  /** Threads of the workers engine, the caller's among them: 2 to {@link WORKERS_LIMIT}. Default: as many as there are processors. */
  readonly workers?: number;
}

export interface BuildOptions extends SchemaOptions {
  /** The time of the build in the header: true, or a time that is given. Then the same input is not the same bytes. Default false. */
  readonly stamp?: boolean | Date;
}

/** What is used where neither the call nor the configuration says anything. */
export interface DefaultOptions {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly order: readonly string[];
  readonly header: boolean | string;
  readonly separator: boolean | string;
  readonly eol: "keep" | "lf";
  readonly schemaOnly: boolean;
  readonly scan: boolean;
  readonly twoPassForeignKeys: boolean;
}

export const DEFAULT_OPTIONS: DefaultOptions = {
  include: DEFAULT_INCLUDE,
  exclude: [],
  order: [],
  header: true,
  separator: true,
  eol: "keep",
  schemaOnly: false,
  scan: true,
  twoPassForeignKeys: false,
};

export interface Resolved {
  readonly root: string;
  readonly config: Config | undefined;
  readonly given: Iterable<GivenFile> | undefined;
  readonly inputs: readonly string[];
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly order: readonly string[];
  readonly header: boolean | string;
  readonly separator: boolean | string;
  readonly eol: "keep" | "lf";
  readonly schemaOnly: boolean;
  readonly scan: boolean;
  readonly twoPassForeignKeys: boolean;
  /** Absolute. */
  readonly output: string | undefined;
  readonly stamp: string | undefined;
  readonly engine: "auto" | EngineName;
  readonly workers: number | undefined;
  readonly control: Control;
}

/** @throws SqlError sql_option_invalid, sql_config_invalid. */
export async function resolveOptions(options: BuildOptions): Promise<Resolved> {
  const cwd = resolve(options.root ?? ".");
  const config = options.files !== undefined || options.config === false ? undefined : await readConfig(cwd, options.config, options.environment);
  if (config === undefined && options.environment !== undefined) throw invalid("environment", "needs a configuration", options.environment);
  const from = config?.settings ?? {};
  const root = options.root === undefined && config !== undefined ? config.root : cwd;
  const inputs = options.inputs ?? from.inputs ?? [];
  if (options.files === undefined && inputs.length === 0)
    throw invalid("inputs", "name at least one folder, file or pattern, here or in haforu.sql.yaml", inputs);
  const pick = <Name extends keyof DefaultOptions>(name: Name): DefaultOptions[Name] =>
    (options[name] ?? from[name] ?? DEFAULT_OPTIONS[name]) as DefaultOptions[Name];
  const eol = pick("eol");
  if (eol !== "keep" && eol !== "lf") throw invalid("eol", 'takes "keep" or "lf"', eol);
  const engine = options.engine ?? "auto";
  if (engine !== "auto" && engine !== "sync" && engine !== "workers") throw invalid("engine", 'takes "auto", "sync" or "workers"', engine);
  const { workers } = options;
  if (workers !== undefined && !(Number.isInteger(workers) && workers >= 2 && workers <= WORKERS_LIMIT))
    throw invalid("workers", `takes a whole number from 2 to ${WORKERS_LIMIT}`, workers);
  return {
    root,
    config,
    given: options.files,
    inputs,
    include: pick("include"),
    exclude: pick("exclude"),
    order: pick("order"),
    header: pick("header"),
    separator: pick("separator"),
    eol,
    schemaOnly: pick("schemaOnly"),
    scan: pick("scan"),
    twoPassForeignKeys: pick("twoPassForeignKeys"),
    output: options.output !== undefined ? resolve(options.output) : from.output !== undefined ? resolve(root, from.output) : undefined,
    stamp: stampOf(options.stamp),
    engine,
    workers,
    control: {
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
    },
  };
}

function stampOf(stamp: boolean | Date | undefined): string | undefined {
  if (stamp === undefined || stamp === false) return undefined;
  const time = stamp === true ? new Date() : stamp;
  if (Number.isNaN(time.getTime())) throw invalid("stamp", "takes true, false or a valid Date", time);
  return time.toISOString().replace(/\.\d+Z$/, "Z");
}

function invalid(option: string, takes: string, got: unknown): SqlError {
  return new SqlError("sql_option_invalid", `${option}: ${takes}, got ${JSON.stringify(got)}`);
}
