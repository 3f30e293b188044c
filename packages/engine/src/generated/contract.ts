// Generated from packages/engine/contract by emit.mjs. Do not edit: change the contract and run `node packages/engine/contract/emit.mjs`.

/** Version of the contract; `version` of a job. */
export const CONTRACT_VERSION = "1.0" as const;

/** Formats of a picture. */
export const FORMATS = ["pgm", "png", "svg", "raw", "metrics"] as const;
export type Format = (typeof FORMATS)[number];

/** Encodings of a picture in a result line. */
export const ENCODINGS = ["base64", "binary", "json", "none"] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** Directions of text. */
export const DIRECTIONS = ["ltr", "rtl", "ttb", "btt"] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** What else a result can hold. */
export const INCLUDES = ["metrics", "boxes", "glyphs", "hash", "extended"] as const;
export type Include = (typeof INCLUDES)[number];

/** How two pictures are laid over each other. */
export const ALIGN_MODES = ["corner", "center", "ink"] as const;
export type AlignMode = (typeof ALIGN_MODES)[number];

/** What can be measured of two pictures. */
export const COMPARE_MEASURES = ["pixel_delta", "pixel_delta_center", "rmse", "ssim", "iou"] as const;
export type CompareMeasure = (typeof COMPARE_MEASURES)[number];

/** Orders of results. */
export const ORDERS = ["input", "completion"] as const;
export type Order = (typeof ORDERS)[number];

/** Modes a document may name. */
export const MODES = ["batch", "stream"] as const;
export type Mode = (typeof MODES)[number];

/** What a stream can ask of the program itself. */
export const OPS = ["ping", "warm_up", "stats"] as const;
export type OpName = (typeof OPS)[number];

/** Every error code of the engine. */
export const ERROR_CODES = ["invalid_json", "invalid_job", "font_not_found", "font_unreadable", "font_invalid", "font_too_large", "font_unsupported", "face_index_out_of_range", "canvas_too_large", "text_too_long", "timeout", "cancelled", "engine_fault", "out_of_memory", "path_forbidden", "output_exists", "output_failed", "invalid_handle", "invalid_argument", "unsupported", "internal", "instance_not_found", "strict_warning", "line_too_long", "image_not_found", "image_unreadable", "image_invalid", "image_too_large", "image_unsupported", "axis_not_found", "sweep_empty", "sweep_too_large"] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** Every warning code of the engine. */
export const WARNING_CODES = ["missing_glyph", "ink_clipped", "axis_unknown", "axis_clamped", "feature_unknown", "variations_on_static_font", "invalid_utf8", "outline_missing", "sweep_clamped", "sample_on_no_axis", "forced_cut", "cut_defect", "malformed_utf8", "script_undecided", "ligature_undecided"] as const;
export type WarningCode = (typeof WARNING_CODES)[number];

/** Codes that errors of jobs with speech have beside the engine's. */
export const SPOKEN_ERROR_CODES = ["speech_ssml_invalid", "speech_text_too_long", "speech_voice_not_found", "speech_voice_invalid", "speech_package_missing", "speech_output_failed"] as const;
export type SpokenErrorCode = (typeof SPOKEN_ERROR_CODES)[number];

/** Codes of warnings of what is spoken. */
export const SPOKEN_WARNING_CODES = ["speech_characters_skipped", "speech_language_unsupported", "speech_element_unknown", "speech_attribute_invalid", "speech_sentence_cut", "speech_clipped", "speech_warnings_dropped"] as const;
export type SpokenWarningCode = (typeof SPOKEN_WARNING_CODES)[number];

/** Every code that a result's error may have. */
export type ResultErrorCode = ErrorCode | SpokenErrorCode;

/** Every code that a result's warnings may have. */
export type ResultWarningCode = WarningCode | SpokenWarningCode;

/** A code's number (the module's status is its negative), why it happens and what to do. */
export interface CodeInfo {
  readonly number: number;
  readonly cause: string;
  readonly cure: string;
}

