#!/usr/bin/env node
// The program's name for npm, which links it at install time: a clone has no dist/ then.

import * as nodeModule from "node:module";

// From Node 22.8: compiled code is kept in the temp folder. Where that cannot be written, nothing is kept.
nodeModule.enableCompileCache?.();

if (process.argv[2] === "sql") {
  // A file of its own, without the rest of the program: a schema is built in less time than that takes to load.
  const { runProgram } = await import("../dist/bundle/sql.js");
  process.exitCode = await runProgram(process.argv.slice(2));
} else await import("../dist/bundle/main.js");
