// Types of recogniser.mjs.
export interface HeardWord {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}
export function recogniserMissing(): string | undefined;
export function recognise(folder: string, names: readonly string[]): Map<string, HeardWord[]>;
export function wordsOf(text: string): string[];
export function align(said: readonly string[], heard: readonly string[]): { readonly errors: number; readonly same: readonly (readonly [number, number])[] };
export function median(values: readonly number[]): number;