export const ERRORS: Readonly<Record<ErrorCode, CodeInfo>> = {
  invalid_json: { number: 1, cause: "The line or document is not JSON as RFC 8259 has it, has a key twice in one object, or nests too deep.", cure: "Correct the text at the column given. Write it with a JSON library, one job a line." },
  invalid_job: { number: 2, cause: "A field is missing, unknown, of the wrong type or out of range. `problems` lists all of them when there is more than one.", cure: "Correct the fields named; docs/jobs.md has every field, `haforu schema` prints the JSON Schema." },
  font_not_found: { number: 3, cause: "There is no file at the font's path.", cure: "Correct the path; a relative one starts at --base-dir, or else at the working directory." },
  font_unreadable: { number: 4, cause: "The path is a directory, a pipe or a device, the permission is missing, or the disk failed.", cure: "Give the path of a regular file that this user may read." },
  font_invalid: { number: 5, cause: "A table is cut short, missing or contradicts another, or the file does not unpack.", cure: "Get the font again, or rebuild it; `haforu fonts FILE` checks one." },
  font_too_large: { number: 6, cause: "The file, or what a WOFF or WOFF2 file unpacks to, is over the limit.", cure: "Subset the font, or split the collection." },
  font_unsupported: { number: 7, cause: "The file is of another kind: Type 1, a bitmap font, an archive, a picture.", cure: "Convert the font to OpenType." },
  face_index_out_of_range: { number: 8, cause: "The file has fewer faces than the index asks for; a file that is no collection has one face, index 0.", cure: "`haforu fonts FILE` lists the faces." },
  canvas_too_large: { number: 9, cause: "Both sides are within their limits, but the canvas would be too large.", cure: "Reduce width or height, or use format metrics on a smaller canvas." },
  text_too_long: { number: 10, cause: "The text has more code points than one job takes.", cure: "Split the text into several jobs." },
  timeout: { number: 11, cause: "The job did not end within --timeout-ms.", cure: "Raise --timeout-ms, or make the text or canvas smaller." },
  cancelled: { number: 12, cause: "The caller aborted the run while this job was being made.", cure: "Run it again; a batch with --resume goes on where it ended." },
  engine_fault: { number: 13, cause: "The job made the WebAssembly module trap, or its worker died. Other jobs are not affected.", cure: "This is a fault of this program: please report the job and its font." },
  out_of_memory: { number: 14, cause: "The canvas, the font and what is cached do not fit into the memory there is.", cure: "Use a smaller canvas, a smaller --font-cache, or fewer --jobs." },
  path_forbidden: { number: 15, cause: "--base-dir is given and the file's real path, after resolving links, lies outside.", cure: "Move the file under the directory, or give another --base-dir." },
  output_exists: { number: 16, cause: "The file the image would go to is there already.", cure: "Give --overwrite, another --out-dir, or another id." },
  output_failed: { number: 17, cause: "The disk is full, the directory is missing, or the permission is.", cure: "Make room or give another directory, then go on with --resume." },
  invalid_handle: { number: 18, cause: "The font, instance or canvas was released already, or belongs to another engine.", cure: "Use a handle only between its creation and its release, in the engine that made it." },
  invalid_argument: { number: 19, cause: "An argument of a call is of the wrong type or out of range.", cure: "The message names the argument and what it takes." },
  unsupported: { number: 20, cause: "The job asks for another version of the contract, or for what this program or machine does not have.", cure: "Write the job for version 1.0, or update the program." },
  internal: { number: 21, cause: "A state that should not exist.", cure: "This is a fault of this program: please report it." },
  instance_not_found: { number: 22, cause: "The font has no named instance of that name, or no instances at all.", cure: "`haforu fonts FILE` lists the named instances; `font.variations` takes coordinates." },
  strict_warning: { number: 23, cause: "The job has a warning and --strict is given.", cure: "Do away with what `warnings` lists, or leave out --strict." },
  line_too_long: { number: 24, cause: "One line of input is over the limit.", cure: "Put one job on a line; put long texts into several jobs." },
  image_not_found: { number: 25, cause: "There is no file at the picture's path.", cure: "Correct the path; a relative one starts at --base-dir, or else at the working directory." },
  image_unreadable: { number: 26, cause: "The path is a directory, a pipe or a device, the permission is missing, or the disk failed.", cure: "Give the path of a regular file that this user may read." },
  image_invalid: { number: 27, cause: "The file's header, checksums or data do not hold together, or a pixel has an index that the palette does not have.", cure: "Write the picture again." },
  image_too_large: { number: 28, cause: "A side, the area or the file is over its limit.", cure: "Reduce or crop the picture." },
  image_unsupported: { number: 29, cause: "The file is of another kind.", cure: "Convert the picture to PNG." },
  axis_not_found: { number: 30, cause: "A grid or a point names an axis that the font does not have, so that its renders would be the same.", cure: "Leave the axis out; `haforu fonts FILE` lists the axes." },
  sweep_empty: { number: 31, cause: "The font has no named instances, or the window that `first` asks for lies behind the last render.", cure: "Give a grid, points or a sample, or a smaller `first`." },
  sweep_too_large: { number: 32, cause: "Points times texts are over the limit of renders, or the pictures of one line over the limit of pixels.", cure: "Take fewer steps, or several jobs; pictures in files (--out-dir) have no limit of pixels." },
};

export const WARNINGS: Readonly<Record<WarningCode, CodeInfo>> = {
  missing_glyph: { number: 1, cause: "The font does not cover the text; .notdef (often a box) is drawn.", cure: "Use a font with these characters, or leave them out." },
  ink_clipped: { number: 2, cause: "The text is larger than the canvas, or the pen starts too near an edge.", cure: "Enlarge the canvas, reduce font.size, or move rendering.origin." },
  axis_unknown: { number: 3, cause: "The font is not variable in that direction.", cure: "Leave the axis out; `haforu fonts FILE` lists the axes." },
  axis_clamped: { number: 4, cause: "The value is outside the axis' range.", cure: "Give a value inside the range." },
  feature_unknown: { number: 5, cause: "Neither GSUB nor GPOS (nor an AAT table) of the font has that feature.", cure: "Leave it out; `haforu fonts FILE` lists the features." },
  variations_on_static_font: { number: 6, cause: "The font is static.", cure: "Leave `variations` out, or use the variable font." },
  invalid_utf8: { number: 7, cause: "The text was cut in the middle of a character, or is in another encoding.", cure: "Write the job as UTF-8." },
  outline_missing: { number: 8, cause: "The font has bitmaps, SVG or colour layers only for these glyphs.", cure: "Use a font with outlines." },
  sweep_clamped: { number: 9, cause: "A grid or a point reaches beyond the axis' range, so that several points may be the same.", cure: "Give values inside the range." },
  sample_on_no_axis: { number: 10, cause: "The font is static, or `font.variations` names all its axes, which a sample leaves where they are.", cure: "Leave the sample out, or name fewer axes." },
  forced_cut: { number: 20, cause: "No boundary in a full buffer was safe: the font's tables mark everything as dependent, or the text is one long chain.", cure: "Raise max_buffer. The glyphs beside this place may differ from those of shaping the whole text at once." },
  cut_defect: { number: 21, cause: "A cut was made at a place that was not safe after all.", cure: "This is a fault of this program: please report the text and its font." },
  malformed_utf8: { number: 22, cause: "The text is in another encoding, or was cut in the middle of a character at its end.", cure: "Give the stream UTF-8." },
  script_undecided: { number: 23, cause: "The text begins with more digits, spaces or signs than max_buffer holds, which take the script of the letters behind them.", cure: "Give the script, or raise max_buffer." },
  ligature_undecided: { number: 24, cause: "HarfBuzz numbers ligatures from 1 to 7 over a whole buffer, lookup after lookup. A mark inside of one ligature stands beside another that a different lookup has formed, and their numbers may be the same by chance.", cure: "Mostly the text is broken there (a mark that belongs to no letter). Shape the paragraph at once where it matters." },
};

