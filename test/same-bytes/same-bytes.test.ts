// The same jobs give the same bytes: on Node 20 and Node 24, with one worker and with four, in a session and in a batch, twice in a row.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";

const JOBS = fileURLToPath(new URL("jobs.mjs", import.meta.url));
const CLI = fileURLToPath(new URL("../../packages/haforu/bin/haforu.js", import.meta.url));
const MOST_BYTES = 1 << 29;

function output(node: string, args: readonly string[], input?: string): string {
  return execFileSync(node, args, { encoding: "utf8", maxBuffer: MOST_BYTES, ...(input === undefined ? {} : { input }) });
}

/** Path of a Node of that major version: the running one, or npm's package of it; undefined when npm cannot get it. */
function nodeOf(major: number): string | undefined {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  try {
    const found = execFileSync("npx", ["-y", "-p", `node-${process.platform}-${process.arch}@${major}`, "node", "-p", "process.execPath"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
    // With scripts off npx may run the Node that is there: ask what it is.
    return output(found, ["-p", "process.versions.node"]).startsWith(`${major}.`) ? found : undefined;
  } catch {
    return undefined;
  }
}

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
let jobs: string;
let lines: string;

beforeAll(() => {
  jobs = output(process.execPath, [JOBS, "--jobs"]);
  lines = output(process.execPath, [JOBS, "--lines"]);
});

function batch(node: string, workers: number): string {
  return output(node, [CLI, "batch", "-", "--jobs", String(workers), "--no-timing", "--progress", "never"], jobs);
}

describe("same bytes", () => {
  test("every job is a success: there is something to compare", () => {
    const failed = lines
      .trim()
      .split("\n")
      .filter((line) => !line.includes('"status":"success"'));
    expect(failed.slice(0, 3)).toEqual([]);
    expect(new Set(lines.trim().split("\n")).size).toBeGreaterThan(300);
  });

  test("twice in a row", () => {
    expect(hash(output(process.execPath, [JOBS, "--lines"]))).toBe(hash(lines));
  });

  test.each([1, 4])("a batch with %i workers gives the session's lines", (workers) => {
    expect(hash(batch(process.execPath, workers))).toBe(hash(lines));
  });

  for (const major of [20, 24]) {
    test(`Node ${major}`, (context) => {
      const node = nodeOf(major);
      if (node === undefined) return context.skip(`npm cannot get Node ${major} for ${process.platform} ${process.arch}`);
      expect(hash(output(node, [JOBS, "--lines"]))).toBe(hash(lines));
      expect(hash(batch(node, 2))).toBe(hash(lines));
    });
  }
});
