#!/usr/bin/env node
// The program's name for npm, which links it at install time: a clone has no dist/ then.

import "../dist/cli/main.js";
