// The rasteriser alone, as a module for its tests and for bench/accuracy.mjs: everything it offers, and a look at what must be zero between pictures.
export * from "../../measure/measures";
export { accumulatorState } from "../accumulator";
export * from "../raster";
