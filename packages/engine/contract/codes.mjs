// Every error and warning: stable number, message template, cause and cure; and the wording of JSON and job faults.
// A template's {name} is replaced by that argument; [ … ] is left out when the argument inside it is empty.
import { VERSION } from "./fields.mjs";
import { limit } from "./limits.mjs";

/** @typedef {{ code: string, number: number, args: readonly string[], message: string, field?: string, cause: string, cure: string }} ErrorEntry */

/** Numbers are for ever: a code that goes leaves a gap. @type {readonly ErrorEntry[]} */
export const errors = [
  {
    number: 1,
    code: "invalid_json",
    args: ["what", "place"],
    message: "not valid JSON: {what} at {place}",
    cause: "The line or document is not JSON as RFC 8259 has it, has a key twice in one object, or nests too deep.",
    cure: "Correct the text at the column given. Write it with a JSON library, one job a line.",
  },
  {
    number: 2,
    code: "invalid_job",
    args: ["what"],
    message: "{what}",
    cause: "A field is missing, unknown, of the wrong type or out of range. `problems` lists all of them when there is more than one.",
    cure: "Correct the fields named; docs/jobs.md has every field, `haforu schema` prints the JSON Schema.",
  },
  {
    number: 3,
    code: "font_not_found",
    args: ["path", "detail"],
    field: "font.path",
    message: "font.path: {path}: no such file[ ({detail})]",
    cause: "There is no file at the font's path.",
    cure: "Correct the path; a relative one starts at --base-dir, or else at the working directory.",
  },
  {
    number: 4,
    code: "font_unreadable",
    args: ["path", "detail"],
    field: "font.path",
    message: "font.path: {path}: the file could not be read[: {detail}]",
    cause: "The path is a directory, a pipe or a device, the permission is missing, or the disk failed.",
    cure: "Give the path of a regular file that this user may read.",
  },
  {
    number: 5,
    code: "font_invalid",
    args: ["path", "detail"],
    field: "font.path",
    message: "font.path: {path}: the font is damaged[: {detail}]",
    cause: "A table is cut short, missing or contradicts another, or the file does not unpack.",
    cure: "Get the font again, or rebuild it; `haforu fonts FILE` checks one.",
  },
  {
    number: 6,
    code: "font_too_large",
    args: ["path", "detail"],
    field: "font.path",
    message: `font.path: {path}: the font is larger than ${limit("font_bytes")} bytes[: {detail}]`,
    cause: "The file, or what a WOFF or WOFF2 file unpacks to, is over the limit.",
    cure: "Subset the font, or split the collection.",
  },
  {
    number: 7,
    code: "font_unsupported",
    args: ["path", "detail"],
    field: "font.path",
    message: "font.path: {path}: not a font this program reads[ ({detail})]; it reads TrueType, OpenType, collections, WOFF and WOFF2",
    cause: "The file is of another kind: Type 1, a bitmap font, an archive, a picture.",
    cure: "Convert the font to OpenType.",
  },
  {
    number: 8,
    code: "face_index_out_of_range",
    args: ["came", "path", "count"],
    field: "font.face_index",
    message: "font.face_index: got {came}, expected an index under {count}, the number of faces in {path}",
    cause: "The file has fewer faces than the index asks for; a file that is no collection has one face, index 0.",
    cure: "`haforu fonts FILE` lists the faces.",
  },
  {
    number: 9,
    code: "canvas_too_large",
    args: ["width", "height"],
    field: "rendering",
    message: `rendering: width × height is {width} × {height}, expected at most ${limit("canvas_area_px")} pixels in all`,
    cause: "Both sides are within their limits, but the canvas would be too large.",
    cure: "Reduce width or height, or use format metrics on a smaller canvas.",
  },
  {
    number: 10,
    code: "text_too_long",
    args: ["count"],
    field: "text.content",
    message: `text.content: got {count} characters, expected at most ${limit("text_code_points")}; split the text into several jobs`,
    cause: "The text has more code points than one job takes.",
    cure: "Split the text into several jobs.",
  },
  {
    number: 11,
    code: "timeout",
    args: ["detail"],
    message: "the job took longer than its time limit[ of {detail} ms]",
    cause: "The job did not end within --timeout-ms.",
    cure: "Raise --timeout-ms, or make the text or canvas smaller.",
  },
  {
    number: 12,
    code: "cancelled",
    args: ["detail"],
    message: "the job was cancelled[: {detail}]",
    cause: "The caller aborted the run while this job was being made.",
    cure: "Run it again; a batch with --resume goes on where it ended.",
  },
  {
    number: 13,
    code: "engine_fault",
    args: ["detail"],
    message: "the engine failed on this job and was replaced[: {detail}]",
    cause: "The job made the WebAssembly module trap, or its worker died. Other jobs are not affected.",
    cure: "This is a fault of this program: please report the job and its font.",
  },
  {
    number: 14,
    code: "out_of_memory",
    args: ["detail"],
    message: "not enough memory for this job[: {detail}]",
    cause: "The canvas, the font and what is cached do not fit into the memory there is.",
    cure: "Use a smaller canvas, a smaller --font-cache, or fewer --jobs.",
  },
  {
    number: 15,
    code: "path_forbidden",
    args: ["path", "detail"],
    field: "font.path",
    message: "font.path: {path}: not under the base directory[ {detail}]",
    cause: "--base-dir is given and the font's real path, after resolving links, lies outside.",
    cure: "Move the font under the directory, or give another --base-dir.",
  },
  {
    number: 16,
    code: "output_exists",
    args: ["detail"],
    message: "the output file exists already[: {detail}]",
    cause: "The file the image would go to is there already.",
    cure: "Give --overwrite, another --out-dir, or another id.",
  },
  {
    number: 17,
    code: "output_failed",
    args: ["detail"],
    message: "the output could not be written[: {detail}]",
    cause: "The disk is full, the directory is missing, or the permission is.",
    cure: "Make room or give another directory, then go on with --resume.",
  },
  {
    number: 18,
    code: "invalid_handle",
    args: ["detail"],
    message: "not a living handle[: {detail}]",
    cause: "The font, instance or canvas was released already, or belongs to another engine.",
    cure: "Use a handle only between its creation and its release, in the engine that made it.",
  },
  {
    number: 19,
    code: "invalid_argument",
    args: ["detail"],
    message: "invalid argument[: {detail}]",
    cause: "An argument of a call is of the wrong type or out of range.",
    cure: "The message names the argument and what it takes.",
  },
  {
    number: 20,
    code: "unsupported",
    args: ["detail"],
    message: "not supported[: {detail}]",
    cause: "The job asks for another version of the contract, or for what this program or machine does not have.",
    cure: `Write the job for version ${VERSION}, or update the program.`,
  },
  {
    number: 21,
    code: "internal",
    args: ["detail"],
    message: "internal error[: {detail}]",
    cause: "A state that should not exist.",
    cure: "This is a fault of this program: please report it.",
  },
  {
    number: 22,
    code: "instance_not_found",
    args: ["instance", "names"],
    field: "font.instance",
    message: "font.instance: the font has no instance named {instance}[; it has {names}]",
    cause: "The font has no named instance of that name, or no instances at all.",
    cure: "`haforu fonts FILE` lists the named instances; `font.variations` takes coordinates.",
  },
  {
    number: 23,
    code: "strict_warning",
    args: ["detail"],
    message: "{detail} (an error because warnings are errors here)",
    cause: "The job has a warning and --strict is given.",
    cure: "Do away with what `warnings` lists, or leave out --strict.",
  },
  {
    number: 24,
    code: "line_too_long",
    args: ["detail"],
    message: `the line is longer than ${limit("line_bytes")} bytes[: {detail}]`,
    cause: "One line of input is over the limit.",
    cure: "Put one job on a line; put long texts into several jobs.",
  },
];

