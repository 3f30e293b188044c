// What a caller may do to a running build: cancel it, and hear how far it is. Shared by the engines and the writing.

export interface Progress {
  readonly stage: "read" | "write";
  readonly done: number;
  readonly total: number;
  /** Bytes of contents so far in this stage. */
  readonly bytes: number;
}

export interface Control {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** How long the event loop waits for a build at most, in ms: within it signals are heard and progress is told. */
const SLICE_MS = 40;
/** Where other threads' results wait to be taken. */
export const SHARE_SLICE_MS = 10;

/** In ms, from the start of the process on: the first use of `performance` takes as long as reading a hundred files. */
const now = (): number => process.uptime() * 1000;

/** Gives the event loop a turn now and then. */
export class Turns {
  readonly #control: Control;
  readonly #sliceMs: number;
  #next: number;

  constructor(control: Control, sliceMs: number = SLICE_MS) {
    this.#control = control;
    this.#sliceMs = sliceMs;
    this.#next = now() + sliceMs;
    control.signal?.throwIfAborted();
  }

  /** Whether it is time for {@link take}: asked after each file, so that an await is paid for only where one is due. */
  due(): boolean {
    return now() >= this.#next;
  }

  /** @throws the signal's reason when the build is cancelled. */
  async take(progress: Progress): Promise<void> {
    this.#control.onProgress?.(progress);
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#control.signal?.throwIfAborted();
    this.#next = now() + this.#sliceMs;
  }
}
