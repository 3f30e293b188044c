// The fields of a result line, in the order they are written. Knows nothing of how they are computed.
import { spokenFields, spokenShapes } from "./speech.mjs";

/** Of errors in a job's SSML. */
const ssmlPlace = [
  ["ssml_line", "number", "Line of the job's SSML document, counted from 1.", true],
  ["ssml_column", "number", "Column there in code points, counted from 1.", true],
];

/** type: TypeScript's, over the interfaces below. when: what makes the field appear. */
export const result = {
  Result: {
    about: "What one job gave: its fields in this order.",
    fields: [
      ["id", "string", "The job's id; absent only where a line had none that could be read.", true],
      ["status", '"success" | "error"', "Whether the job succeeded."],
      ["rendering", "ResultRendering", "The picture; of successes alone.", true],
      ["comparison", "Comparison", "How the pictures differ; of compare jobs alone.", true],
      ["sweep", "ResultSweep", "Of sweep jobs, in place of rendering, metrics, boxes, glyphs and hash.", true],
      ["metrics", "Metrics", "With include metrics, or format metrics.", true],
      ["boxes", "readonly Box[]", "With include boxes: one a cluster, in visual order.", true],
      ["glyphs", "readonly Glyph[]", "With include glyphs: in visual order.", true],
      ["hash", "string", "With include hash: SHA-256 of the canvas' bytes, 64 hexadecimal digits.", true],
      ...spokenFields,
      ["warnings", "readonly Warning[]", "What the job did not say right or the font could not do; absent when there is none.", true],
      ["font", "UsedFont", "The font as it was used.", true],
      ["text", "UsedText", "How the text was read.", true],
      ["with", "UsedWith", "What the picture was compared with; of compare jobs alone.", true],
      ["timing", "Timing", "Measured times, unless switched off.", true],
      ["error", "ResultError", "Of errors alone.", true],
    ],
  },
  ResultRendering: {
    about: "The picture of a result.",
    fields: [
      ["format", "Format", "As in the job."],
      ["encoding", "Encoding", "As in the job, or the format's default."],
      ["data", "string", "The picture, as the encoding has it.", true],
      ["path", "string", "The file that holds the picture, in place of data (--out-dir).", true],
      ["width", "number", "Canvas width in pixels."],
      ["height", "number", "Canvas height in pixels."],
      ["actual_bbox", "readonly [x: number, y: number, width: number, height: number]", "Box of the ink in pixels, y down; [0, 0, 0, 0]: no ink."],
    ],
  },
  Comparison: {
    about: "How two pictures differ over their frame (docs/metrics.md has each definition). A measure that was not asked for is absent.",
    fields: [
      ["width", "number", "Width of the frame in pixels."],
      ["height", "number", "Height of the frame in pixels."],
      ["shift", "readonly [x: number, y: number]", "How far the second picture stands right of and below the first, in pixels."],
      ["pixel_delta", "number", "Mean |a − b| / 255: 0 alike, 1 nothing alike.", true],
      ["pixel_delta_center", "number", "The same under a Gaussian about the frame's centre, σ = min(width, height) / 4.", true],
      ["rmse", "number", "√ mean (a − b)² / 255.", true],
      ["ssim", "number", "Mean structural similarity, −1 … 1; 1 alike.", true],
      ["iou", "number", "Σ min(a, b) / Σ max(a, b); 1 where neither has ink.", true],
    ],
  },
  UsedWith: {
    about: "What a picture was compared with: a font and text, or a picture file.",
    fields: [
      ["font", "UsedFont", "The font as it was used.", true],
      ["text", "UsedText", "How the text was read.", true],
      ["image", "string", "The picture file, as in the job.", true],
      ["image_size", "readonly [width: number, height: number]", "Its size in pixels.", true],
    ],
  },
  ResultSweep: {
    about: "The renders of a sweep.",
    fields: [
      ["renders", "number", "How many the whole sweep has: points times texts."],
      ["first", "number", "The first one made here, counted from 0."],
      ["texts", "readonly string[]", "The texts."],
      ["results", "readonly SweepItem[]", "One a render: for each point all texts."],
      ["shaped", "number", "How many times a text was shaped: less than the renders where the coordinates could not change it (docs/sweep.md)."],
    ],
  },
  SweepItem: {
    about: "One text at one point of the design space. What it holds is what a rendering job at these coordinates gives.",
    fields: [
      ["text", "number", "Index into texts."],
      ["instance", "string", "Name of the named instance, of points from `instances`.", true],
      ["coordinates", "Readonly<Record<string, number>>", "Design coordinates used, every axis of a variable font.", true],
      ["rendering", "ResultRendering", "The picture, unless the format is metrics.", true],
      ["metrics", "Metrics", "Always there."],
      ["boxes", "readonly Box[]", "With include boxes.", true],
      ["glyphs", "readonly Glyph[]", "With include glyphs.", true],
      ["hash", "string", "With include hash.", true],
      ["warnings", "readonly Warning[]", "Of this render; absent when there is none.", true],
    ],
  },
  Metrics: {
    about: "Measurements of the ink on the canvas (docs/metrics.md has each definition).",
    fields: [
      ["density", "number", "Σ ink / (255 · width · height)."],
      ["beam", "number", "Longest run of inked pixels in a row / width."],
      ["bbox", "readonly [x: number, y: number, width: number, height: number]", "Box of the ink in pixels."],
      ["ink_area", "number", "Σ ink / 255, in pixels."],
      ["centroid", "readonly [x: number, y: number] | null", "Centre of the ink in pixels; null: no ink."],
      ["aspect", "number | null", "Ink width / ink height; null: no ink."],
      ["advance", "readonly [x: number, y: number]", "Sum of the advances in pixels, y down."],
      ["ink_density", "number | null", "With include extended, as all below: Σ ink / (255 · area of the ink box); null: no ink.", true],
      ["moments", "readonly [xx: number, yy: number, xy: number] | null", "Central second moments of the ink in square pixels; null: no ink.", true],
      ["perimeter", "number", "Length of the ink's outline in pixels, estimated.", true],
      [
        "bearings",
        "readonly [start: number, end: number] | null",
        "From the pen's start to the ink, and from the ink to the pen's end, along the line, in pixels; null: no ink.",
        true,
      ],
      ["gap_count", "number", "Gaps without ink along the line, inside the ink box.", true],
      ["gaps", "readonly (readonly [start: number, length: number])[]", "The first of them in pixels of the canvas.", true],
      ["gap_variation", "number | null", "Standard deviation / mean of the gaps' lengths; null: fewer than two.", true],
      ["advance_variation", "number | null", "Standard deviation / mean of the advances of the clusters with ink; null: fewer than two.", true],
      ["width_rhythm", "number | null", "Mean of advance_variation and gap_variation, or the one that there is.", true],
      ["rendered_aspect", "number | null", "Ink width / ink height, averaged over the clusters with ink; null: none.", true],
      ["consistency", "number | null", "1 − standard deviation / mean of the ink density of the clusters with ink, at least 0; null: none.", true],
    ],
  },
  Box: {
    about: "One cluster of the text: characters that were shaped together.",
    fields: [
      ["text", "readonly [start: number, end: number]", "Code points of the job's text, half-open."],
      ["ink", "readonly [x: number, y: number, width: number, height: number]", "Box of its ink on the canvas in pixels, measured alone; all 0: none."],
      ["advance", "readonly [x: number, y: number, width: number, height: number]", "Box from pen to pen and from ascender to descender, in pixels."],
    ],
  },
  Glyph: {
    about: "One positioned glyph.",
    fields: [
      ["id", "number", "Glyph index in the font."],
      ["name", "string", "The font's name for it, or gidNNN."],
      ["cluster", "number", "Code point of the text it begins with."],
      ["advance", "readonly [x: number, y: number]", "In font units, y up."],
      ["offset", "readonly [x: number, y: number]", "In font units, y up."],
      ["advance_px", "readonly [x: number, y: number]", "In pixels, y down."],
      ["position_px", "readonly [x: number, y: number]", "Its origin on the canvas in pixels, y down."],
    ],
  },
  UsedFont: {
    about: "The font as it was used.",
    fields: [
      ["path", "string", "As in the job."],
      ["face_index", "number", "The face."],
      ["coordinates", "Readonly<Record<string, number>>", "Design coordinates used, every axis of a variable font.", true],
    ],
  },
  UsedText: {
    about: "How the text was read.",
    fields: [
      ["script", "string", "ISO 15924 code used."],
      ["direction", "Direction", "Direction used."],
      ["language", "string | null", "Language used; null: none."],
    ],
  },
  Timing: {
    about: "Times in ms, measured.",
    fields: [
      ["shape_ms", "number", "Shaping."],
      ["render_ms", "number", "Drawing, measuring and encoding."],
      ["total_ms", "number", "The whole job, from reading the line to the last byte of the result."],
    ],
  },
  ResultError: {
    about: "Why a job failed.",
    fields: [
      ["code", "ResultErrorCode", "Stable."],
      ["message", "string", "What came, what was expected, what to do."],
      ["field", "string", 'The job\'s field, such as "font.size".', true],
      ...ssmlPlace,
      ["line", "number", "Line of the input, counted from 1; of JSON Lines and documents.", true],
      ["problems", "readonly Problem[]", "All problems of the job, when there is more than one.", true],
      ["problem_count", "number", "How many problems there are, when more than `problems` lists.", true],
    ],
  },
  Problem: {
    about: "One of several problems of a job.",
    fields: [
      ["code", "ResultErrorCode", "Stable."],
      ["field", "string", "The job's field.", true],
      ["message", "string", "What came, what was expected, what to do."],
      ...ssmlPlace,
    ],
  },
  ...spokenShapes,
};
