// Writes blocks of result lines to a file descriptor, asynchronously (writing in place takes three to five times as
// long on a pipe), and waits until all is written: that is the backpressure.

import { writev } from "node:fs";
import { promisify } from "node:util";

const writeVectors: (fd: number, views: readonly NodeJS.ArrayBufferView[]) => Promise<{ bytesWritten: number }> = promisify(writev);
/** A pipe that another program made non-blocking says "not now" (EAGAIN) instead of waiting. */
const RETRY_MS = 2;

/** The reader of the output has gone. */
export class OutputClosed extends Error {}

export class Sink {
  readonly #fd: number;
  /** Bytes written so far. */
  bytes = 0;

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** @throws OutputClosed, or the file system's error. */
  async write(views: readonly Uint8Array[]): Promise<void> {
    let left = views;
    while (left.length > 0) {
      const written = await this.#writeSome(left);
      this.bytes += written;
      left = rest(left, written);
    }
  }

  async #writeSome(views: readonly Uint8Array[]): Promise<number> {
    try {
      return (await writeVectors(this.#fd, views)).bytesWritten;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === "EPIPE" || code === "ECONNRESET") throw new OutputClosed("the reader of the output has gone");
      if (code !== "EAGAIN") throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      return 0;
    }
  }
}

function rest(views: readonly Uint8Array[], written: number): readonly Uint8Array[] {
  if (written === 0) return views;
  let skip = written;
  for (const [index, view] of views.entries()) {
    if (skip < view.length) return [view.subarray(skip), ...views.slice(index + 1)];
    skip -= view.length;
  }
  return [];
}
