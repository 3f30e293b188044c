// The program for a call of `haforu sql`: the build puts it and all that such a call needs into one CommonJS file, since a schema is built in less time than Node
// takes to find and load that many, or to get ready for ES modules.

import { runToExit } from "./exit.ts";
import { runProgram } from "./program.ts";

void runToExit(() => runProgram(process.argv.slice(2)));
