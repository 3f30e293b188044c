// A thread with an engine of its own: jobs in, chunks out. It works at the oldest job that can go on; one whose reader is slow, or whose text has not come, waits
// while others go on. Between two chunks it looks for messages, so that a cancelled job ends after at most one chunk.

import { parentPort, workerData } from "node:worker_threads";
import { NEXT_CHUNK, NEXT_END, NEXT_NEED_VOICE, SpeechModule } from "../engine/boundary.ts";
import { SpeechError } from "../errors.ts";
import type { FromWorker, ToWorker, WorkerSetup } from "./messages.ts";
import { SampleSlot } from "./sample-slot.ts";
import { findVoiceFile, loadVoiceFile, missingVoice } from "./voice-files.ts";

interface Job {
  readonly id: number;
  readonly request: string;
  readonly voice: string;
  readonly folders: readonly string[];
  /** Frames a second, known from the first chunk on. */
  rate: number | undefined;
  /** 0 until it is opened. */
  handle: number;
  credit: number;
  /** Chunks that the host has. After a fault of another job the request runs again, and these are left out. */
  sent: number;
  skip: number;
  /** Text that came before it was opened or while it was not needed. */
  readonly fed: { readonly text: Uint8Array; readonly final: boolean }[];
  wantsText: boolean;
  /** Text was taken: the request cannot be run again. */
  consumedText: boolean;
}

const port = parentPort;
if (port === null) throw new Error("this file is a worker's entry");
const { module, slot: slotMemory } = workerData as WorkerSetup;
const slot = new SampleSlot(slotMemory);
let engine: SpeechModule | undefined;
/** In the order in which they came; an array for the reason of the pool's. */
const jobs: Job[] = [];
let working = false;
/** The host has heard that nothing is being done here, and has said nothing since. */
let idleSaid = false;

const room = (samples: number): Float32Array | undefined => slot.room(samples);

function send(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer);
}

port.on("message", (message: ToWorker) => {
  const job = jobs.find(({ id }) => id === message.job);
  idleSaid = false;
  if (message.kind === "open") {
    const { job: id, request, voice, folders, credit } = message;
    jobs.push({ id, request, voice, folders, rate: undefined, handle: 0, credit, sent: 0, skip: 0, fed: [], wantsText: false, consumedText: false });
  } else if (job === undefined) return;
  else if (message.kind === "credit") job.credit += message.chunks;
  else if (message.kind === "feed") {
    job.fed.push(message);
    job.wantsText = false;
  } else close(job);
  if (!working) void work();
});

async function work(): Promise<void> {
  working = true;
  for (;;) {
    const job = nextJob();
    if (job === undefined) break;
    try {
      step(job);
    } catch (error) {
      fail(job, error as Error);
    }
    // Messages are taken between two chunks.
    await new Promise((resolve) => setImmediate(resolve));
  }
  working = false;
  if (!idleSaid) send({ kind: "idle" });
}

/** The oldest that can go on. */
function nextJob(): Job | undefined {
  return jobs.find(({ credit, wantsText }) => credit > 0 && !wantsText);
}

/** One answer of the engine. */
function step(job: Job): void {
  engine ??= new SpeechModule(module);
  if (job.handle === 0) job.handle = engine.open(job.request);
  const fed = job.fed.shift();
  if (fed !== undefined) {
    engine.feed(job.handle, fed.text, fed.final);
    job.consumedText = true;
  }
  const status = engine.next(job.handle);
  if (status === NEXT_CHUNK) {
    if (job.skip > 0) {
      job.skip--;
      return;
    }
    const { samples, index, final, startFrame, times, consumed } = engine.chunk(job.handle, room);
    job.credit--;
    job.sent++;
    job.rate ??=
      (JSON.parse(job.request) as { sample_rate?: number }).sample_rate ?? (JSON.parse(engine.voiceInfo(job.voice)) as { sample_rate: number }).sample_rate;
    const last = final ? end(engine, job) : undefined;
    const inSlot = samples.buffer === slot.memory;
    if (inSlot) slot.fill();
    const carried = inSlot ? samples.length : samples;
    send(
      { kind: "chunk", job: job.id, samples: carried, rate: job.rate, index, final, startFrame, times, consumed, ...last },
      inSlot ? [] : [samples.buffer as ArrayBuffer],
    );
  } else if (status === NEXT_NEED_VOICE) bringVoice(engine, job);
  else if (status === NEXT_END) throw new SpeechError("internal", "the engine ended without a last chunk");
  else if (job.fed.length === 0) {
    job.wantsText = true;
    send({ kind: "need", job: job.id });
  }
}

/** What goes with the last chunk, so that one message ends a call. */
function end(of: SpeechModule, job: Job): { result: string; idle: boolean } {
  if (of.next(job.handle) !== NEXT_END) throw new SpeechError("internal", "the engine goes on after its last chunk");
  const result = of.result();
  close(job);
  idleSaid = nextJob() === undefined;
  return { result, idle: idleSaid };
}

function bringVoice(to: SpeechModule, job: Job): void {
  const name = to.needed();
  const path = findVoiceFile(name, job.folders);
  if (path === undefined) {
    to.refuseVoice(name, missingVoice(name, job.folders));
    return;
  }
  loadVoiceFile(to, name, path);
}

function close(job: Job): void {
  leave(job);
  if (job.handle !== 0) engine?.close(job.handle);
}

function leave(job: Job): void {
  const at = jobs.indexOf(job);
  if (at >= 0) jobs.splice(at, 1);
}

function fail(job: Job, error: Error): void {
  const known = error instanceof SpeechError ? error : new SpeechError("internal", String(error.stack));
  const fault = known.code === "engine_fault" || known.code === "internal" || known.code === "out_of_memory";
  if (fault) {
    // The instance is of no use any more; other jobs begin again in a fresh one and leave out what they have sent.
    engine = undefined;
    leave(job);
    for (const other of [...jobs]) {
      if (other.handle === 0) continue;
      other.handle = 0;
      other.skip = other.sent;
      if (other.consumedText) {
        leave(other);
        report(other, new SpeechError("engine_fault", "the engine stopped at another text and this one came in pieces that are gone: speak it again"));
      }
    }
  } else close(job);
  report(job, known);
}

function report(job: Job, { code, message, field, line, column }: SpeechError): void {
  send({ kind: "error", job: job.id, code, message, field, line, column });
}
