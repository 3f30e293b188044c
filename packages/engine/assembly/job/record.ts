// A checked job: what its line says, with the contract's defaults in place. Texts point into the line or into the arena.

/** Bits of Job.flags. */
export const JOB_REPLACED: u32 = 1; // bad UTF-8 or half a surrogate pair was read as U+FFFD

@unmanaged
export class Job {
  /** UTF-8, well-formed, not NUL-terminated; idLen 0: the line has no id that can be used. */
  id: usize;
  idLen: u32;
  path: usize;
  pathLen: u32;
  sizePx: f64;
  faceIndex: u32;
  /** instanceLen 0: none. */
  instance: usize;
  instanceLen: u32;
  /** {u32 tag (first letter most significant), u32 padding, f64 value} each, in the line's order. */
  variations: usize;
  variationCount: u32;
  /** {u32 ptr, u32 length} each, in HarfBuzz's syntax: the font's, then the text's. */
  features: usize;
  featureCount: u32;
  text: usize;
  textLen: u32;
  textCodePoints: u32;
  /** ISO 15924 tag, as written; 0: guessed. */
  script: u32;
  /** hb_direction_t; 0: guessed. */
  direction: u32;
  /** languageLen 0: none. */
  language: usize;
  languageLen: u32;
  /** FORMAT_…, ENCODING_… (the default is in place). */
  format: u32;
  encoding: u32;
  width: u32;
  height: u32;
  hasOrigin: u32;
  originX: f64;
  originY: f64;
  invert: u32;
  /** INCLUDE_… bits; INCLUDE_METRICS is set for format metrics. */
  include: u32;
  flags: u32;
  /** JOB_…: what is made of the text. */
  kind: u32;
  /** Of compare jobs: the picture file (imageLen 0: a second render, in a record of its own), ALIGN_…, how far ALIGN_INK looks, MEASURE_… bits. */
  image: usize;
  imageLen: u32;
  imageInvert: u32;
  mode: u32;
  reach: u32;
  measures: u32;
  /** OP_…: the line asks the program itself; then only id is set besides. 0: a job. */
  op: u32;
}