/**
 * details: named fields of the warning's object, in order; they are the template's arguments too.
 * kind: text | number | code_points (integers in JSON, U+0041 in the message) | glyphs (integers).
 * @typedef {{ code: string, number: number, field?: string, details: readonly { name: string, kind: string, about: string }[], message: string, cause: string, cure: string }} WarningEntry
 */

/** @type {readonly WarningEntry[]} */
export const warnings = [
  {
    number: 1,
    code: "missing_glyph",
    field: "text.content",
    message: "the font has no glyph for {code_points} (in all: {count})",
    details: [
      { name: "code_points", kind: "code_points", about: `The first ${limit("warning_items")} different code points.` },
      { name: "count", kind: "number", about: "How many characters of the text have no glyph." },
    ],
    cause: "The font does not cover the text; .notdef (often a box) is drawn.",
    cure: "Use a font with these characters, or leave them out.",
  },
  {
    number: 2,
    code: "ink_clipped",
    field: "rendering",
    message: "ink lies outside the canvas: {left} px left of it, {top} px above, {right} px right, {bottom} px below",
    details: ["left", "top", "right", "bottom"].map((side) => ({
      name: side,
      kind: "number",
      about: `How far outlines reach past the ${side} edge, in pixels; 0: they do not.`,
    })),
    cause: "The text is larger than the canvas, or the pen starts too near an edge.",
    cure: "Enlarge the canvas, reduce font.size, or move rendering.origin.",
  },
  {
    number: 3,
    code: "axis_unknown",
    field: "font.variations",
    message: "font.variations.{axis}: the font has no such axis[; it has {axes}]",
    details: [
      { name: "axis", kind: "text", about: "The axis asked for." },
      { name: "axes", kind: "text", about: "The font's axes." },
    ],
    cause: "The font is not variable in that direction.",
    cure: "Leave the axis out; `haforu fonts FILE` lists the axes.",
  },
  {
    number: 4,
    code: "axis_clamped",
    field: "font.variations",
    message: "font.variations.{axis}: {given} is outside {min} to {max}; {used} is used",
    details: [
      { name: "axis", kind: "text", about: "The axis." },
      { name: "given", kind: "number", about: "What the job asks for." },
      { name: "used", kind: "number", about: "What is used." },
      { name: "min", kind: "number", about: "The axis' least value." },
      { name: "max", kind: "number", about: "The axis' greatest value." },
    ],
    cause: "The value is outside the axis' range.",
    cure: "Give a value inside the range.",
  },
  {
    number: 5,
    code: "feature_unknown",
    message: "the font has no feature {feature}; it changes nothing",
    details: [{ name: "feature", kind: "text", about: "The feature's tag." }],
    cause: "Neither GSUB nor GPOS (nor an AAT table) of the font has that feature.",
    cure: "Leave it out; `haforu fonts FILE` lists the features.",
  },
  {
    number: 6,
    code: "variations_on_static_font",
    field: "font.variations",
    message: "font.variations: the font has no axes; they change nothing",
    details: [],
    cause: "The font is static.",
    cure: "Leave `variations` out, or use the variable font.",
  },
  {
    number: 7,
    code: "invalid_utf8",
    message: "the job holds bytes that are not UTF-8, or half a surrogate pair; each was read as U+FFFD",
    details: [],
    cause: "The text was cut in the middle of a character, or is in another encoding.",
    cure: "Write the job as UTF-8.",
  },
  {
    number: 8,
    code: "outline_missing",
    field: "text.content",
    message: "{count} glyphs have no outline and are not drawn: {glyphs}",
    details: [
      { name: "glyphs", kind: "glyphs", about: `The first ${limit("warning_items")} different glyph ids.` },
      { name: "count", kind: "number", about: "How many glyphs of the text have none." },
    ],
    cause: "The font has bitmaps, SVG or colour layers only for these glyphs.",
    cure: "Use a font with outlines.",
  },
  {
    number: 20,
    code: "forced_cut",
    message: "the stream was cut at character {at} without a safe place for it: {held} characters are held, max_buffer has room for no more",
    details: [
      { name: "at", kind: "number", about: "The cluster id of the first character behind the cut." },
      { name: "held", kind: "number", about: "How many characters were held." },
    ],
    cause: "No boundary in a full buffer was safe: the font's tables mark everything as dependent, or the text is one long chain.",
    cure: "Raise max_buffer. The glyphs beside this place may differ from those of shaping the whole text at once.",
  },
  {
    number: 21,
    code: "cut_defect",
    message: "characters {from} to {to} were shaped again behind a cut and came out differently",
    details: [
      { name: "from", kind: "number", about: "The cluster id of the first character that was shaped again." },
      { name: "to", kind: "number", about: "The cluster id behind the last one." },
    ],
    cause: "A cut was made at a place that was not safe after all.",
    cure: "This is a fault of this program: please report the text and its font.",
  },
  {
    number: 22,
    code: "malformed_utf8",
    message: "the stream holds {count} ill-formed parts that are not UTF-8, the first at character {at}; each was read as U+FFFD",
    details: [
      { name: "at", kind: "number", about: "The cluster id of the first one." },
      { name: "count", kind: "number", about: "How many there are since the last flush." },
    ],
    cause: "The text is in another encoding, or was cut in the middle of a character at its end.",
    cure: "Give the stream UTF-8.",
  },
  {
    number: 23,
    code: "script_undecided",
    message: "the script of characters {at} and after was still open when max_buffer was full; they are shaped without one",
    details: [{ name: "at", kind: "number", about: "The cluster id of the run's first character." }],
    cause: "The text begins with more digits, spaces or signs than max_buffer holds, which take the script of the letters behind them.",
    cure: "Give the script, or raise max_buffer.",
  },
];

