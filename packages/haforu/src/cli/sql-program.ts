// The program for a call of `haforu sql`: the build puts it and all that such a call needs into one file, since a schema is built in less time than Node takes to
// find and load that many.

export { runProgram } from "./program.ts";
