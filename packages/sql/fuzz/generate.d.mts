// What the tests see of generate.mjs.
export function random(seed: number): () => number;
export function text(seed: number): string;