/** What is wrong with a call of a stream: goes into the {detail} of its error. */
export const streamFaults = [
  {
    name: "watermarks",
    args: ["high", "low", "max"],
    message: `high_watermark {high}, low_watermark {low}, max_buffer {max}: expected high_watermark over 0, low_watermark from 0 to high_watermark, max_buffer from high_watermark to ${limit("stream_buffer")}`,
  },
  { name: "first_cluster", args: ["came"], message: "first_cluster {came}: expected an integer from 0 to 2⁵³ − 1" },
  { name: "direction", args: ["came"], message: "direction {came}: expected 4 (ltr), 5 (rtl), 6 (ttb), 7 (btt), or 0 for a guess" },
  { name: "features", args: ["came"], message: "features: {came} is not in HarfBuzz's syntax" },
  { name: "feature_range", args: ["came"], message: "features: {came} has a range; in a stream a feature holds from its push to its pop" },
  { name: "feature_count", args: ["count"], message: `features: {count} at one place, expected at most ${limit("features")}` },
  { name: "depth", args: ["count"], message: `{count} pushes without their pops, expected at most ${limit("stream_depth")}` },
  { name: "pop", args: ["what"], message: "pop of {what} without a push of it before" },
  { name: "kind", args: ["came"], message: "pop of {came}: expected 1 (features), 2 (language), 3 (script), 4 (direction) or 5 (font)" },
  { name: "ended", args: [], message: "the stream has ended; it takes no more text and no more changes" },
  { name: "invariant", args: ["what"], message: "an invariant of the stream does not hold: {what}" },
  { name: "long", args: [], message: "the stream is longer than 2⁵³ characters" },
];

