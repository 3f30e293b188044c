// The program for a call of `haforu compare`: the build puts it and all that such a call needs into one file, and what a worker needs into another beside it, since two fonts
// are compared in less time than Node takes to find and load that many files in both.

export { runProgram } from "./program.ts";
