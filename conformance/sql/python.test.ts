// The Python host's cases and tests, run by Python where there is one; and that the cases are what their generator writes.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** 3.10 is the oldest that the host supports. */
const { stdout } = spawnSync("python3", ["-c", "import sys; print(sys.version_info >= (3, 10))"], { encoding: "utf8" });
const missing = stdout?.trim() !== "True";

test.skipIf(missing)("haforu.sql gives the same order, bytes and hashes (needs python3, 3.10 or newer)", () => {
  const ran = spawnSync("python3", ["-W", "error", "-m", "unittest", "discover", "-s", "hosts/python/tests", "-p", "test_sql*.py"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  expect(ran.stderr).toMatch(/Ran \d+ tests[\s\S]*OK/);
  expect(ran.status).toBe(0);
});

test.skipIf(missing)("cases.json is what make.py writes (needs python3, 3.10 or newer)", () => {
  const ran = spawnSync("python3", ["conformance/sql/make.py", "--check"], { cwd: ROOT, encoding: "utf8" });
  expect(ran.stderr).toBe("");
  expect(ran.status).toBe(0);
});
