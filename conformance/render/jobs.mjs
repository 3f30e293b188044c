// The groups of jobs that every host must answer with the same bytes. Paths are relative to the repository's root; a job may be any text, also none that is JSON.
import { errors, files, json, warnings } from "./bad-jobs.mjs";
import { comparisons, fonts, formats, includes, places, scripts, sweeps, texts } from "./good-jobs.mjs";

/** @type {Readonly<Record<string, readonly (readonly [name: string, line: string])[]>>} */
export const JOBS = { formats, includes, fonts, scripts, texts, places, sweeps, comparisons, warnings, errors, files, json };
