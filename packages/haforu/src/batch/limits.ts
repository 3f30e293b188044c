// The named bounds of the batch machinery, each with its reason. Measured on two cores with lines of 350 bytes.

import { LIMITS } from "@haforu/engine";

/** Bytes of job lines in one chunk: smaller ones cost messages, for each of which the host takes a core from a worker; larger ones idleness. */
export const CHUNK_BYTES: number = 128 * 1024;

/** Lines in one chunk at most, however short and quick they are. */
export const CHUNK_LINES_MAX = 1024;

/** Lines in a chunk before anything is known about how long a job takes: small, so that every worker starts at once. */
export const CHUNK_LINES_FIRST = 8;

/**
 * A chunk should keep a worker busy for about this long: short, so that no worker is left alone with the last jobs. Against 8 ms and 64 KiB, 16 ms and 128 KiB
 * took 4 % less time for 100,000 jobs of 25 µs, 2 % less for 20,000, as long for 4,000.
 */
export const CHUNK_TARGET_MS = 16;

/**
 * Results of a chunk together, about: large results go one by one, so that workers take turns at the output; a worker
 * with several would fill its slabs and sleep while the other writes.
 */
export const CHUNK_RESULT_BYTES: number = 2 * 1024 * 1024;

/** Chunks a worker holds: the one it works on, and the next, so that it never waits for a message. */
export const CHUNKS_POSTED = 2;

/** Chunk buffers kept for the next lines. */
export const CHUNKS_POOLED = 64;

/** Input bytes held in all chunks together; a single longer line is still taken, alone. */
export const INPUT_BYTES_MAX: number = 128 * 1024 * 1024;

/** A job line may be this long; the rest of a longer one is read past, and the job is answered with an error. */
export const LINE_BYTES_MAX: number = LIMITS.lineBytes;

/** Bytes of a line over the limit that are kept, so that the answer can name the job. */
export const LINE_HEAD_BYTES = 4096;

/** A JobSpec document is read whole, so it has a limit; JSON Lines have none. */
export const DOCUMENT_BYTES_MAX: number = 512 * 1024 * 1024;

/** Results that wait for an earlier one, at most: a power of two. */
export const WINDOW_LINES: number = 32 * 1024;

/** Memory of a worker's slabs, which hold its results until they are written: room for two pictures of 3000 × 1200. */
export const CREDIT_BYTES: number = 12 * 1024 * 1024;

/** Slabs of a worker, at most: with slabs of the usual size the bytes end first. */
export const SLABS_MAX = 128;

/** Results travel in slabs of this size; a longer line has a slab of its own. */
export const PIECE_BYTES: number = 256 * 1024;

/** A finished result waits for others at most this long. */
export const PIECE_DELAY_MS = 20;

/** A block handed to the consumer ends after this many bytes or views. */
export const BLOCK_BYTES: number = 1024 * 1024;
export const BLOCK_VIEWS = 256;

/** A worker that ends this often in a row without having done a job is not started again: the batch fails. */
export const START_ATTEMPTS = 3;

/** The deadline is looked at this often within one time limit; a job may run over by two such steps (seen late at
 * its begin and at its end). */
export const DEADLINE_STEPS = 10;
export const DEADLINE_STEP_MIN_MS = 5;
export const DEADLINE_STEP_MAX_MS = 100;
