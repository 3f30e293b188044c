export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly invert?: boolean;
  readonly ink: (x: number, y: number) => number;
}
export interface Measured {
  readonly inkDensity: number;
  readonly moments: readonly [number, number, number];
  readonly perimeter: number;
  readonly gapCount: number;
  readonly gaps: readonly (readonly [number, number])[];
  readonly gapVariation: number;
}
export function measureKernel(): Promise<{
  extended(picture: Picture, vertical?: boolean): Measured;
  reference(picture: Picture, vertical?: boolean): Pick<Measured, "moments" | "perimeter" | "gapCount">;
  variation(values: readonly number[]): number;
}>;
