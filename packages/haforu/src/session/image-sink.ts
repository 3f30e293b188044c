// Where pictures go that are not to be in result lines, and how they are told apart.

export interface ImageSink {
  /**
   * Writes a picture. `image` is a view of the engine's memory, not to be kept; `extension` is "png", "pgm", "svg" or
   * "raw".
   */
  write(id: string, extension: string, image: Uint8Array): ImageOutcome;
}

export type ImageOutcome = { readonly path: string } | { readonly code: "output_exists" | "output_failed"; readonly detail: string };

/** The formats the engine writes, by their first bytes; raw has none. */
const SIGNATURES: readonly [extension: string, start: string][] = [
  ["png", "\x89PNG\r\n\x1a\n"],
  ["pgm", "P5\n"],
  ["svg", "<svg "],
];

/** What a picture's file is to be called. */
export function extensionOf(image: Uint8Array): string {
  const begins = (start: string): boolean => [...start].every((letter, i) => image[i] === letter.charCodeAt(0));
  return SIGNATURES.find(([, start]) => begins(start))?.[0] ?? "raw";
}
