// A font from its source straight into the engine's memory, without a copy in between.
import type { Engine } from "../engine/boundary.ts";
import type { FontIdentity, FontRefusal, FontSource } from "../fonts/source.ts";

/** A font in the engine's memory, not yet taken over by it. */
export interface FontInMemory {
  readonly pointer: number;
  readonly bytes: number;
  readonly identity: FontIdentity;
}

/** Reads the font at `path`; whoever gets it gives it to the engine, or frees it. */
export function readFont(engine: Engine, fonts: FontSource, path: string): FontInMemory | FontRefusal {
  let pointer = 0;
  let bytes = 0;
  const answer = fonts.read(path, (wanted) => {
    pointer = engine.allocateFont(wanted);
    bytes = wanted;
    return pointer === 0 ? undefined : engine.view(pointer, wanted);
  });
  if (typeof answer === "string") return { pointer, bytes, identity: answer };
  if (pointer !== 0) engine.free(pointer);
  return answer;
}