/** One picture of one text in one font. */
export interface Job {
  /** Version of the contract the job is written for. Checked before everything else. Default: "1.0". */
  readonly version?: "1.0";
  /** The caller's name for the job; comes back in its result. */
  readonly id: string;
  /** Which font, how large, at which coordinates. */
  readonly font: JobFont;
  /** What to draw. */
  readonly text: JobText;
  /** What to make of it. A job has exactly one of `rendering`, `compare` and `sweep`. */
  readonly rendering?: JobRendering;
  /** What to compare its picture with. */
  readonly compare?: JobCompare;
  /** The text at many design coordinates of the font. */
  readonly sweep?: JobSweep;
  /** What to speak of it, besides; in batches and streams of jobs, not in sessions. */
  readonly speech?: JobSpeech;
}

/** The font of a job. */
export interface JobFont {
  /** The font file (TrueType, OpenType CFF or CFF2, collection, WOFF, WOFF2). A relative path is resolved by the host. */
  readonly path: string;
  /** Pixels per em. Takes a number over 0 and at most 10000. */
  readonly size: number;
  /** Design coordinates by axis tag. An axis that is not named stays at the instance's, or the font's, default; a value outside the axis' range is clamped with a warning. */
  readonly variations?: Readonly<Record<string, number>>;
  /** A named instance of a variable font, such as "SemiBold"; `variations` are applied on top. */
  readonly instance?: string;
  /** Which face of a collection, counted from 0. Takes an integer from 0 to 65535. Default: 0. */
  readonly face_index?: number;
  /** OpenType features of every text in this font: an array of strings or one string separated by commas, each in HarfBuzz's syntax (kern, -liga, ss01=1, smcp[0:5]). */
  readonly features?: string | readonly string[];
}

/** The text of a job and how to read it. */
export interface JobText {
  /** The text. Empty text gives a blank picture. */
  readonly content: string;
  /** ISO 15924 code. Default: guessed from the text. */
  readonly script?: string;
  /** Left to right, right to left, top to bottom, bottom to top. Default: the script's. */
  readonly direction?: Direction;
  /** BCP 47 tag; chooses the font's rules for that language. Default: none. */
  readonly language?: string;
  /** OpenType features of this text; applied after the font's: an array of strings or one string separated by commas, each in HarfBuzz's syntax (kern, -liga, ss01=1, smcp[0:5]). */
  readonly features?: string | readonly string[];
}

/** What to make: a picture, measurements, or both. */
export interface JobRendering {
  /** pgm: P5, 8-bit grey. png: 8-bit grey. svg: outlines as paths. raw: the canvas' bytes, row by row. metrics: no picture, `metrics` always included. */
  readonly format: Format;
  /** How `data` holds the picture in the JSON line. base64 (and binary, its other name): base64 of the file. json: an SVG as a JSON string. none: no `data`. Format metrics has no data, whatever the encoding. Default: base64 for pgm, png and raw; json for svg; none for metrics. */
  readonly encoding?: Encoding;
  /** Canvas width in pixels. Takes an integer from 1 to 32768. */
  readonly width: number;
  /** Canvas height in pixels. Width × height must be at most 268435456. Takes an integer from 1 to 32768. */
  readonly height: number;
  /** Where the pen starts: [x, y] in pixels from the upper left corner, y down. Default: [0, 0.75 × height]; for vertical text [width / 2, 0]. */
  readonly origin?: readonly [x: number, y: number];
  /** false: 255 is blank and 0 full ink. true: the other way round. Measurements are of ink either way. Default: false. */
  readonly invert?: boolean;
  /** What else the result holds: metrics, boxes of clusters, positioned glyphs, SHA-256 of the canvas' bytes; extended: metrics, and the extended ones with them. Default: none; metrics for format metrics. */
  readonly include?: readonly Include[];
}

/** What the job's picture is compared with: exactly one of `with` and `image`. Both are padded with blank to the larger size; measurements are of ink. */
export interface JobCompare {
  /** Canvas width in pixels. Takes an integer from 1 to 32768. */
  readonly width: number;
  /** Canvas height in pixels. Width × height must be at most 268435456. Takes an integer from 1 to 32768. */
  readonly height: number;
  /** Where the pen starts: [x, y] in pixels from the upper left corner, y down. Default: [0, 0.75 × height]; for vertical text [width / 2, 0]. */
  readonly origin?: readonly [x: number, y: number];
  /** A second picture on a canvas of the same size. */
  readonly with?: JobCompareWith;
  /** A picture file, PNG or binary PGM, black on white. A relative path is resolved by the host. */
  readonly image?: string;
  /** The picture file is white on black. Default: false. */
  readonly image_invert?: boolean;
  /** corner: both in the upper left corner. center: both in the middle. ink: the second is moved by whole pixels to where it differs least. Default: "corner". */
  readonly mode?: AlignMode;
  /** Mode ink: how many pixels are looked at in each direction around the place where the middles of the ink boxes meet. Takes an integer from 0 to 256. Default: 32. */
  readonly reach?: number;
  /** What is measured (docs/metrics.md); an empty array is all. Default: all. */
  readonly measures?: readonly CompareMeasure[];
}

