// Comparing fonts, for the rooms above and the package's entry.
export { compareFonts, type FontComparison } from "./compare-fonts.ts";
export { type CompareFontsOptions, DEFAULT_IGNORES, type PictureMeasure, type Thresholds } from "./options.ts";
export type { DifferencePicture } from "./picture.ts";
export { recordLine } from "./record-line.ts";
export type { Change, ComparisonRecord, ComparisonSummary, Coordinates, Difference, Failure, Kind, Level, Value } from "./records.ts";
export { type CompareRunsOptions, compareRuns, type RunChange, type RunComparison, type RunDifference, type RunSummary } from "./runs.ts";
