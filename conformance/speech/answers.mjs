// Starts a host's runner on the lines of all groups of a kind, and gives its answers in their order.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { GROUPS } from "./suite.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * @param {import("./hosts.mjs").Host} host
 * @param {import("./suite.mjs").Kind} kind
 * @returns {{ lines: string[], problem?: string }} `problem`: why there are no answers.
 */
export function answersOf(host, kind) {
  const lines = GROUPS.filter((group) => group.kind === kind).flatMap(({ cases }) => cases.map(([, line]) => line));
  const folder = mkdtempSync(join(tmpdir(), "haforu-conformance-"));
  try {
    const file = join(folder, kind);
    writeFileSync(file, lines.map((line) => `${line}\n`).join(""));
    const [program, words, environment = {}] = host.command(kind, file);
    const done = spawnSync(program, words, { cwd: root, encoding: "utf8", maxBuffer: 1 << 28, env: { ...process.env, ...environment } });
    const answers = (done.stdout ?? "").split("\n").slice(0, -1);
    if (answers.length === lines.length && done.status === 0) return { lines: answers };
    const problem = `${kind}: ${answers.length} answers of ${lines.length}, exit code ${done.status}: ${done.error ?? ""}${(done.stderr ?? "").slice(-600)}`;
    return { lines: [], problem };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
