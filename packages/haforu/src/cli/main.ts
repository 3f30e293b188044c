#!/usr/bin/env node
// The `haforu` program: argv in, exit code out. A plain `render` takes the short way, every other call is commander's.
// Files that are not needed are not imported: each takes its part of a millisecond, and commander takes many.

import { earlyModule } from "./early-module.ts";
import { EXIT_OK, exitCodeOf, runToExit } from "./exit.ts";

/** The exit code, or undefined for a call that commander must read. */
async function renderQuickly(words: readonly string[]): Promise<number | undefined> {
  // A call that ends before the module is asked for does not hear of its failure.
  earlyModule().catch(() => {});
  const [{ readQuickly }, { run }] = await Promise.all([import("./render-quick.ts"), import("./render.ts")]);
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
void runToExit(async () => {
  const code = first === "render" ? await renderQuickly(rest) : undefined;
  if (code !== undefined) return code;
  const { runProgram } = await (first === "compare" ? import("./compare-program.ts") : import("./program.ts"));
  return runProgram(process.argv.slice(2));
});
