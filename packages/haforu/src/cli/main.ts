#!/usr/bin/env node
// The `haforu` program: argv in, exit code out. A plain `render` takes the short way, every other call is commander's.
// Files that are not needed are not imported: each takes its part of a millisecond, and commander takes many.

import { earlyModule } from "./early-module.ts";

/** The exit code, or undefined for a call that commander must read. */
async function renderQuickly(words: readonly string[]): Promise<number | undefined> {
  // A call that ends before the module is asked for does not hear of its failure.
  earlyModule().catch(() => {});
  const [{ readQuickly }, { run }, { EXIT_OK, exitCodeOf }] = await Promise.all([import("./render-quick.ts"), import("./render.ts"), import("./exit.ts")]);
  const call = readQuickly(words);
  if (call === undefined) return undefined;
  try {
    await run(call.font, call.text, call.options);
    return EXIT_OK;
  } catch (error) {
    return exitCodeOf(error);
  }
}

const [first, ...rest] = process.argv.slice(2);
let exitCode = first === "render" ? await renderQuickly(rest) : undefined;
if (exitCode === undefined) {
  const { runProgram } = await (first === "sql" ? import("./sql-program.ts") : import("./program.ts"));
  exitCode = await runProgram(process.argv.slice(2));
}
process.exitCode = exitCode;
