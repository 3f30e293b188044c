// Runs vitest over the built packages; arguments go through (a file name, -t NAME). Prints each skipped test with its name and a plain closing line.
// With CI=true a skipped test is a failure: what CI cannot run it must not call passed.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), "haforu-test-"));
const report = join(folder, "report.json");
const filtered = process.argv.slice(2).includes("-t");

const done = spawnSync(
  process.execPath,
  ["node_modules/vitest/vitest.mjs", "run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...process.argv.slice(2)],
  { cwd: root, stdio: "inherit" },
);
let status = done.status ?? 1;
try {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(readFileSync(report, "utf8"));
  const skipped = numPendingTests + numTodoTests;
  if (!filtered)
    for (const { name, assertionResults } of testResults)
      for (const { status: state, fullName } of assertionResults)
        if (state === "pending" || state === "skipped" || state === "todo") console.log(`skipped: ${fullName} (${name.slice(root.length + 1)})`);
  if (process.env.CI === "true" && skipped > 0 && !filtered) {
    console.error(`${skipped} tests were skipped, and CI=true counts that as a failure`);
    status ||= 1;
  }
  if (numPassedTests + numFailedTests === 0) {
    console.error("no test ran");
    status ||= 1;
  }
  console.log(`${numPassedTests} passed, ${numFailedTests} failed, ${skipped} skipped`);
} catch (cause) {
  console.error(`the test run left no report: ${cause}`);
  status ||= 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(status);
