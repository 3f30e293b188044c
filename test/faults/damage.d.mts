// Types of damage.mjs, for tests in TypeScript.
export function random(seed: number): (below: number) => number;
export function damage(font: Uint8Array, seed: number): { bytes: Uint8Array; what: string; cut: boolean };