/** Names that go into stream faults as {what}. */
export const streamWords = ["features", "language", "script", "direction", "font", "aligned carry", "clusters in order", "valid cut", "progress"];

/** What is wrong with the JSON: goes into invalid_json's {what}. {came}: the text there. */
export const syntaxFaults = [
  { name: "empty", message: "the line is empty" },
  { name: "value", message: "expected a value[, got {came}]" },
  { name: "key", message: "expected a key in double quotes or a closing brace[, got {came}]" },
  { name: "colon", message: "expected a colon behind the key[, got {came}]" },
  { name: "comma_object", message: "expected a comma or a closing brace[, got {came}]" },
  { name: "comma_array", message: "expected a comma or a closing bracket[, got {came}]" },
  { name: "trailing", message: "unexpected text behind the end of the value[, got {came}]" },
  { name: "string_open", message: "the text ends inside a string" },
  { name: "control", message: "a control character inside a string; write it as \\n, \\t or \\u0000" },
  { name: "escape", message: "unknown escape in a string[, got {came}]" },
  { name: "hex", message: "expected four hexadecimal digits behind \\u" },
  { name: "number", message: "malformed number[ {came}]" },
  { name: "end", message: "the text ends too early" },
  { name: "duplicate", message: "the key {came} is there twice" },
  { name: "keys", message: `more than ${limit("object_keys")} keys in one object` },
  { name: "depth", message: `nested deeper than ${limit("json_depth")}` },
];

/** What is wrong with a field: goes into invalid_job's {what}. */
export const jobFaults = [
  { name: "wrong", args: ["field", "came", "expected", "cure"], message: "{field}: got {came}, expected {expected}[; {cure}]" },
  { name: "missing", args: ["field", "expected"], message: "{field} is missing, expected {expected}" },
  { name: "unknown", args: ["field", "advice"], message: "{field}: unknown field[; {advice}]" },
  { name: "version", args: ["came", "expected"], message: "version {came}: this program reads {expected}" },
  { name: "not_object", args: ["came", "expected"], message: "got {came}, expected {expected}" },
  { name: "duplicate_item", args: ["field", "came"], message: "{field}: {came} is there twice, expected different names" },
  { name: "too_many", args: ["field", "came", "expected"], message: "{field}: got {came} entries, expected {expected}" },
  { name: "too_long", args: ["field", "came", "expected"], message: "{field}: got {came} characters, expected {expected}" },
  {
    name: "encoding",
    args: ["field", "came"],
    message: '{field}: got "json" with format {came}, expected "base64" or "none"; only svg and metrics go as json',
  },
  { name: "empty_jobs", args: [], message: "jobs: got an empty array, expected at least one job" },
  { name: "op_and_job", args: ["field"], message: '{field}: unknown field; a line with "op" has "op" and "id" alone' },
];

/** Advice behind an unknown field. */
export const advice = {
  nearest: "did you mean {came}?",
  elsewhere: "it belongs at {came}",
  list: "the fields here are {came}",
};
