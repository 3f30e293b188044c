// One process at a time: test files run in processes side by side, and some make the same thing.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Waits until this process alone has the file: test files run in processes side by side.
 * @param {string} path
 * @returns {() => void} gives it up
 */
export function lock(path) {
  mkdirSync(dirname(path), { recursive: true });
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: "wx" });
      return () => rmSync(path);
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
    }
    // Left by a process that was ended in the middle.
    if (!isAlive(path)) rmSync(path, { force: true });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
}

/** @param {string} path */
function isAlive(path) {
  try {
    // Between making the file and writing to it, it is empty.
    const owner = readFileSync(path, "utf8");
    if (owner !== "") process.kill(Number(owner), 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}
