// Streams that wait: an async iteration and a pair of web streams over one feed. Input is asked for only when all flushes of the last are taken, so that
// a slow reader slows the source; an error on either side, and an abort, close the feed and the source.
import type { StreamStats } from "../engine/stream-calls.ts";
import { invalid } from "../session/check-request.ts";
import { Feed, type FlushReader } from "./feed.ts";
import { type Flush, readFlush } from "./shaper.ts";
import type { Shaping } from "./shaping.ts";
import type { ShapeInput, ShapeStreamOptions } from "./stream-options.ts";

/** Pieces of text and changes: an array, a generator, a stream. A string alone is taken as one piece. */
export type ShapeSource = string | Uint8Array | Iterable<ShapeInput> | AsyncIterable<ShapeInput> | ReadableStream<ShapeInput>;

/** Flushes of a source, as they become final; the generator's return value is what the stream did. */
export async function* shapeSource<T>(
  shaping: Shaping,
  source: ShapeSource,
  { font, signal, ...options }: ShapeStreamOptions,
  read: FlushReader<T>,
): AsyncGenerator<T, StreamStats, void> {
  const feed = new Feed(shaping, font, options, read);
  let iterator: Iterator<ShapeInput> | AsyncIterator<ShapeInput> | undefined;
  let exhausted = false;
  try {
    signal?.throwIfAborted();
    iterator = iteratorOf(source);
    for (;;) {
      const next = await abortable(iterator.next(), signal);
      if (next.done === true) break;
      for (const flush of feed.take(next.value)) {
        yield flush;
        signal?.throwIfAborted();
      }
    }
    exhausted = true;
    for (const flush of feed.end()) {
      yield flush;
      signal?.throwIfAborted();
    }
    return feed.stats;
  } catch (error) {
    // A source that threw has ended by itself; one that was left in the middle is told so below.
    if (iterator === undefined) exhausted = true;
    throw error;
  } finally {
    feed.close();
    // Not waited for: a source that is stuck in its next() would hold the error back for ever.
    if (!exhausted) Promise.resolve(iterator?.return?.()).catch(() => {});
  }
}

export function shapeFlushes(shaping: Shaping, source: ShapeSource, options: ShapeStreamOptions): AsyncGenerator<Flush, StreamStats, void> {
  return shapeSource(shaping, source, options, readFlush);
}

function iteratorOf(source: ShapeSource): Iterator<ShapeInput> | AsyncIterator<ShapeInput> {
  if (typeof source === "string" || ArrayBuffer.isView(source)) return [source as string | Uint8Array][Symbol.iterator]();
  const candidate = source as Partial<AsyncIterable<ShapeInput> & Iterable<ShapeInput> & ReadableStream<ShapeInput>> | null | undefined;
  if (typeof candidate?.[Symbol.asyncIterator] === "function") return (candidate as AsyncIterable<ShapeInput>)[Symbol.asyncIterator]();
  if (typeof candidate?.[Symbol.iterator] === "function") return (candidate as Iterable<ShapeInput>)[Symbol.iterator]();
  // Browsers whose streams cannot be iterated yet.
  if (typeof candidate?.getReader === "function") return readerIterator(candidate.getReader());
  throw invalid("source", "text, or an iterable, async iterable or ReadableStream of strings, Uint8Arrays and events", source);
}

function readerIterator(reader: ReadableStreamDefaultReader<ShapeInput>): AsyncIterator<ShapeInput> {
  return {
    next: async () => {
      const { done, value } = await reader.read();
      return done ? { done: true, value: undefined } : { done: false, value };
    },
    return: async () => {
      await reader.cancel();
      return { done: true, value: undefined };
    },
  };
}

/** The promise's outcome, or the signal's reason when that comes first. */
function abortable<T>(promise: T | PromiseLike<T>, signal: AbortSignal | undefined): T | PromiseLike<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    Promise.resolve(promise)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", abort));
  });
}

/** An input whose flushes are being read; settled when all are. */
interface Turn {
  readonly flushes: Generator<Flush, void, void>;
  readonly last: boolean;
  readonly done: () => void;
  readonly failed: (reason: unknown) => void;
}

/** A transform stream by hand: that of the platform takes no notice of its reader inside of one chunk, whose flushes would all be queued. */
export function shapePair(shaping: Shaping, { font, signal, ...options }: ShapeStreamOptions): TransformStream<ShapeInput, Flush> {
  const feed = new Feed(shaping, font, options, readFlush);
  let turn: Turn | undefined;
  let wake: (() => void) | undefined;
  let broken: { readonly reason: unknown } | undefined;
  let readers: ReadableStreamDefaultController<Flush> | undefined;
  let writers: WritableStreamDefaultController | undefined;

  const breakOff = (reason: unknown): void => {
    if (broken !== undefined) return;
    broken = { reason };
    signal?.removeEventListener("abort", abort);
    feed.close();
    turn?.failed(reason);
    turn = undefined;
    readers?.error(reason);
    writers?.error(reason);
    wake?.();
  };
  const abort = (): void => breakOff(signal?.reason);
  const offer = (flushes: Generator<Flush, void, void>, last: boolean): Promise<void> =>
    new Promise((done, failed) => {
      if (broken !== undefined) {
        failed(broken.reason);
        return;
      }
      turn = { flushes, last, done, failed };
      wake?.();
    });

  const readable = new ReadableStream<Flush>(
    {
      start: (controller) => {
        readers = controller;
      },
      pull: async (controller) => {
        for (;;) {
          if (broken !== undefined) return;
          if (turn === undefined) {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
            wake = undefined;
            continue;
          }
          const { flushes, last, done } = turn;
          let next: IteratorResult<Flush, void>;
          try {
            next = flushes.next();
          } catch (error) {
            breakOff(error);
            return;
          }
          if (next.done !== true) {
            controller.enqueue(next.value);
            return;
          }
          turn = undefined;
          done();
          if (!last) continue;
          signal?.removeEventListener("abort", abort);
          controller.close();
          return;
        }
      },
      cancel: (reason) => {
        // The reader's stream is closed already: only the writer's is left to break.
        readers = undefined;
        breakOff(reason ?? new DOMException("the reader of the shaped stream has gone", "AbortError"));
      },
    },
    // Nothing is made before it is asked for.
    { highWaterMark: 0 },
  );
  const writable = new WritableStream<ShapeInput>(
    {
      start: (controller) => {
        writers = controller;
      },
      write: (input) => offer(feed.take(input), false),
      close: () => offer(feed.end(), true),
      abort: (reason) => {
        writers = undefined;
        breakOff(reason);
      },
    },
    { highWaterMark: 1 },
  );
  if (signal?.aborted === true) abort();
  else signal?.addEventListener("abort", abort, { once: true });
  return { readable, writable };
}