/** The second picture of a comparison. */
export interface JobCompareWith {
  /** Its font. */
  readonly font: JobFont;
  /** Its text. Default: the job's. */
  readonly text?: JobText;
  /** Where the pen starts: [x, y] in pixels from the upper left corner, y down. Default: [0, 0.75 × height]; for vertical text [width / 2, 0]. */
  readonly origin?: readonly [x: number, y: number];
}

/** One or many texts at many design coordinates: all of `points`, `instances`, `grid` and `sample` that are given, in this order. */
export interface JobSweep {
  /** pgm: P5, 8-bit grey. png: 8-bit grey. svg: outlines as paths. raw: the canvas' bytes, row by row. metrics: no picture, `metrics` always included. Default: "metrics". */
  readonly format?: Format;
  /** How `data` holds the picture in the JSON line. base64 (and binary, its other name): base64 of the file. json: an SVG as a JSON string. none: no `data`. Format metrics has no data, whatever the encoding. Default: base64 for pgm, png and raw; json for svg; none for metrics. */
  readonly encoding?: Encoding;
  /** Canvas width in pixels. Takes an integer from 1 to 32768. */
  readonly width: number;
  /** Canvas height in pixels. Width × height must be at most 268435456. Takes an integer from 1 to 32768. */
  readonly height: number;
  /** Where the pen starts: [x, y] in pixels from the upper left corner, y down. Default: [0, 0.75 × height]; for vertical text [width / 2, 0]. */
  readonly origin?: readonly [x: number, y: number];
  /** false: 255 is blank and 0 full ink. true: the other way round. Measurements are of ink either way. Default: false. */
  readonly invert?: boolean;
  /** What else the result holds: metrics, boxes of clusters, positioned glyphs, SHA-256 of the canvas' bytes; extended: metrics, and the extended ones with them. Default: none; metrics for format metrics. */
  readonly include?: readonly Include[];
  /** More texts beside text.content, read the same way, each rendered at every point. All together may have 65536 code points. Default: none. */
  readonly texts?: readonly string[];
  /** Design coordinates, an object of axis tags a point; an axis that is not named stays where `font` puts it. Default: none. */
  readonly points?: readonly Readonly<Record<string, number>>[];
  /** true: all named instances of the font, in its order. Default: false. */
  readonly instances?: boolean;
  /** By axis tag: {"min", "max", "steps"} (evenly from min to max, both included; one step: min), an array of values, or one value. All combinations; the last axis changes fastest. Default: none. */
  readonly grid?: Readonly<Record<string, SweepAxis>>;
  /** A low-discrepancy sample of the design space. */
  readonly sample?: SweepSample;
  /** The first render to make, counted from 0: a sweep can be made in parts. Takes an integer from 0 to 262144. Default: 0. */
  readonly first?: number;
  /** How many renders to make, at most. Takes an integer from 1 to 262144. Default: all. */
  readonly count?: number;
}

/** Points of the Halton sequence in the box of all axes that font.variations does not name (docs/sweep.md). */
export interface SweepSample {
  /** How many points. Takes an integer from 1 to 262144. */
  readonly count: number;
  /** Moves the sequence along each axis; 0: the plain sequence. Takes an integer from 0 to 4294967295. Default: 0. */
  readonly seed?: number;
}

/** A line of the stream that asks the program itself: ping answers, warm_up makes every worker ready, stats counts jobs, caches and memory. */
export interface Op {
  /** What is asked. */
  readonly op: OpName;
  /** Comes back in the answer. */
  readonly id?: string;
}

/** A JobSpec document: jobs and how to run them. The same jobs, one a line without the document around them, are the stream format. */
export interface JobDocument {
  /** Version of the contract the job is written for. Checked before everything else. Default: "1.0". */
  readonly version?: "1.0";
  /** Checked; changes nothing. Default: "batch". */
  readonly mode?: Mode;
  /** What the command line's flags can say; a flag wins. */
  readonly config?: DocumentConfig;
  /** The jobs, at least one. Each is checked by itself: a bad job costs no other. */
  readonly jobs: readonly Job[];
}

/** How to run a document's jobs. Where output goes is the caller's to say, not the document's. */
export interface DocumentConfig {
  /** Worker threads (--jobs). Takes an integer from 1 to 256. Default: the machine's cores. */
  readonly jobs?: number;
  /** Order of the results (--order). Default: "input". */
  readonly order?: Order;
  /** Time limit of one job in ms; 0: none (--timeout-ms). Takes an integer from 0 to 86400000. Default: 0. */
  readonly timeout_ms?: number;
  /** Warnings are errors (--strict). Default: false. */
  readonly strict?: boolean;
  /** Results carry `timing` (--no-timing). Default: true. */
  readonly timing?: boolean;
  /** Fonts must lie under this directory after resolving links; relative paths start here (--base-dir). Default: none. */
  readonly base_dir?: string;
  /** Bytes of fonts kept in memory, over all workers (--font-cache). Takes an integer from 1048576 to 1099511627776. Default: 536870912. */
  readonly font_cache?: number;
  /** Font instances kept, over all workers (--max-fonts). Takes an integer from 1 to 1000000. Default: 512. */
  readonly max_fonts?: number;
}

