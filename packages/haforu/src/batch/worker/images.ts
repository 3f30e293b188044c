// Writes a job's image to a file named from its id: written aside, then renamed, so that a name never holds half an
// image; never over another file unless asked to, and never over a file of the same run.

import { closeSync, fstatSync, linkSync, openSync, readFileSync, renameSync, statSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { ImageOutcome, ImageSink } from "../../session/job-loop.ts";
import type { ImageFolder } from "../messages.ts";
import { fileNameOf } from "./file-name.ts";

/** The ending of a file under way: its creation is also the lock on the name. */
const ASIDE = ".haforu-part";

/** The time at which `dir` would stamp a file made now: file systems have clocks of their own. */
export function folderClockNs(dir: string): bigint {
  const marker = join(dir, `.haforu-start-${process.pid}`);
  const file = openSync(marker, "w");
  try {
    return fstatSync(file, { bigint: true }).ctimeNs;
  } finally {
    closeSync(file);
    unlinkSync(marker);
  }
}

export class Images implements ImageSink {
  readonly #folder: ImageFolder;

  constructor(folder: ImageFolder) {
    this.#folder = folder;
  }

  write(id: string, extension: string, image: Uint8Array): ImageOutcome {
    const path = join(this.#folder.dir, fileNameOf(id, extension));
    try {
      return this.#place(path, image);
    } catch (error) {
      return { code: "output_failed", detail: (error as Error).message };
    }
  }

  #place(path: string, image: Uint8Array): ImageOutcome {
    const aside = `${path}${ASIDE}`;
    const file = this.#openAside(aside);
    if (file === undefined) return { code: "output_exists", detail: `${path} is being written by another job` };
    try {
      try {
        for (let done = 0; done < image.length; ) done += writeSync(file, image, done);
      } finally {
        closeSync(file);
      }
      return this.#publish(aside, path, image);
    } finally {
      removeIfThere(aside);
    }
  }

  /** Creates the file aside; one that is left from an earlier run is in nobody's use. */
  #openAside(aside: string): number | undefined {
    for (let attempt = 0; attempt < 2; attempt += 1) {
      try {
        return openSync(aside, "wx");
      } catch (error) {
        if (codeOf(error) !== "EEXIST") throw error;
        if (this.#ofThisRun(aside)) return undefined;
        removeIfThere(aside);
      }
    }
    return undefined;
  }

  #publish(aside: string, path: string, image: Uint8Array): ImageOutcome {
    const existing = statSync(path, { throwIfNoEntry: false });
    if (existing !== undefined) {
      const ofThisRun = this.#ofThisRun(path);
      // What is already there byte for byte is no conflict: a job that is run again finds its own image.
      if (existing.isFile() && existing.size === image.length && readFileSync(path).equals(image)) {
        // With leave to overwrite, the time of the file must say that it is of this run now: the next job of the same
        // id would take it for an older one.
        if (this.#folder.overwrite && !ofThisRun) renameSync(aside, path);
        return { path };
      }
      if (!this.#folder.overwrite) return { code: "output_exists", detail: `${path} is there already` };
      if (ofThisRun) return { code: "output_exists", detail: `${path} was written by a job of the same id` };
      renameSync(aside, path);
      return { path };
    }
    try {
      // A link is made only where nothing is: no other program's file is lost between the look and the act.
      linkSync(aside, path);
    } catch (error) {
      const code = codeOf(error);
      if (code === "EEXIST") return { code: "output_exists", detail: `${path} is there already` };
      if (code !== "EPERM" && code !== "ENOTSUP" && code !== "EOPNOTSUPP" && code !== "ENOSYS") throw error;
      renameSync(aside, path);
    }
    return { path };
  }

  #ofThisRun(path: string): boolean {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stats !== undefined && stats.ctimeNs >= this.#folder.runStartNs;
  }
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
