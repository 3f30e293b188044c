// What the text engine's command line needs of speech for jobs: a job is spoken at once, what takes time to get ready is awaited before.

export { prepareFlac } from "../files/flac.ts";
export { SPEECH_SCHEMA } from "./schema.ts";
export { type AudioSink, type JobError, type JobOutcome, JobSpeaker, type SpokenFields } from "./speak-job.ts";
