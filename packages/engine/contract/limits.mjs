// Every limit of the contract: its name, its value, what it counts and why it is where it is. Knows nothing of fields or codes.

/** @typedef {{ name: string, value: number, unit: string, reason: string }} Limit */

/** @type {readonly Limit[]} */
export const limits = [
  {
    name: "line_bytes",
    value: 64 * 1024 * 1024,
    unit: "bytes of one input line",
    reason: "the longest text with every character escaped takes under 1 MiB; a line past this is not a job",
  },
  { name: "json_depth", value: 32, unit: "nested arrays and objects", reason: "a job nests 3 deep and a document 5; the reader recurses" },
  {
    name: "object_keys",
    value: 1024,
    unit: "unknown keys or axes of one JSON object",
    reason: "each is compared with the others; no object of a job has more than 64",
  },
  { name: "id_code_points", value: 1024, unit: "code points of an id", reason: "it comes back in every result line and names a file" },
  { name: "path_code_points", value: 4096, unit: "code points of a font's path", reason: "the longest path Linux takes is 4,096 bytes" },
  { name: "instance_code_points", value: 256, unit: "code points of an instance's name", reason: "names in fonts are short; longer ones are a mistake" },
  { name: "size_px", value: 10000, unit: "px per em", reason: "a letter then fills a third of the largest side; coordinates keep 1/256 px in a 32-bit float" },
  { name: "axis_value", value: 32768, unit: "magnitude of a design coordinate", reason: "fonts store coordinates as 16.16 fixed-point numbers" },
  { name: "variations", value: 64, unit: "axes of one job", reason: "OpenType allows 65,535; the richest fonts known have under 40" },
  { name: "face_index", value: 65535, unit: "index of a face", reason: "HarfBuzz takes 16 bits" },
  { name: "features", value: 256, unit: "features of one list", reason: "a font seldom has 100" },
  { name: "feature_value", value: 999999999, unit: "value or position in a feature", reason: "nine digits always fit 32 bits" },
  { name: "text_code_points", value: 65536, unit: "code points of a text", reason: "a buffer of glyphs stays under 3 MB; longer texts are for streaming" },
  {
    name: "stream_buffer",
    value: 65536,
    unit: "code points that a stream may hold",
    reason: "as many as one text has; a buffer of glyphs stays under 3 MB",
  },
  { name: "stream_depth", value: 256, unit: "pushes of a stream without their pops", reason: "markup nests a few deep; each costs at every change" },
  { name: "language_subtags", value: 16, unit: "subtags of a language", reason: "BCP 47 tags in use have at most 8" },
  { name: "canvas_side_px", value: 32768, unit: "px", reason: "a side fits the rasteriser's 16-bit columns" },
  { name: "canvas_area_px", value: 2 ** 28, unit: "px", reason: "a canvas takes a byte a pixel: 256 MiB beside the fonts in a 4 GiB memory" },
  { name: "origin_px", value: 1000000, unit: "magnitude of an origin's coordinate in px", reason: "a 32-bit float still has 1/16 px there" },
  {
    name: "align_reach_px",
    value: 256,
    unit: "px that aligning by ink looks around the place where the middles of the ink boxes meet",
    reason: "the shifts to look at grow with its square: 256 are 263,169",
  },
  { name: "match_renders", value: 1000000, unit: "renders of one match", reason: "at 1 px or 10,000 px a search has ended long before" },
  { name: "match_texts", value: 256, unit: "texts of one match", reason: "each has a target, and every evaluation draws all of them" },
  { name: "match_axes", value: 16, unit: "axes that one match moves", reason: "beyond, the sample it begins with is none" },
  { name: "problems_listed", value: 32, unit: "problems of one job", reason: "one broken line must not become a page; the rest are counted" },
  { name: "came_bytes", value: 48, unit: "bytes of the job quoted in a message", reason: "enough to recognise the value" },
  { name: "warnings", value: 100, unit: "warnings of one job", reason: "a job of 64 axes and 512 features could have one for each" },
  { name: "warning_items", value: 64, unit: "code points or glyphs listed in one warning", reason: "a text in an uncovered script would list all of itself" },
  {
    name: "sweep_renders",
    value: 2 ** 18,
    unit: "renders of a sweep: points times texts",
    reason: "their metrics fill a line of 90 MB and take some ten seconds",
  },
  {
    name: "sweep_texts",
    value: 1024,
    unit: "texts of a sweep beside the first",
    reason: "a script's letters are a few hundred; their glyphs are kept for every point",
  },
  { name: "sweep_values", value: 65536, unit: "steps or values of one axis of a grid", reason: "fonts tell no more than 32,768 places of an axis apart" },
  { name: "ink_gaps", value: 1024, unit: "gaps listed in metrics", reason: "a line of text has a few hundred; more are counted" },
  {
    name: "font_bytes",
    value: 256 * 1024 * 1024,
    unit: "bytes of a font, packed or unpacked",
    reason: "the largest collections in use are under 200 MB; a packed font must not unpack without end",
  },
  { name: "workers", value: 256, unit: "worker threads", reason: "each holds a module and its memory" },
  { name: "timeout_ms", value: 86400000, unit: "ms", reason: "a day; timers hold 24.8 days at most" },
  { name: "font_cache_bytes", value: 2 ** 40, unit: "bytes", reason: "over any machine's memory" },
  { name: "font_cache_bytes_min", value: 1024 * 1024, unit: "bytes", reason: "below, most fonts are read again for every job" },
  { name: "max_fonts", value: 1000000, unit: "instances", reason: "over any memory" },
];

/** @param {string} name @returns {number} */
export function limit(name) {
  const found = limits.find((entry) => entry.name === name);
  if (!found) throw new Error(`contract: no limit named ${name}`);
  return found.value;
}
