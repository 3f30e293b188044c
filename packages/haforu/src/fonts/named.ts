// Fonts given as bytes under a name, which jobs then use as a path; other paths go on to another source, if any.
// Runs in browsers.
import type { FontRefusal, FontSource, PlaceFont } from "./source.ts";

export class NamedFonts implements FontSource {
  readonly #next: FontSource | undefined;
  readonly #fonts: Map<string, Uint8Array> = new Map();
  /** Names whose bytes were replaced since they were last read. */
  readonly #replaced: Set<string> = new Set();

  constructor(next?: FontSource) {
    this.#next = next;
  }

  /** Keeps a copy of `bytes` under `name`, in place of an earlier font of that name. */
  add(name: string, bytes: Uint8Array): void {
    this.#fonts.set(name, bytes.slice());
    this.#replaced.add(name);
  }

  /** Forgets the font; false: there was none of that name. */
  remove(name: string): boolean {
    this.#replaced.add(name);
    return this.#fonts.delete(name);
  }

  read(path: string, place: PlaceFont): FontRefusal | undefined {
    const bytes = this.#fonts.get(path);
    this.#replaced.delete(path);
    if (bytes !== undefined) {
      const target = place(bytes.length);
      if (target === undefined) return { code: "out_of_memory", detail: `no room for ${bytes.length} bytes of font` };
      target.set(bytes);
      return undefined;
    }
    return this.#next?.read(path, place) ?? this.#missing();
  }

  unchanged(path: string): boolean {
    if (this.#replaced.has(path)) return false;
    return this.#fonts.has(path) || (this.#next?.unchanged(path) ?? false);
  }

  #missing(): FontRefusal | undefined {
    if (this.#next !== undefined) return undefined;
    return { code: "font_not_found", detail: "no font of this name was added to the session" };
  }
}
