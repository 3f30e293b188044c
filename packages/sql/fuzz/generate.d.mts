// What the tests see of generate.mjs.
export function text(seed: number): string;
