// `haforu diagnostics`: what a report of a fault should begin with: versions, machine, limits, and a self-test.

import { arch, availableParallelism, freemem, platform, release, totalmem } from "node:os";
import { LIMITS } from "@haforu/engine";
import { Command } from "commander";
import { EXIT_SOME_FAILED } from "./exit.ts";
import { print } from "./print.ts";
import { type SelfTest, selfTest } from "./self-test.ts";
import { versions } from "./versions.ts";

interface Diagnostics {
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly limits: Readonly<Record<string, number>>;
  readonly self_test: readonly SelfTest[];
}

export function command(): Command {
  return new Command("diagnostics")
    .description("Print versions, the machine's cores and memory, the limits, and run a self-test render.")
    .option("--json", "as one JSON object")
    .addHelpText(
      "after",
      `
Example:
  haforu diagnostics

Exit codes: 0 the self-test passed, 1 it did not, 2 the call was wrong.`,
    )
    .action(async (options: { readonly json?: boolean }) => {
      const found = diagnostics();
      const failed = found.self_test.some((test) => !test.passed);
      await print(options.json === true ? `${JSON.stringify(found)}\n` : readable(found));
      if (failed) process.exitCode = EXIT_SOME_FAILED;
    });
}

function diagnostics(): Diagnostics {
  return {
    versions: versions(),
    machine: {
      platform: `${platform()} ${release()} ${arch()}`,
      cores: availableParallelism(),
      memory_bytes: totalmem(),
      free_memory_bytes: freemem(),
      // 0 or more than the machine has: no limit is set for this process.
      memory_limit_bytes: Math.min(process.constrainedMemory() || totalmem(), totalmem()),
    },
    limits: Object.fromEntries(Object.entries(LIMITS).map(([name, value]) => [snakeCase(name), value])),
    self_test: selfTest(),
  };
}

/** As docs/jobs.md and the other parts of this output write names. */
function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function readable(found: Diagnostics): string {
  const machine = Object.entries(found.machine).map(([name, value]): [string, string] =>
    typeof value === "number" && name.endsWith("_bytes") ? [name.replace(/_bytes$/, ""), `${(value / 2 ** 30).toFixed(1)} GiB`] : [name, String(value)],
  );
  const tests = found.self_test.map((test): [string, string] => [test.name, test.passed ? "passed" : `FAILED: expected ${test.expected}, got ${test.got}`]);
  return [
    section("Versions", Object.entries(found.versions)),
    section("Machine", machine),
    section(
      "Limits",
      Object.entries(found.limits).map(([name, value]) => [name, String(value)]),
    ),
    section("Self-test", tests),
  ].join("\n");
}

function section(title: string, rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return `${title}\n${rows.map(([name, value]) => `  ${name.replaceAll("_", " ").padEnd(width)}${value}\n`).join("")}`;
}
