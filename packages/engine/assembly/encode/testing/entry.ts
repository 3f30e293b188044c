// The encode room alone, as a module for its tests and bench/encode.mjs: everything it offers, nothing else.
export * from "../base64";
export * from "../json-string";
export * from "../number";
export * from "../out";
export * from "../pgm";
export * from "../png";
export * from "../result";
export * from "../sha256";
export * from "../svg";
