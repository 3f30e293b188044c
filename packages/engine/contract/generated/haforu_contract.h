/* Generated from packages/engine/contract by emit.mjs. Do not edit. */
#ifndef HAFORU_CONTRACT_H
#define HAFORU_CONTRACT_H

#define HAFORU_CONTRACT_VERSION "1.0"

/* A status of the module is the negative number. */
enum haforu_error {
  HAFORU_OK = 0,
  HAFORU_INVALID_JSON = 1,
  HAFORU_INVALID_JOB = 2,
  HAFORU_FONT_NOT_FOUND = 3,
  HAFORU_FONT_UNREADABLE = 4,
  HAFORU_FONT_INVALID = 5,
  HAFORU_FONT_TOO_LARGE = 6,
  HAFORU_FONT_UNSUPPORTED = 7,
  HAFORU_FACE_INDEX_OUT_OF_RANGE = 8,
  HAFORU_CANVAS_TOO_LARGE = 9,
  HAFORU_TEXT_TOO_LONG = 10,
  HAFORU_TIMEOUT = 11,
  HAFORU_CANCELLED = 12,
  HAFORU_ENGINE_FAULT = 13,
  HAFORU_OUT_OF_MEMORY = 14,
  HAFORU_PATH_FORBIDDEN = 15,
  HAFORU_OUTPUT_EXISTS = 16,
  HAFORU_OUTPUT_FAILED = 17,
  HAFORU_INVALID_HANDLE = 18,
  HAFORU_INVALID_ARGUMENT = 19,
  HAFORU_UNSUPPORTED = 20,
  HAFORU_INTERNAL = 21,
  HAFORU_INSTANCE_NOT_FOUND = 22,
  HAFORU_STRICT_WARNING = 23,
  HAFORU_LINE_TOO_LONG = 24,
  HAFORU_IMAGE_NOT_FOUND = 25,
  HAFORU_IMAGE_UNREADABLE = 26,
  HAFORU_IMAGE_INVALID = 27,
  HAFORU_IMAGE_TOO_LARGE = 28,
  HAFORU_IMAGE_UNSUPPORTED = 29,
  HAFORU_AXIS_NOT_FOUND = 30,
  HAFORU_SWEEP_EMPTY = 31,
  HAFORU_SWEEP_TOO_LARGE = 32,
};

enum haforu_warning {
  HAFORU_WARNING_MISSING_GLYPH = 1,
  HAFORU_WARNING_INK_CLIPPED = 2,
  HAFORU_WARNING_AXIS_UNKNOWN = 3,
  HAFORU_WARNING_AXIS_CLAMPED = 4,
  HAFORU_WARNING_FEATURE_UNKNOWN = 5,
  HAFORU_WARNING_VARIATIONS_ON_STATIC_FONT = 6,
  HAFORU_WARNING_INVALID_UTF8 = 7,
  HAFORU_WARNING_OUTLINE_MISSING = 8,
  HAFORU_WARNING_SWEEP_CLAMPED = 9,
  HAFORU_WARNING_SAMPLE_ON_NO_AXIS = 10,
  HAFORU_WARNING_FORCED_CUT = 20,
  HAFORU_WARNING_CUT_DEFECT = 21,
  HAFORU_WARNING_MALFORMED_UTF8 = 22,
  HAFORU_WARNING_SCRIPT_UNDECIDED = 23,
  HAFORU_WARNING_LIGATURE_UNDECIDED = 24,
};

