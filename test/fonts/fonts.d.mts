// Types of fonts.mjs, for tests in TypeScript.
export interface TestFont {
  readonly key: string;
  /** npm package that has the file; null: the file is in this repository. */
  readonly package: string | null;
  readonly file: string;
  readonly licence: string;
  readonly why: string;
  /** Faces in a collection; absent: one. */
  readonly faces?: number;
}
export const FONTS: readonly TestFont[];
export function fontPath(key: string): string;
