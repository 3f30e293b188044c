export interface TestPicture {
  readonly width: number;
  readonly height: number;
  readonly inverted: boolean;
  readonly data: Uint8Array;
}
type Pair = readonly [number, number];
export function compareKernel(): Promise<{
  compare(
    a: TestPicture,
    b: TestPicture,
    mode: "corner" | "center" | "ink",
    reach: number,
    wanted?: number,
  ): { readonly measures: readonly number[]; readonly shift: Pair; readonly frame: Pair };
  plain(a: Pair, b: Pair, frame: Pair): readonly number[];
  shifts(a: TestPicture, b: TestPicture, start: Pair, reach: number): { readonly fast: readonly number[]; readonly plain: readonly number[] };
  sums(a: Uint8Array, b: Uint8Array, skip: number, bytes: number): { readonly fast: readonly bigint[]; readonly plain: readonly bigint[] };
  resize(picture: TestPicture, width: number, height: number): { readonly fast: readonly number[]; readonly plain: readonly number[]; readonly behind: number };
}>;
