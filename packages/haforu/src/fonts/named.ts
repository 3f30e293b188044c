// Fonts given as bytes under a name, which jobs then use as a path; other paths go on to another source, if any.
// Runs in browsers.
import type { FontIdentity, FontRefusal, FontSource, PlaceFont } from "./source.ts";

interface NamedFont {
  readonly bytes: Uint8Array;
  readonly identity: FontIdentity;
}

export class NamedFonts implements FontSource {
  readonly #next: FontSource | undefined;
  readonly #fonts: Map<string, NamedFont> = new Map();
  #added = 0;

  constructor(next?: FontSource) {
    this.#next = next;
  }

  /** Keeps a copy of `bytes` under `name`, in place of an earlier font of that name. */
  add(name: string, bytes: Uint8Array): void {
    this.#added += 1;
    // Not slice(): that of Node's Buffer does not copy.
    this.#fonts.set(name, { bytes: new Uint8Array(bytes), identity: `added ${this.#added}` });
  }

  /** Forgets the font; false: there was none of that name. */
  remove(name: string): boolean {
    return this.#fonts.delete(name);
  }

  read(path: string, place: PlaceFont): FontIdentity | FontRefusal {
    const font = this.#fonts.get(path);
    if (font === undefined) {
      if (this.#next !== undefined) return this.#next.read(path, place);
      return { code: "font_not_found", detail: "no font of this name was added to the session" };
    }
    const target = place(font.bytes.length);
    if (target === undefined) return { code: "out_of_memory", detail: `no room for ${font.bytes.length} bytes of font` };
    target.set(font.bytes);
    return font.identity;
  }

  unchanged(path: string, identity: FontIdentity): boolean {
    const font = this.#fonts.get(path);
    if (font !== undefined) return font.identity === identity;
    return this.#next?.unchanged(path, identity) ?? false;
  }
}
