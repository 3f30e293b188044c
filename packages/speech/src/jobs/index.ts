// What the text engine's command line needs of speech for jobs; bundled as CommonJS, which a worker can load in the middle of a job.

export { type AudioSink, type JobOutcome, JobSpeaker, type SpokenFields } from "./speak-job.ts";
