export function matchCases(options: { cases: number; seed: number; size: number; budget: number }): {
  found: number;
  renders: number;
  msEach: number;
  missed: string[];
};
