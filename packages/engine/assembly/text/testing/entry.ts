// The room's Unicode data and grapheme rules alone, as a module for its tests.
export { isConsonant, isDecimalDigit, isMark, isVirama } from "../classes";
export * from "../generated/properties";
export * from "../generated/scripts";
export { GRAPHEME_BOUNDARY, GRAPHEME_START, graphemeBoundary, graphemeStep } from "../grapheme";
