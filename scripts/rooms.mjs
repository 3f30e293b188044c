// The arrows between the rooms: for each room the rooms that it may import. check-imports.mjs holds every import, dynamic import and `new URL()` to them.
// A room not listed here may import nothing but its own files and packages.

/** packages/haforu/src: cli → report, batch, shape → session → fonts → engine; report → compare → session. */
const haforu = {
  "": ["engine", "fonts", "session", "shape", "compare", "batch"],
  engine: [],
  fonts: ["engine"],
  session: ["fonts", "engine"],
  batch: ["session", "fonts", "engine"],
  shape: ["session", "fonts", "engine"],
  compare: ["session", "fonts", "engine"],
  report: ["compare", "session", "fonts", "engine"],
  cli: ["report", "compare", "batch", "shape", "session", "fonts", "engine"],
};

/** packages/engine/assembly: abi → job → encode, measure, compare, match → raster → shape → font → text, json. */
const below = {
  text: ["json"],
  json: [],
  font: ["text", "json"],
  shape: ["font", "text", "json"],
  raster: ["shape", "font", "text", "json"],
  encode: ["raster", "shape", "font", "text", "json"],
  measure: ["raster", "shape", "font", "text", "json"],
  compare: ["raster", "shape", "font", "text", "json"],
  match: [],
};
const assembly = {
  ...below,
  job: Object.keys(below),
  abi: ["job", ...Object.keys(below)],
  "": ["abi", "job", ...Object.keys(below)],
};

/** packages/sql/src: watch → build → engine → script, hash → filter → scan; input finds and orders files, check reads statements. */
const sql = {
  scan: [],
  filter: ["scan"],
  check: ["scan"],
  input: [],
  hash: ["input"],
  script: ["filter", "scan"],
  engine: ["script", "hash", "input", "filter", "scan"],
  build: ["engine", "script", "hash", "input", "check", "filter", "scan"],
  watch: ["build", "engine", "script", "hash", "input"],
  "": ["watch", "build", "engine", "script", "hash", "input", "check", "filter", "scan"],
};

/** packages/speech/src: pipeline → synth → config, captions; play → buffer → files → audio, engine. */
const speech = {
  audio: [],
  engine: [],
  captions: [],
  config: ["engine"],
  files: ["audio", "engine"],
  buffer: ["files", "audio", "engine"],
  play: ["buffer"],
  synth: ["config", "captions", "engine"],
  pipeline: ["synth", "play", "buffer", "config", "captions", "engine"],
  jobs: ["synth", "files", "config", "engine"],
  "": ["pipeline", "jobs", "synth", "play", "buffer", "files", "config", "captions", "audio", "engine"],
};

/**
 * One tree of rooms each. `open` are files and folders at the tree's top that every room may import: declarations and constants only.
 * Tests may import any room (they set up the rooms around the one they test), never another package's insides.
 */
export const TREES = [
  { root: "packages/haforu/src", rooms: haforu, open: ["version.ts"] },
  { root: "packages/engine/assembly", rooms: assembly, open: ["native", "native.ts", "generated"] },
  { root: "packages/sql/src", rooms: sql, open: ["version.ts", "errors.ts", "warnings.ts", "bytes.ts"] },
  { root: "packages/speech/src", rooms: speech, open: ["version.ts", "errors.ts", "optional-package.ts"] },
  { root: "packages/engine/src", rooms: { "": ["generated"], generated: [] }, open: [] },
];
