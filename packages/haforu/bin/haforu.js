#!/usr/bin/env node
// The program's name for npm, which links it at install time: a clone has no dist/ then.

import * as nodeModule from "node:module";

// From Node 22.8: compiled code is kept in the temp folder. Where that cannot be written, nothing is kept.
nodeModule.enableCompileCache?.();

await import("../dist/bundle/main.js");
