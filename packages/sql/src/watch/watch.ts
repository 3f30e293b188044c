// Watches the inputs of a build and builds again when they change. Events from the file system go in (chokidar's), builds and failures come out.
import { statSync } from "node:fs";
import type { FSWatcher } from "chokidar";
import type { SchemaBuild } from "../build/build.ts";
import type { BuildOptions } from "../build/options.ts";
import { SqlError } from "../errors.ts";
import { Rebuild } from "./rebuild.ts";

/** Events of one save, or of one checkout, come within so many ms of each other. */
export const SETTLE_MS = 30;

export interface WatchOptions extends BuildOptions {
  /** How long the file system must be quiet before a build, in ms. Default {@link SETTLE_MS}. */
  readonly settleMs?: number;
}

export type WatchEvent =
  /** `changed`: absolute paths of the events that led to this build; empty for the first one. */
  | { readonly kind: "built"; readonly build: SchemaBuild; readonly changed: readonly string[]; readonly ms: number }
  /** The output is as it was. The watching goes on: the next change may mend it. */
  | { readonly kind: "failed"; readonly error: SqlError; readonly changed: readonly string[]; readonly ms: number };

/**
 * Builds at once and again after each change, until the signal is aborted or the iteration is left. Rebuilds read only what changed. A changed configuration
 * is read again. Only an error of the options or the first reading of the configuration is thrown.
 */
export async function* watch(options: WatchOptions): AsyncGenerator<WatchEvent, void, undefined> {
  let rebuild = await Rebuild.open(options);
  const events = new Events(options.settleMs ?? SETTLE_MS);
  const { signal } = options;
  const stop = (): void => events.stop();
  signal?.addEventListener("abort", stop, { once: true });
  // First the watching, then the building: a change between the two would not be heard of.
  let watcher = await events.listen(rebuild);
  try {
    yield await run(() => rebuild.full(), []);
    while (signal?.aborted !== true) {
      const changes = await events.next();
      if (changes === undefined) return;
      const changed = [...changes.changed];
      const configuration = rebuild.configuration();
      if (configuration !== undefined && changes.changed.has(configuration)) {
        await watcher.close();
        const event = await run(async () => {
          rebuild = await Rebuild.open(options);
          watcher = await events.listen(rebuild);
          return rebuild.full();
        }, changed);
        if (event.kind === "failed") watcher = await events.listen(rebuild);
        yield event;
      } else {
        const event = await run(() => rebuild.update(changes), changed);
        if (changes.structure) watcher.add(await rebuild.watched());
        yield event;
      }
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    events.stop();
    await watcher.close();
  }
}

async function run(action: () => Promise<SchemaBuild>, changed: readonly string[]): Promise<WatchEvent> {
  const started = performance.now();
  try {
    const build = await action();
    return { kind: "built", build, changed, ms: performance.now() - started };
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return { kind: "failed", error, changed, ms: performance.now() - started };
  }
}

/** Editors' and version control's files, and scripts that are written aside. */
const HIDDEN = /^\.[^.]/;

/** chokidar's own, for changes of one file. */
const THROTTLE_MS = 50;

/** Different after a file was written to. */
function stateOf(path: string): string {
  try {
    const { ino, size, mtimeMs, ctimeMs } = statSync(path);
    return `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
  } catch {
    return "gone";
  }
}

/** Gathers events until they settle. */
class Events {
  readonly #settleMs: number;
  #changed = new Set<string>();
  #structure = false;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #wake: (() => void) | undefined;
  #settled = false;
  readonly #checks = new Set<NodeJS.Timeout>();

  constructor(settleMs: number) {
    this.#settleMs = settleMs;
  }

  /** Resolves when the watching has begun. */
  async listen(rebuild: Rebuild): Promise<FSWatcher> {
    // Loaded only where something is watched.
    const { watch: watchPaths } = await import("chokidar");
    const output = rebuild.output();
    const ignored = (path: string): boolean => path === output || HIDDEN.test(path.slice(path.lastIndexOf("/") + 1));
    // Links are followed by the build, which asks for what is behind them; only folders and files are watched here.
    const watcher = watchPaths(await rebuild.watched(), { ignoreInitial: true, followSymlinks: false, ignored });
    watcher.on("all", (kind, path) => this.#add(path, kind !== "change"));
    // A folder that cannot be watched is told by the build that cannot read it.
    watcher.on("error", () => {});
    await new Promise<void>((resolve) => watcher.once("ready", resolve));
    return watcher;
  }

  #add(path: string, structure: boolean): void {
    this.#changed.add(path);
    if (structure) this.#structure = true;
    this.#settled = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#settled = true;
      this.#wake?.();
    }, this.#settleMs);
  }

  /** chokidar tells one change of a file in {@link THROTTLE_MS}; a second one within is looked for when they are over. */
  #lookAgain(paths: ReadonlySet<string>): void {
    const before = new Map(Array.from(paths, (path) => [path, stateOf(path)]));
    const timer = setTimeout(() => {
      this.#checks.delete(timer);
      for (const [path, state] of before) if (stateOf(path) !== state) this.#add(path, false);
    }, THROTTLE_MS * 2);
    this.#checks.add(timer);
  }

  stop(): void {
    for (const timer of this.#checks) clearTimeout(timer);
    this.#checks.clear();
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#wake?.();
  }

  /** undefined when it is over. */
  async next(): Promise<{ readonly changed: ReadonlySet<string>; readonly structure: boolean } | undefined> {
    while (!this.#settled && !this.#stopped) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#stopped) return undefined;
    const changes = { changed: this.#changed, structure: this.#structure };
    this.#changed = new Set();
    this.#structure = false;
    this.#settled = false;
    this.#lookAgain(changes.changed);
    return changes;
  }
}
