// Where an engine's font bytes come from. The engine names a font by its path; a source reads it straight into
// the engine's memory, or says why it cannot. Knows nothing of files, engines or jobs.

/** Why a font was not given; the words for it are the contract's, `detail` adds what only the host knows, if anything. */
export interface FontRefusal {
  readonly code: FontRefusalCode;
  readonly detail: string;
}

export type FontRefusalCode = "font_not_found" | "font_unreadable" | "font_too_large" | "path_forbidden" | "out_of_memory";

/**
 * Gives `bytes` bytes of the engine's memory to be filled at once, or undefined when there are none.
 * The view must not be kept: the next call into the engine may detach it.
 */
export type PlaceFont = (bytes: number) => Uint8Array | undefined;

/** Which bytes a font had when it was read; only its source can tell what it says. */
export type FontIdentity = string;

/** A supplier of fonts by path. Keeps no account of what was read: every reader holds the identities it got. */
export interface FontSource {
  /**
   * Reads the font at `path`: asks `place` once for its exact number of bytes and fills them.
   * @returns the identity of the bytes now in place, or the reason why there are none.
   */
  read(path: string, place: PlaceFont): FontIdentity | FontRefusal;
  /** Whether reading `path` would give the bytes with this identity again. */
  unchanged(path: string, identity: FontIdentity): boolean;
}
