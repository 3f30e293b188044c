#!/usr/bin/env node
// The program's name for npm, which links it at install time: a clone has no dist/ then. CommonJS, which a program that lives for milliseconds starts faster with.

"use strict";

// From Node 22.8: compiled code is kept in the temp folder. Where that cannot be written, nothing is kept.
require("node:module").enableCompileCache?.();

// A file of its own, without the rest of the program: a schema is built in less time than that takes to load.
if (process.argv[2] === "sql") require("../dist/bundle/sql.cjs");
else require("../dist/bundle/main.cjs");
