// Fonts that shapers use, open in one engine and counted: a font is read once, closed when nothing uses it any more.
// After a trap the engine is another one; what was open in the old one is gone with it. Knows nothing of text.
import { Engine } from "../engine/boundary.ts";
import { callError, HaforuError, reasonOf } from "../engine/errors.ts";
import type { NamedFonts } from "../fonts/named.ts";
import { isBytes } from "../session/came.ts";
import { checkFace, checkFontName, invalid } from "../session/check-request.ts";
import { readFont } from "../session/read-font.ts";

/** A font at one set of coordinates. */
export interface FontChoice {
  /** Path of a font file, the name of a font that was added, or a font file's bytes (copied). */
  readonly font: string | Uint8Array;
  /** Which face of a collection. Default 0. */
  readonly faceIndex?: number;
  /** A named instance of the font; `variations` move on from it. */
  readonly instance?: string;
  /** Design coordinates by axis tag, for example { wght: 600 }. */
  readonly variations?: Readonly<Record<string, number>>;
}

/** What createShaper and its kin take as a font: a choice, or only its `font`. */
export type FontArgument = string | Uint8Array | FontChoice;

/** An instance in use. Whoever has it releases it once. */
export interface OpenInstance {
  readonly engine: Engine;
  readonly handle: number;
  release(): void;
}

interface OpenFont {
  readonly handle: number;
  readonly key: string | undefined;
  users: number;
}

/** Traps that mean that the engine's state can no longer be trusted. */
function isTrap(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
}

const CHOICE_KEYS: ReadonlySet<string> = new Set(["font", "faceIndex", "instance", "variations"]);

/** The choice that an argument means. @throws HaforuError invalid_argument with the field. */
export function fontChoice(argument: FontArgument): FontChoice {
  const choice = typeof argument === "string" || isBytes(argument) ? { font: argument } : argument;
  if (typeof choice !== "object" || choice === null || Array.isArray(choice)) {
    throw invalid("font", "a path, a font file's bytes, or an object with font and perhaps faceIndex, instance, variations", argument);
  }
  for (const key of Object.keys(choice)) if (!CHOICE_KEYS.has(key)) throw invalid(key, `one of ${[...CHOICE_KEYS].join(", ")}`, choice);
  const { font, faceIndex, instance, variations } = choice;
  if (typeof font === "string") checkFontName("font", font);
  else if (!isBytes(font)) throw invalid("font", "a path, the name of an added font, or a font's bytes as a Uint8Array", font);
  checkFace({
    font: typeof font === "string" ? font : "bytes",
    text: "",
    ...(faceIndex === undefined ? {} : { faceIndex }),
    ...(instance === undefined ? {} : { instance }),
    ...(variations === undefined ? {} : { variations }),
  });
  return choice;
}

export class OpenFonts {
  readonly #module: WebAssembly.Module;
  readonly #source: NamedFonts;
  #engine: Engine | undefined;
  #fonts: Map<string, OpenFont> = new Map();
  #open = 0;

  constructor(module: WebAssembly.Module, source: NamedFonts) {
    this.#module = module;
    this.#source = source;
  }

  /** Instances in use: 0 when every shaper was disposed. */
  get open(): number {
    return this.#open;
  }

  /** Opens a font and makes the instance. @throws HaforuError font_not_found, font_invalid, instance_not_found, invalid_argument … */
  acquire(choice: FontChoice): OpenInstance {
    this.#engine ??= new Engine(this.#module);
    const engine = this.#engine;
    try {
      const font = this.#use(engine, choice);
      let handle: number;
      try {
        handle = this.#instance(engine, font, choice);
      } catch (error) {
        this.#unuse(engine, font);
        throw error;
      }
      this.#open += 1;
      let held = true;
      const release = (): void => {
        if (!held) return;
        held = false;
        this.#open -= 1;
        // Of an engine that was given up nothing needs to be given back.
        if (this.#engine !== engine) return;
        engine.releaseInstance(handle);
        this.#unuse(engine, font);
      };
      return { engine, handle, release };
    } catch (error) {
      throw this.fault(engine, error);
    }
  }

  /** What to throw for an error of a call into `engine`: after a trap engine_fault, and the engine is not used again. */
  fault(engine: Engine, error: unknown): unknown {
    if (!isTrap(error)) return error;
    if (this.#engine === engine) this.drop();
    return callError("engine_fault", "the engine", "", { cause: error });
  }

  /** Gives up the engine with all that is open in it. */
  drop(): void {
    this.#engine = undefined;
    this.#fonts = new Map();
  }

  #use(engine: Engine, choice: FontChoice): OpenFont {
    const { font, faceIndex = 0 } = choice;
    // The bytes of a font have no name by which they could be found again; a file may have changed since: it is shared only while it is in use.
    const key = typeof font === "string" ? `${faceIndex} ${font}` : undefined;
    const known = key === undefined ? undefined : this.#fonts.get(key);
    if (known !== undefined) {
      known.users += 1;
      return known;
    }
    const subject = typeof font === "string" ? `font ${font}` : "font of bytes";
    const data = typeof font === "string" ? readFont(engine, this.#source, font) : copyIn(engine, font);
    if ("code" in data) throw callError(data.code, subject, data.detail, { field: "font" });
    try {
      const made: OpenFont = { handle: engine.createFont(data.pointer, data.bytes, faceIndex), key, users: 1 };
      if (key !== undefined) this.#fonts.set(key, made);
      return made;
    } catch (error) {
      if (!(error instanceof HaforuError)) throw error;
      throw callError(error.code, `${subject}, face ${faceIndex}`, reasonOf(error), { field: "font", cause: error });
    }
  }

  #unuse(engine: Engine, font: OpenFont): void {
    font.users -= 1;
    if (font.users > 0) return;
    if (font.key !== undefined) this.#fonts.delete(font.key);
    engine.releaseFont(font.handle);
  }

  #instance(engine: Engine, font: OpenFont, choice: FontChoice): number {
    const { variations, instance = "" } = choice;
    try {
      return engine.createInstance(font.handle, variations, instance);
    } catch (error) {
      if (!(error instanceof HaforuError) || error.code !== "invalid_argument") throw error;
      const axes = axesOf(engine, font.handle, choice.faceIndex ?? 0);
      const unknown = Object.keys(variations ?? {}).find((tag) => !axes.includes(tag));
      if (unknown === undefined) throw callError("instance_not_found", `instance ${JSON.stringify(instance)}`, "", { cause: error, field: "instance" });
      const cure =
        axes.length === 0 ? "the font is static: leave variations out" : `the font has no axis ${JSON.stringify(unknown)}; its axes are ${axes.join(", ")}`;
      throw callError("invalid_argument", "variations", cure, { cause: error, field: "variations" });
    }
  }
}

function axesOf(engine: Engine, font: number, faceIndex: number): string[] {
  const { faces } = JSON.parse(engine.fontInfo(font)) as { faces: { face_index: number; axes?: { tag: string }[] }[] };
  return (faces.find((one) => one.face_index === faceIndex)?.axes ?? []).map((axis) => axis.tag);
}

function copyIn(engine: Engine, bytes: Uint8Array): { readonly pointer: number; readonly bytes: number } {
  const pointer = engine.allocateFont(bytes.length);
  if (pointer === 0) throw callError("out_of_memory", "font", `no room for ${bytes.length} bytes`);
  engine.view(pointer, bytes.length).set(bytes);
  return { pointer, bytes: bytes.length };
}