#define HAFORU_LIMIT_LINE_BYTES 67108864 /* bytes of one input line: the longest text with every character escaped takes under 1 MiB; a line past this is not a job */
#define HAFORU_LIMIT_JSON_DEPTH 32 /* nested arrays and objects: a job nests 3 deep and a document 5; the reader recurses */
#define HAFORU_LIMIT_OBJECT_KEYS 1024 /* unknown keys or axes of one JSON object: each is compared with the others; no object of a job has more than 64 */
#define HAFORU_LIMIT_ID_CODE_POINTS 1024 /* code points of an id: it comes back in every result line and names a file */
#define HAFORU_LIMIT_PATH_CODE_POINTS 4096 /* code points of a font's path: the longest path Linux takes is 4,096 bytes */
#define HAFORU_LIMIT_INSTANCE_CODE_POINTS 256 /* code points of an instance's name: names in fonts are short; longer ones are a mistake */
#define HAFORU_LIMIT_SIZE_PX 10000 /* px per em: a letter then fills a third of the largest side; coordinates keep 1/256 px in a 32-bit float */
#define HAFORU_LIMIT_AXIS_VALUE 32768 /* magnitude of a design coordinate: fonts store coordinates as 16.16 fixed-point numbers */
#define HAFORU_LIMIT_VARIATIONS 64 /* axes of one job: OpenType allows 65,535; the richest fonts known have under 40 */
#define HAFORU_LIMIT_FACE_INDEX 65535 /* index of a face: HarfBuzz takes 16 bits */
#define HAFORU_LIMIT_FEATURES 256 /* features of one list: a font seldom has 100 */
#define HAFORU_LIMIT_FEATURE_VALUE 999999999 /* value or position in a feature: nine digits always fit 32 bits */
#define HAFORU_LIMIT_TEXT_CODE_POINTS 65536 /* code points of a text: a buffer of glyphs stays under 3 MB; longer texts are for streaming */
#define HAFORU_LIMIT_STREAM_BUFFER 65536 /* code points that a stream may hold: as many as one text has; a buffer of glyphs stays under 3 MB */
#define HAFORU_LIMIT_STREAM_DEPTH 256 /* pushes of a stream without their pops: markup nests a few deep; each costs at every change */
#define HAFORU_LIMIT_LANGUAGE_SUBTAGS 16 /* subtags of a language: BCP 47 tags in use have at most 8 */
#define HAFORU_LIMIT_CANVAS_SIDE_PX 32768 /* px: a side fits the rasteriser's 16-bit columns */
#define HAFORU_LIMIT_CANVAS_AREA_PX 268435456 /* px: a canvas takes a byte a pixel: 256 MiB beside the fonts in a 4 GiB memory */
#define HAFORU_LIMIT_ORIGIN_PX 1000000 /* magnitude of an origin's coordinate in px: a 32-bit float still has 1/16 px there */
#define HAFORU_LIMIT_ALIGN_REACH_PX 256 /* px that aligning by ink looks around the place where the middles of the ink boxes meet: the shifts to look at grow with its square: 256 are 263,169 */
#define HAFORU_LIMIT_MATCH_RENDERS 1000000 /* renders of one match: at 1 px or 10,000 px a search has ended long before */
#define HAFORU_LIMIT_MATCH_TEXTS 256 /* texts of one match: each has a target, and every evaluation draws all of them */
#define HAFORU_LIMIT_MATCH_AXES 16 /* axes that one match moves: beyond, the sample it begins with is none */
#define HAFORU_LIMIT_PROBLEMS_LISTED 32 /* problems of one job: one broken line must not become a page; the rest are counted */
#define HAFORU_LIMIT_CAME_BYTES 48 /* bytes of the job quoted in a message: enough to recognise the value */
#define HAFORU_LIMIT_WARNINGS 100 /* warnings of one job: a job of 64 axes and 512 features could have one for each */
#define HAFORU_LIMIT_WARNING_ITEMS 64 /* code points or glyphs listed in one warning: a text in an uncovered script would list all of itself */
#define HAFORU_LIMIT_SWEEP_RENDERS 262144 /* renders of a sweep: points times texts: their metrics fill a line of 90 MB and take some ten seconds */
#define HAFORU_LIMIT_SWEEP_TEXTS 1024 /* texts of a sweep beside the first: a script's letters are a few hundred; their glyphs are kept for every point */
#define HAFORU_LIMIT_SWEEP_VALUES 65536 /* steps or values of one axis of a grid: fonts tell no more than 32,768 places of an axis apart */
#define HAFORU_LIMIT_INK_GAPS 1024 /* gaps listed in metrics: a line of text has a few hundred; more are counted */
#define HAFORU_LIMIT_FONT_BYTES 268435456 /* bytes of a font, packed or unpacked: the largest collections in use are under 200 MB; a packed font must not unpack without end */
#define HAFORU_LIMIT_WORKERS 256 /* worker threads: each holds a module and its memory */
#define HAFORU_LIMIT_TIMEOUT_MS 86400000 /* ms: a day; timers hold 24.8 days at most */
#define HAFORU_LIMIT_FONT_CACHE_BYTES 1099511627776LL /* bytes: over any machine's memory */
#define HAFORU_LIMIT_FONT_CACHE_BYTES_MIN 1048576 /* bytes: below, most fonts are read again for every job */
#define HAFORU_LIMIT_MAX_FONTS 1000000 /* instances: over any memory */

#define HAFORU_DEFAULT_ORDER "input"
#define HAFORU_DEFAULT_TIMEOUT_MS 0
#define HAFORU_DEFAULT_STRICT 0
#define HAFORU_DEFAULT_TIMING 1
#define HAFORU_DEFAULT_FONT_CACHE 536870912
#define HAFORU_DEFAULT_MAX_FONTS 512
#define HAFORU_DEFAULT_INVERT 0
#define HAFORU_DEFAULT_FACE_INDEX 0

#endif
