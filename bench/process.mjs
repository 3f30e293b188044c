// Runs a command as a user would and says what it cost: wall time, CPU time of the whole process with its threads, peak memory, bytes written.
// Linux alone (reads /proc): elsewhere it says so.
import { execFileSync, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** How often memory is read. The peak is the kernel's own high-water mark, so nothing is lost between two looks but the last few ms. */
const LOOK_MS = 20;
const TICKS_PER_S = 100;

function look(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return {
      peakBytes: Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024,
      residentBytes: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024,
      cpuS: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S,
    };
  } catch {
    return undefined;
  }
}

/**
 * The same over a pipe of the kernel's, as a shell makes it, with `cat` at its other end (Node's own "pipe" is a pair of sockets, which costs a writer less).
 * `written` stays 0.
 * @param {string} command
 * @param {readonly string[]} args
 */
export async function runIntoPipe(command, args) {
  const path = join(tmpdir(), `haforu-bench-${process.pid}.fifo`);
  execFileSync("mkfifo", [path]);
  const reader = spawn("sh", ["-c", 'exec cat "$0" > /dev/null', path], { stdio: "ignore" });
  const read = new Promise((resolve) => reader.on("close", resolve));
  const pipe = openSync(path, "w");
  rmSync(path);
  const running = runProcess(command, args, { stdout: pipe });
  closeSync(pipe);
  const done = await running;
  await read;
  return done;
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ onLook?: (state: { residentBytes: number, written: number }) => void, stdout?: "pipe" | number }} options
 */
export async function runProcess(command, args, { onLook, stdout = "pipe" } = {}) {
  const start = performance.now();
  const child = spawn(command, args, { stdio: ["ignore", stdout, "pipe"] });
  let written = 0;
  let errors = "";
  child.stdout?.on("data", (chunk) => {
    written += chunk.length;
  });
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  let last;
  let done = false;
  const closed = new Promise((resolve) => child.on("close", resolve)).finally(() => {
    done = true;
  });
  const watch = (async () => {
    while (!done) {
      const state = look(child.pid);
      if (state !== undefined && state.peakBytes > 0) last = state;
      if (state !== undefined) onLook?.({ residentBytes: state.residentBytes, written });
      await sleep(LOOK_MS);
    }
  })();
  const status = await closed;
  const wallMs = performance.now() - start;
  await watch;
  if (last === undefined) throw new Error(`${command} ended before /proc was read (Linux alone is measured): ${errors}`);
  return { status, wallMs, cpuMs: last.cpuS * 1000, peakBytes: last.peakBytes, residentBytes: last.residentBytes, written, errors };
}