/** What to speak, and how. Jobs are spoken by `renderJobs`, `haforu batch` and `haforu stream` where @haforu/speech is installed, and in Python by haforu-speech (docs/speech.md). Without `text` and `ssml` the job's text.content is spoken. */
export interface JobSpeech {
  /** Plain text; at most 16 MiB of UTF-8. Not together with `ssml`. Default: text.content. */
  readonly text?: string;
  /** An SSML 1.1 document; at most 16 MiB of UTF-8. */
  readonly ssml?: string;
  /** One of `haforu voices`. Default: "slt". */
  readonly voice?: string;
  /** BCP 47. Default: "en-US". */
  readonly language?: string;
  /** Times the voice's own speed. Default: 1. */
  readonly rate?: number;
  /** Semitones from the voice's own. Default: 0. */
  readonly pitch?: number;
  /** dB. Default: 0. */
  readonly volume?: number;
  /** Frames a second. Default: the voice's own. */
  readonly sample_rate?: number;
  /** Two are alike. Default: 1. */
  readonly channels?: 1 | 2;
  /** Of resampling. Default: "standard". */
  readonly quality?: string;
  /** Which times the result has. Default: ["words", "sentences", "marks"]. */
  readonly include?: readonly ("words" | "phonemes" | "sentences" | "marks")[];
  /** The audio file; raw: float32 samples, little endian; none: times alone. Default: "wav". */
  readonly format?: "wav" | "flac" | "raw" | "none";
  /** How the audio stands in the line. Default: "base64". */
  readonly encoding?: "base64" | "none";
  /** Of a sample; FLAC has 16 and 24. Default: 16. */
  readonly bits?: 16 | 24 | 32 | "float";
  /** Written into the file. */
  readonly title?: string;
}

/** A job that is spoken and not drawn. */
export interface SpeechJob {
  /** Version of the contract the job is written for. Checked before everything else. Default: "1.0". */
  readonly version?: "1.0";
  /** The caller's name for the job; comes back in its result. */
  readonly id: string;
  /** What to speak where `speech` has neither text nor ssml. */
  readonly text?: JobText;
  /** What to speak, and how. */
  readonly speech: JobSpeech;
}

/** The values of one axis of a grid: evenly from min to max (both included; one step: min), these, or one. */
export type SweepAxis = { readonly min: number; readonly max: number; readonly steps: number } | readonly number[] | number;

/** What a result may hold besides its id and status. */
export interface ResultFields {
  /** The picture; of successes alone. */
  readonly rendering?: ResultRendering;
  /** How the pictures differ; of compare jobs alone. */
  readonly comparison?: Comparison;
  /** Of sweep jobs, in place of rendering, metrics, boxes, glyphs and hash. */
  readonly sweep?: ResultSweep;
  /** With include metrics, or format metrics. */
  readonly metrics?: Metrics;
  /** With include boxes: one a cluster, in visual order. */
  readonly boxes?: readonly Box[];
  /** With include glyphs: in visual order. */
  readonly glyphs?: readonly Glyph[];
  /** With include hash: SHA-256 of the canvas' bytes, 64 hexadecimal digits. */
  readonly hash?: string;
  /** The audio; of spoken jobs alone. */
  readonly speech?: ResultSpeech;
  /** Of spoken jobs, unless `include` leaves them out. */
  readonly words?: readonly SpokenWord[];
  /** Of spoken jobs that include phonemes: in the voice's own notation. */
  readonly phonemes?: readonly SpokenWord[];
  /** Of spoken jobs, unless `include` leaves them out. */
  readonly sentences?: readonly SpokenSentence[];
  /** Of spoken jobs, unless `include` leaves them out: SSML's marks. */
  readonly marks?: readonly SpokenMark[];
  /** What the job did not say right or the font could not do; absent when there is none. */
  readonly warnings?: readonly Warning[];
  /** The font as it was used. */
  readonly font?: UsedFont;
  /** How the text was read. */
  readonly text?: UsedText;
  /** What the picture was compared with; of compare jobs alone. */
  readonly with?: UsedWith;
  /** Measured times, unless switched off. */
  readonly timing?: Timing;
}

/** The result of a job that succeeded. */
export interface SuccessResult extends ResultFields {
  /** The job's id. */
  readonly id: string;
  readonly status: "success";
  readonly error?: never;
}

/** The result of a job that failed. */
export interface ErrorResult extends ResultFields {
  /** The job's id; absent only where a line had none that could be read. */
  readonly id?: string;
  readonly status: "error";
  readonly error: ResultError;
}

/** What one job gave: its fields in this order. */
export type Result = SuccessResult | ErrorResult;

/** The picture of a result. */
export interface ResultRendering {
  /** As in the job. */
  readonly format: Format;
  /** As in the job, or the format's default. */
  readonly encoding: Encoding;
  /** The picture, as the encoding has it. */
  readonly data?: string;
  /** The file that holds the picture, in place of data (--out-dir). */
  readonly path?: string;
  /** Canvas width in pixels. */
  readonly width: number;
  /** Canvas height in pixels. */
  readonly height: number;
  /** Box of the ink in pixels, y down; [0, 0, 0, 0]: no ink. */
  readonly actual_bbox: readonly [x: number, y: number, width: number, height: number];
}

