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

// Node ends a program whose last promise nobody can settle any more with 13 and not a word.
const onUnsettled = (): void => {
  if (process.exitCode === 13) process.stderr.write("haforu: unexpected failure, please report it: the program ended before its work was done\n");
};
process.on("exit", onUnsettled);
const [first, ...rest] = process.argv.slice(2);
let exitCode = first === "render" ? await renderQuickly(rest) : undefined;
if (exitCode === undefined) {
  const { runProgram } = await (first === "sql" ? import("./sql-program.ts") : first === "compare" ? import("./compare-program.ts") : import("./program.ts"));
  exitCode = await runProgram(process.argv.slice(2));
}
process.off("exit", onUnsettled);
process.exitCode = exitCode;
