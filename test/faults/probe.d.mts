// Types of probe.mjs, for tests in TypeScript.
export const CONTAINERS: readonly string[];
export class Probe {
  dispose(): void;
  try(key: string, seed: number): { outcome: string; problem: string | undefined };
  soundAsFresh(): boolean;
}
