// The rasteriser alone, as a module for tests and for the accuracy benchmark: everything of raster.ts, and a look at what must be zero.
import { accumulatorBytes, accumulatorState } from "../accumulator";

export * from "../../measure/measures";
export * from "../raster";
export { accumulatorBytes, accumulatorState };
