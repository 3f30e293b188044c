// `npm start [-- DIR]`: runs the sample jobs through the command line as a user would, and leaves result lines, images
// and a contact sheet in out/ (or DIR). Needs nothing but what `npm ci` installs; asks nothing of the network.

import { spawnSync } from "node:child_process";
import { createWriteStream, mkdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { finished } from "node:stream/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { contactSheet, readEntries } from "haforu/report";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const OUT = resolve(process.argv[2] ?? join(ROOT, "out"));
const CLI = join(ROOT, "packages/haforu/bin/haforu.js");

/** Both shapes a batch takes: one job a line, and a JobSpec document. */
const SAMPLES = [
  { name: "jobs", file: "samples/jobs.jsonl", jobs: (text) => text.trim().split("\n") },
  { name: "instances", file: "samples/instances.json", jobs: (text) => JSON.parse(text).jobs },
];

/** The samples' font paths start at the project's root. */
process.chdir(ROOT);
mkdirSync(OUT, { recursive: true });

const lines = [];
const jobs = [];
let failed = false;
for (const sample of SAMPLES) {
  const results = join(OUT, `${sample.name}.results.jsonl`);
  const images = join(OUT, sample.name);
  // An earlier start's pictures and an interrupted one's results are replaced; nothing in the folder is removed.
  const args = ["batch", sample.file, "--output", results, "--out-dir", images, "--overwrite", "--stats"];
  const run = spawnSync(process.execPath, [CLI, ...args], { encoding: "utf8", stdio: ["ignore", "inherit", "pipe"] });
  if (run.status !== 0) {
    process.stderr.write(run.stderr);
    failed = true;
    if (run.status !== 1) process.exit(2);
  }
  lines.push(...readFileSync(results, "utf8").trim().split("\n"));
  jobs.push(...sample.jobs(readFileSync(sample.file, "utf8")));
}

const results = lines.map((line) => JSON.parse(line));
const sheet = join(OUT, "contact-sheet.html");
await writeSheet(sheet);
process.stdout.write(table(results));
process.stdout.write(summary(results, sheet));
process.exitCode = failed ? 1 : 0;

async function writeSheet(path) {
  const entries = readEntries({ results: lines, jobs, readPicture: (image) => readFileSync(resolve(ROOT, image)) });
  const file = createWriteStream(path);
  for await (const piece of contactSheet(entries, { title: "haforu: the sample jobs" })) file.write(piece);
  await finished(file.end());
}

function table(all) {
  const rows = all.map(({ id, status, rendering, metrics, timing, warnings, error }) =>
    status === "success"
      ? [
          id,
          rendering.format,
          `${rendering.width} x ${rendering.height}`,
          rendering.actual_bbox.join(" "),
          metrics === undefined ? "" : metrics.density.toFixed(4),
          `${timing.total_ms.toFixed(2)} ms`,
          (warnings ?? []).map((warning) => warning.code).join(", "),
        ]
      : [id ?? "", "error", "", "", "", "", `${error.code}: ${error.message}`],
  );
  const head = ["JOB", "FORMAT", "CANVAS", "INK (x y w h)", "DENSITY", "TIME", "WARNINGS"];
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  const right = new Set([4, 5]);
  const line = (row) => row.map((cell, i) => (right.has(i) ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join("  ");
  return `${[head, ...rows].map((row) => line(row).trimEnd()).join("\n")}\n`;
}

/** Short where it lies in the project, whole elsewhere. */
function shown(path) {
  const short = relative(ROOT, path);
  return short.startsWith("..") ? path : short;
}

function summary(all, path) {
  const good = all.filter((result) => result.status === "success").length;
  const warned = all.filter((result) => (result.warnings ?? []).length > 0).length;
  const milliseconds = all.reduce((sum, result) => sum + (result.timing?.total_ms ?? 0), 0);
  return `
${all.length} jobs: ${good} rendered (${warned} with warnings), ${all.length - good} failed; ${milliseconds.toFixed(1)} ms in the engine.
Result lines   ${shown(OUT)}/*.results.jsonl
Images         ${SAMPLES.map((sample) => `${shown(join(OUT, sample.name))}/`).join(" ")}
Contact sheet  ${path}
               ${pathToFileURL(path)}
`;
}
