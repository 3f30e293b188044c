// The kernel's exports: the ABI of haforu.wasm, and the drawing callbacks that the C side calls.

export * from "./abi/compare";
export * from "./abi/documents";
export * from "./abi/glyphs";
export * from "./abi/jobs";
export { hf_last_error, hf_result } from "./abi/last-error";
export * from "./abi/match";
export * from "./abi/module";
export * from "./abi/pictures";
export * from "./abi/stream";
export * from "./abi/structs";
export * from "./abi/sweep";
export { svgClose, svgCubicTo, svgLineTo, svgMoveTo, svgQuadTo } from "./encode/svg";
export { close, cubicTo, lineTo, moveTo, quadTo } from "./raster/raster";