/** How two pictures differ over their frame (docs/metrics.md has each definition). A measure that was not asked for is absent. */
export interface Comparison {
  /** Width of the frame in pixels. */
  readonly width: number;
  /** Height of the frame in pixels. */
  readonly height: number;
  /** How far the second picture stands right of and below the first, in pixels. */
  readonly shift: readonly [x: number, y: number];
  /** Mean |a − b| / 255: 0 alike, 1 nothing alike. */
  readonly pixel_delta?: number;
  /** The same under a Gaussian about the frame's centre, σ = min(width, height) / 4. */
  readonly pixel_delta_center?: number;
  /** √ mean (a − b)² / 255. */
  readonly rmse?: number;
  /** Mean structural similarity, −1 … 1; 1 alike. */
  readonly ssim?: number;
  /** Σ min(a, b) / Σ max(a, b); 1 where neither has ink. */
  readonly iou?: number;
}

/** What a picture was compared with: a font and text, or a picture file. */
export interface UsedWith {
  /** The font as it was used. */
  readonly font?: UsedFont;
  /** How the text was read. */
  readonly text?: UsedText;
  /** The picture file, as in the job. */
  readonly image?: string;
  /** Its size in pixels. */
  readonly image_size?: readonly [width: number, height: number];
}

/** The renders of a sweep. */
export interface ResultSweep {
  /** How many the whole sweep has: points times texts. */
  readonly renders: number;
  /** The first one made here, counted from 0. */
  readonly first: number;
  /** The texts. */
  readonly texts: readonly string[];
  /** One a render: for each point all texts. */
  readonly results: readonly SweepItem[];
  /** How many times a text was shaped: less than the renders where the coordinates could not change it (docs/sweep.md). */
  readonly shaped: number;
}

/** One text at one point of the design space. What it holds is what a rendering job at these coordinates gives. */
export interface SweepItem {
  /** Index into texts. */
  readonly text: number;
  /** Name of the named instance, of points from `instances`. */
  readonly instance?: string;
  /** Design coordinates used, every axis of a variable font. */
  readonly coordinates?: Readonly<Record<string, number>>;
  /** The picture, unless the format is metrics. */
  readonly rendering?: ResultRendering;
  /** Always there. */
  readonly metrics: Metrics;
  /** With include boxes. */
  readonly boxes?: readonly Box[];
  /** With include glyphs. */
  readonly glyphs?: readonly Glyph[];
  /** With include hash. */
  readonly hash?: string;
  /** Of this render; absent when there is none. */
  readonly warnings?: readonly Warning[];
}

/** Measurements of the ink on the canvas (docs/metrics.md has each definition). */
export interface Metrics {
  /** Σ ink / (255 · width · height). */
  readonly density: number;
  /** Longest run of inked pixels in a row / width. */
  readonly beam: number;
  /** Box of the ink in pixels. */
  readonly bbox: readonly [x: number, y: number, width: number, height: number];
  /** Σ ink / 255, in pixels. */
  readonly ink_area: number;
  /** Centre of the ink in pixels; null: no ink. */
  readonly centroid: readonly [x: number, y: number] | null;
  /** Ink width / ink height; null: no ink. */
  readonly aspect: number | null;
  /** Sum of the advances in pixels, y down. */
  readonly advance: readonly [x: number, y: number];
  /** With include extended, as all below: Σ ink / (255 · area of the ink box); null: no ink. */
  readonly ink_density?: number | null;
  /** Central second moments of the ink in square pixels; null: no ink. */
  readonly moments?: readonly [xx: number, yy: number, xy: number] | null;
  /** Length of the ink's outline in pixels, estimated. */
  readonly perimeter?: number;
  /** From the pen's start to the ink, and from the ink to the pen's end, along the line, in pixels; null: no ink. */
  readonly bearings?: readonly [start: number, end: number] | null;
  /** Gaps without ink along the line, inside the ink box. */
  readonly gap_count?: number;
  /** The first of them in pixels of the canvas. */
  readonly gaps?: readonly (readonly [start: number, length: number])[];
  /** Standard deviation / mean of the gaps' lengths; null: fewer than two. */
  readonly gap_variation?: number | null;
  /** Standard deviation / mean of the advances of the clusters with ink; null: fewer than two. */
  readonly advance_variation?: number | null;
  /** Mean of advance_variation and gap_variation, or the one that there is. */
  readonly width_rhythm?: number | null;
  /** Ink width / ink height, averaged over the clusters with ink; null: none. */
  readonly rendered_aspect?: number | null;
  /** 1 − standard deviation / mean of the ink density of the clusters with ink, at least 0; null: none. */
  readonly consistency?: number | null;
}

/** One cluster of the text: characters that were shaped together. */
export interface Box {
  /** Code points of the job's text, half-open. */
  readonly text: readonly [start: number, end: number];
  /** Box of its ink on the canvas in pixels, measured alone; all 0: none. */
  readonly ink: readonly [x: number, y: number, width: number, height: number];
  /** Box from pen to pen and from ascender to descender, in pixels. */
  readonly advance: readonly [x: number, y: number, width: number, height: number];
}

/** One positioned glyph. */
export interface Glyph {
  /** Glyph index in the font. */
  readonly id: number;
  /** The font's name for it, or gidNNN. */
  readonly name: string;
  /** Code point of the text it begins with. */
  readonly cluster: number;
  /** In font units, y up. */
  readonly advance: readonly [x: number, y: number];
  /** In font units, y up. */
  readonly offset: readonly [x: number, y: number];
  /** In pixels, y down. */
  readonly advance_px: readonly [x: number, y: number];
  /** Its origin on the canvas in pixels, y down. */
  readonly position_px: readonly [x: number, y: number];
}

