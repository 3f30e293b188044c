// One program at a time: a lock file holds the process id of the one at work. A lock whose process is gone (killed, or
// the machine fell) is taken over. Processes of other machines or containers are not seen from here.

import { closeSync, openSync, readFileSync, renameSync, unlinkSync, writeSync } from "node:fs";

/** Another process has the lock; the message is for the user. */
export class LockHeld extends Error {}

export class Lock {
  /** The id of the dead process that the lock was taken from. */
  readonly takenFrom: number | undefined;
  readonly #path: string;
  #held = true;

  private constructor(path: string, takenFrom: number | undefined) {
    this.#path = path;
    this.takenFrom = takenFrom;
    process.once("exit", this.release);
  }

  /** @throws LockHeld; the file system's error when the lock cannot be written. */
  static take(path: string): Lock {
    if (create(path)) return new Lock(path, undefined);
    const owner = ownerOf(path);
    if (owner === undefined || isAlive(owner)) {
      const who = owner === undefined ? "another process" : `process ${owner}`;
      throw new LockHeld(`${who} is writing there (${path}); if there is none, remove that file`);
    }
    removeOf(owner, path);
    // Another process may have been quicker: then it is the owner.
    if (!create(path)) throw new LockHeld(`another process is writing there (${path})`);
    return new Lock(path, owner);
  }

  /** May be called again. */
  readonly release = (): void => {
    if (!this.#held) return;
    this.#held = false;
    process.off("exit", this.release);
    unlinkIfThere(this.#path);
  };
}

function create(path: string): boolean {
  try {
    const file = openSync(path, "wx");
    try {
      writeSync(file, `${process.pid}\n`);
    } finally {
      closeSync(file);
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Undefined: gone again, or not (yet) a process id. */
function ownerOf(path: string): number | undefined {
  try {
    const text = readFileSync(path, "utf8");
    return /^[1-9]\d{0,9}\n$/.test(text) ? Number(text) : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Two processes may find the same dead owner: the second must not remove the first one's new lock. */
function removeOf(owner: number, path: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    // The other one has removed it already.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  if (ownerOf(aside) === owner) unlinkSync(aside);
  else renameSync(aside, path);
}

function isAlive(pid: number): boolean {
  // Containers count from 1 each time: a lock of this very number was left by an earlier process.
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and another user's.
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
