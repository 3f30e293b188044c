// Many small pieces of output to stdout in few writes; waits until each is taken, so that a slow reader slows the program, not fills its memory.
import { print } from "./print.ts";

/** What is gathered before it is written. */
const GATHER_BYTES: number = 64 << 10;

const encoder: TextEncoder = new TextEncoder();

export class LinePrinter {
  #buffer: Uint8Array = new Uint8Array(GATHER_BYTES);
  #used = 0;

  /** Copies the piece. */
  async write(piece: string | Uint8Array): Promise<void> {
    if (piece.length === 0) return;
    const bytes = typeof piece === "string" ? encoder.encode(piece) : piece;
    if (this.#used + bytes.length > GATHER_BYTES) await this.end();
    if (bytes.length > GATHER_BYTES) {
      await print(bytes.slice());
      return;
    }
    this.#buffer.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  /** Writes what is gathered. */
  async end(): Promise<void> {
    if (this.#used === 0) return;
    const bytes = this.#buffer.subarray(0, this.#used);
    this.#used = 0;
    // print waits until the bytes are taken: the buffer is free again then.
    await print(bytes);
  }
}