/** The font as it was used. */
export interface UsedFont {
  /** As in the job. */
  readonly path: string;
  /** The face. */
  readonly face_index: number;
  /** Design coordinates used, every axis of a variable font. */
  readonly coordinates?: Readonly<Record<string, number>>;
}

/** How the text was read. */
export interface UsedText {
  /** ISO 15924 code used. */
  readonly script: string;
  /** Direction used. */
  readonly direction: Direction;
  /** Language used; null: none. */
  readonly language: string | null;
}

/** Times in ms, measured. */
export interface Timing {
  /** Shaping. */
  readonly shape_ms: number;
  /** Drawing, measuring and encoding. */
  readonly render_ms: number;
  /** The whole job, from reading the line to the last byte of the result. */
  readonly total_ms: number;
}

/** Why a job failed. */
export interface ResultError {
  /** Stable. */
  readonly code: ResultErrorCode;
  /** What came, what was expected, what to do. */
  readonly message: string;
  /** The job's field, such as "font.size". */
  readonly field?: string;
  /** Line of the job's SSML document, counted from 1. */
  readonly ssml_line?: number;
  /** Column there in code points, counted from 1. */
  readonly ssml_column?: number;
  /** Line of the input, counted from 1; of JSON Lines and documents. */
  readonly line?: number;
  /** All problems of the job, when there is more than one. */
  readonly problems?: readonly Problem[];
  /** How many problems there are, when more than `problems` lists. */
  readonly problem_count?: number;
}

/** One of several problems of a job. */
export interface Problem {
  /** Stable. */
  readonly code: ResultErrorCode;
  /** The job's field. */
  readonly field?: string;
  /** What came, what was expected, what to do. */
  readonly message: string;
  /** Line of the job's SSML document, counted from 1. */
  readonly ssml_line?: number;
  /** Column there in code points, counted from 1. */
  readonly ssml_column?: number;
}

/** The audio of a spoken job. */
export interface ResultSpeech {
  /** As in the job, or the default. */
  readonly format: "wav" | "flac" | "raw" | "none";
  /** As in the job, or the default. */
  readonly encoding: "base64" | "none";
  /** The audio file, base64. */
  readonly data?: string;
  /** The file that holds the audio, in place of data (--out-dir). */
  readonly path?: string;
  /** The voice used. */
  readonly voice: string;
  /** The language used. */
  readonly language: string;
  /** Frames a second. */
  readonly sample_rate: number;
  /** Samples a frame. */
  readonly channels: 1 | 2;
  /** Length of the audio. */
  readonly frames: number;
  /** The same in seconds. */
  readonly duration: number;
  /** Largest absolute sample, 1 full scale. */
  readonly peak: number;
}

/** A word, or a phoneme, and when it is spoken. */
export interface SpokenWord {
  /** The word as spoken, or the phoneme's name. */
  readonly text: string;
  /** Seconds from the beginning of the audio. */
  readonly start: number;
  /** Seconds; half-open. */
  readonly end: number;
  /** First code point in the text. */
  readonly text_start: number;
  /** Code point behind the last; half-open. */
  readonly text_end: number;
}

/** When a sentence is spoken. */
export interface SpokenSentence {
  /** Seconds from the beginning of the audio. */
  readonly start: number;
  /** Seconds; half-open. */
  readonly end: number;
  /** First code point in the text. */
  readonly text_start: number;
  /** Code point behind the last; half-open. */
  readonly text_end: number;
}

/** A mark of SSML and when the speech passes it. */
export interface SpokenMark {
  /** As in the document. */
  readonly name: string;
  /** Seconds from the beginning of the audio. */
  readonly time: number;
  /** Code point of the text that follows. */
  readonly text_start: number;
}

/** A warning: its code, a sentence, and what it is about. */
export type Warning =
  | { readonly code: "missing_glyph"; readonly message: string; readonly code_points: readonly number[]; readonly count: number; }
  | { readonly code: "ink_clipped"; readonly message: string; readonly left: number; readonly top: number; readonly right: number; readonly bottom: number; }
  | { readonly code: "axis_unknown"; readonly message: string; readonly axis: string; readonly axes: string; }
  | { readonly code: "axis_clamped"; readonly message: string; readonly axis: string; readonly given: number; readonly used: number; readonly min: number; readonly max: number; }
  | { readonly code: "feature_unknown"; readonly message: string; readonly feature: string; }
  | { readonly code: "variations_on_static_font"; readonly message: string; }
  | { readonly code: "invalid_utf8"; readonly message: string; }
  | { readonly code: "outline_missing"; readonly message: string; readonly glyphs: readonly number[]; readonly count: number; }
  | { readonly code: "sweep_clamped"; readonly message: string; readonly axis: string; readonly given: number; readonly used: number; readonly min: number; readonly max: number; }
  | { readonly code: "sample_on_no_axis"; readonly message: string; }
  | { readonly code: "forced_cut"; readonly message: string; readonly at: number; readonly held: number; }
  | { readonly code: "cut_defect"; readonly message: string; readonly from: number; readonly to: number; }
  | { readonly code: "malformed_utf8"; readonly message: string; readonly at: number; readonly count: number; }
  | { readonly code: "script_undecided"; readonly message: string; readonly at: number; }
  | { readonly code: "ligature_undecided"; readonly message: string; readonly from: number; readonly to: number; }
  | {
      readonly code: SpokenWarningCode;
      readonly message: string;
      /** First code point of what is meant. */
      readonly text_start?: number;
      /** Code point behind its last; half-open. */
      readonly text_end?: number;
      /** Line of the SSML document, from 1. */
      readonly line?: number;
      /** Column in code points, from 1. */
      readonly column?: number;
      /** What was left out, of speech_characters_skipped. */
      readonly characters?: string;
    };

