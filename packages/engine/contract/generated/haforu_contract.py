"""Generated from packages/engine/contract by emit.mjs. Do not edit."""

CONTRACT_VERSION = "1.0"
FORMATS = ("pgm", "png", "svg", "raw", "metrics",)
ENCODINGS = ("base64", "binary", "json", "none",)
DIRECTIONS = ("ltr", "rtl", "ttb", "btt",)
INCLUDES = ("metrics", "boxes", "glyphs", "hash", "extended",)
RESULT_FIELDS = ("id", "status", "rendering", "comparison", "sweep", "metrics", "boxes", "glyphs", "hash", "warnings", "font", "text", "with", "timing", "error",)
DEFAULT_ENCODING = {"pgm": "base64", "png": "base64", "svg": "json", "raw": "base64", "metrics": "none"}

# The module's status is the negative number.
ERRORS = {
    "invalid_json": 1,
    "invalid_job": 2,
    "font_not_found": 3,
    "font_unreadable": 4,
    "font_invalid": 5,
    "font_too_large": 6,
    "font_unsupported": 7,
    "face_index_out_of_range": 8,
    "canvas_too_large": 9,
    "text_too_long": 10,
    "timeout": 11,
    "cancelled": 12,
    "engine_fault": 13,
    "out_of_memory": 14,
    "path_forbidden": 15,
    "output_exists": 16,
    "output_failed": 17,
    "invalid_handle": 18,
    "invalid_argument": 19,
    "unsupported": 20,
    "internal": 21,
    "instance_not_found": 22,
    "strict_warning": 23,
    "line_too_long": 24,
    "image_not_found": 25,
    "image_unreadable": 26,
    "image_invalid": 27,
    "image_too_large": 28,
    "image_unsupported": 29,
    "axis_not_found": 30,
    "sweep_empty": 31,
    "sweep_too_large": 32,
}
WARNINGS = {
    "missing_glyph": 1,
    "ink_clipped": 2,
    "axis_unknown": 3,
    "axis_clamped": 4,
    "feature_unknown": 5,
    "variations_on_static_font": 6,
    "invalid_utf8": 7,
    "outline_missing": 8,
    "sweep_clamped": 9,
    "forced_cut": 20,
    "cut_defect": 21,
    "malformed_utf8": 22,
    "script_undecided": 23,
}

LIMIT_LINE_BYTES = 67108864  # bytes of one input line: the longest text with every character escaped takes under 1 MiB; a line past this is not a job
LIMIT_JSON_DEPTH = 32  # nested arrays and objects: a job nests 3 deep and a document 5; the reader recurses
LIMIT_OBJECT_KEYS = 1024  # unknown keys or axes of one JSON object: each is compared with the others; no object of a job has more than 64
LIMIT_ID_CODE_POINTS = 1024  # code points of an id: it comes back in every result line and names a file
LIMIT_PATH_CODE_POINTS = 4096  # code points of a font's path: the longest path Linux takes is 4,096 bytes
LIMIT_INSTANCE_CODE_POINTS = 256  # code points of an instance's name: names in fonts are short; longer ones are a mistake
LIMIT_SIZE_PX = 10000  # px per em: a letter then fills a third of the largest side; coordinates keep 1/256 px in a 32-bit float
LIMIT_AXIS_VALUE = 32768  # magnitude of a design coordinate: fonts store coordinates as 16.16 fixed-point numbers
LIMIT_VARIATIONS = 64  # axes of one job: OpenType allows 65,535; the richest fonts known have under 40
LIMIT_FACE_INDEX = 65535  # index of a face: HarfBuzz takes 16 bits
LIMIT_FEATURES = 256  # features of one list: a font seldom has 100
LIMIT_FEATURE_VALUE = 999999999  # value or position in a feature: nine digits always fit 32 bits
LIMIT_TEXT_CODE_POINTS = 65536  # code points of a text: a buffer of glyphs stays under 3 MB; longer texts are for streaming
LIMIT_STREAM_BUFFER = 65536  # code points that a stream may hold: as many as one text has; a buffer of glyphs stays under 3 MB
LIMIT_STREAM_DEPTH = 256  # pushes of a stream without their pops: markup nests a few deep; each costs at every change
LIMIT_LANGUAGE_SUBTAGS = 16  # subtags of a language: BCP 47 tags in use have at most 8
LIMIT_CANVAS_SIDE_PX = 32768  # px: a side fits the rasteriser's 16-bit columns
LIMIT_CANVAS_AREA_PX = 268435456  # px: a canvas takes a byte a pixel: 256 MiB beside the fonts in a 4 GiB memory
LIMIT_ORIGIN_PX = 1000000  # magnitude of an origin's coordinate in px: a 32-bit float still has 1/16 px there
LIMIT_ALIGN_REACH_PX = 256  # px that aligning by ink looks around the place where the middles of the ink boxes meet: the shifts to look at grow with its square: 256 are 263,169
LIMIT_MATCH_RENDERS = 1000000  # renders of one match: at 1 px or 10,000 px a search has ended long before
LIMIT_MATCH_TEXTS = 256  # texts of one match: each has a target, and every evaluation draws all of them
LIMIT_MATCH_AXES = 16  # axes that one match moves: beyond, the sample it begins with is none
LIMIT_PROBLEMS_LISTED = 32  # problems of one job: one broken line must not become a page; the rest are counted
LIMIT_CAME_BYTES = 48  # bytes of the job quoted in a message: enough to recognise the value
LIMIT_WARNINGS = 100  # warnings of one job: a job of 64 axes and 512 features could have one for each
LIMIT_WARNING_ITEMS = 64  # code points or glyphs listed in one warning: a text in an uncovered script would list all of itself
LIMIT_SWEEP_RENDERS = 262144  # renders of a sweep: points times texts: their metrics fill a line of 90 MB and take some ten seconds
LIMIT_SWEEP_TEXTS = 1024  # texts of a sweep beside the first: a script's letters are a few hundred; their glyphs are kept for every point
LIMIT_SWEEP_VALUES = 65536  # steps or values of one axis of a grid: fonts tell no more than 32,768 places of an axis apart
LIMIT_INK_GAPS = 1024  # gaps listed in metrics: a line of text has a few hundred; more are counted
LIMIT_FONT_BYTES = 268435456  # bytes of a font, packed or unpacked: the largest collections in use are under 200 MB; a packed font must not unpack without end
LIMIT_WORKERS = 256  # worker threads: each holds a module and its memory
LIMIT_TIMEOUT_MS = 86400000  # ms: a day; timers hold 24.8 days at most
LIMIT_FONT_CACHE_BYTES = 1099511627776  # bytes: over any machine's memory
LIMIT_FONT_CACHE_BYTES_MIN = 1048576  # bytes: below, most fonts are read again for every job
LIMIT_MAX_FONTS = 1000000  # instances: over any memory

DEFAULT_ORDER = "input"
DEFAULT_TIMEOUT_MS = 0
DEFAULT_STRICT = False
DEFAULT_TIMING = True
DEFAULT_FONT_CACHE = 536870912
DEFAULT_MAX_FONTS = 512
DEFAULT_INVERT = False
DEFAULT_FACE_INDEX = 0