/** Limits of the contract; docs/jobs.md has the reasons. */
export const LIMITS = {
  /** bytes of one input line: the longest text with every character escaped takes under 1 MiB; a line past this is not a job. */
  lineBytes: 67108864,
  /** nested arrays and objects: a job nests 3 deep and a document 5; the reader recurses. */
  jsonDepth: 32,
  /** unknown keys or axes of one JSON object: each is compared with the others; no object of a job has more than 64. */
  objectKeys: 1024,
  /** code points of an id: it comes back in every result line and names a file. */
  idCodePoints: 1024,
  /** code points of a font's path: the longest path Linux takes is 4,096 bytes. */
  pathCodePoints: 4096,
  /** code points of an instance's name: names in fonts are short; longer ones are a mistake. */
  instanceCodePoints: 256,
  /** px per em: a letter then fills a third of the largest side; coordinates keep 1/256 px in a 32-bit float. */
  sizePx: 10000,
  /** magnitude of a design coordinate: fonts store coordinates as 16.16 fixed-point numbers. */
  axisValue: 32768,
  /** axes of one job: OpenType allows 65,535; the richest fonts known have under 40. */
  variations: 64,
  /** index of a face: HarfBuzz takes 16 bits. */
  faceIndex: 65535,
  /** features of one list: a font seldom has 100. */
  features: 256,
  /** value or position in a feature: nine digits always fit 32 bits. */
  featureValue: 999999999,
  /** code points of a text: a buffer of glyphs stays under 3 MB; longer texts are for streaming. */
  textCodePoints: 65536,
  /** code points that a stream may hold: as many as one text has; a buffer of glyphs stays under 3 MB. */
  streamBuffer: 65536,
  /** pushes of a stream without their pops: markup nests a few deep; each costs at every change. */
  streamDepth: 256,
  /** subtags of a language: BCP 47 tags in use have at most 8. */
  languageSubtags: 16,
  /** px: a side fits the rasteriser's 16-bit columns. */
  canvasSidePx: 32768,
  /** px: a canvas takes a byte a pixel: 256 MiB beside the fonts in a 4 GiB memory. */
  canvasAreaPx: 268435456,
  /** magnitude of an origin's coordinate in px: a 32-bit float still has 1/16 px there. */
  originPx: 1000000,
  /** px that aligning by ink looks around the place where the middles of the ink boxes meet: the shifts to look at grow with its square: 256 are 263,169. */
  alignReachPx: 256,
  /** renders of one match: at 1 px or 10,000 px a search has ended long before. */
  matchRenders: 1000000,
  /** texts of one match: each has a target, and every evaluation draws all of them. */
  matchTexts: 256,
  /** axes that one match moves: beyond, the sample it begins with is none. */
  matchAxes: 16,
  /** problems of one job: one broken line must not become a page; the rest are counted. */
  problemsListed: 32,
  /** bytes of the job quoted in a message: enough to recognise the value. */
  cameBytes: 48,
  /** warnings of one job: a job of 64 axes and 512 features could have one for each. */
  warnings: 100,
  /** code points or glyphs listed in one warning: a text in an uncovered script would list all of itself. */
  warningItems: 64,
  /** renders of a sweep: points times texts: their metrics fill a line of 90 MB and take some ten seconds. */
  sweepRenders: 262144,
  /** texts of a sweep beside the first: a script's letters are a few hundred; their glyphs are kept for every point. */
  sweepTexts: 1024,
  /** steps or values of one axis of a grid: fonts tell no more than 32,768 places of an axis apart. */
  sweepValues: 65536,
  /** gaps listed in metrics: a line of text has a few hundred; more are counted. */
  inkGaps: 1024,
  /** bytes of a font, packed or unpacked: the largest collections in use are under 200 MB; a packed font must not unpack without end. */
  fontBytes: 268435456,
  /** worker threads: each holds a module and its memory. */
  workers: 256,
  /** ms: a day; timers hold 24.8 days at most. */
  timeoutMs: 86400000,
  /** bytes: over any machine's memory. */
  fontCacheBytes: 1099511627776,
  /** bytes: below, most fonts are read again for every job. */
  fontCacheBytesMin: 1048576,
  /** instances: over any memory. */
  maxFonts: 1000000,
} as const;

/** What holds where a field is absent. */
export const DEFAULTS = {
  order: "input",
  timeoutMs: 0,
  strict: false,
  timing: true,
  fontCache: 536870912,
  maxFonts: 512,
  invert: false,
  faceIndex: 0,
} as const;

/** The encoding of a job that names none, by format. */
export const DEFAULT_ENCODING: Readonly<Record<Format, Encoding>> = {
  pgm: "base64",
  png: "base64",
  svg: "json",
  raw: "base64",
  metrics: "none",
};

/** Fields of a result line, in the order they are written. */
export const RESULT_FIELDS = ["id", "status", "rendering", "comparison", "sweep", "metrics", "boxes", "glyphs", "hash", "speech", "words", "phonemes", "sentences", "marks", "warnings", "font", "text", "with", "timing", "error"] as const;
