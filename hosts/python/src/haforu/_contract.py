"""Generated from packages/engine/contract by emit.mjs. Do not edit."""

from typing import Final

CONTRACT_VERSION: Final = "1.0"
FORMATS: Final = ("pgm", "png", "svg", "raw", "metrics",)
ENCODINGS: Final = ("base64", "binary", "json", "none",)
DIRECTIONS: Final = ("ltr", "rtl", "ttb", "btt",)
ALIGN_MODES: Final = ("corner", "center", "ink",)
COMPARE_MEASURES: Final = ("pixel_delta", "pixel_delta_center", "rmse", "ssim", "iou",)
INCLUDES: Final = ("metrics", "boxes", "glyphs", "hash", "extended",)
RESULT_FIELDS: Final = ("id", "status", "rendering", "comparison", "sweep", "metrics", "boxes", "glyphs", "hash", "speech", "words", "phonemes", "sentences", "marks", "warnings", "font", "text", "with", "timing", "error",)
DEFAULT_ENCODING: Final = {"pgm": "base64", "png": "base64", "svg": "json", "raw": "base64", "metrics": "none"}

# The module's status is the negative number.
ERRORS: Final = {
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
WARNINGS: Final = {
    "missing_glyph": 1,
    "ink_clipped": 2,
    "axis_unknown": 3,
    "axis_clamped": 4,
    "feature_unknown": 5,
    "variations_on_static_font": 6,
    "invalid_utf8": 7,
    "outline_missing": 8,
    "sweep_clamped": 9,
    "sample_on_no_axis": 10,
    "forced_cut": 20,
    "cut_defect": 21,
    "malformed_utf8": 22,
    "script_undecided": 23,
    "ligature_undecided": 24,
}

# The usual cause of each error and what to do about it.
ADVICE: Final = {
    "invalid_json": ("The line or document is not JSON as RFC 8259 has it, has a key twice in one object, or nests too deep.", "Correct the text at the column given. Write it with a JSON library, one job a line."),
    "invalid_job": ("A field is missing, unknown, of the wrong type or out of range. `problems` lists all of them when there is more than one.", "Correct the fields named; docs/jobs.md has every field, `haforu schema` prints the JSON Schema."),
    "font_not_found": ("There is no file at the font's path.", "Correct the path; a relative one starts at --base-dir, or else at the working directory."),
    "font_unreadable": ("The path is a directory, a pipe or a device, the permission is missing, or the disk failed.", "Give the path of a regular file that this user may read."),
    "font_invalid": ("A table is cut short, missing or contradicts another, or the file does not unpack.", "Get the font again, or rebuild it; `haforu fonts FILE` checks one."),
    "font_too_large": ("The file, or what a WOFF or WOFF2 file unpacks to, is over the limit.", "Subset the font, or split the collection."),
    "font_unsupported": ("The file is of another kind: Type 1, a bitmap font, an archive, a picture.", "Convert the font to OpenType."),
    "face_index_out_of_range": ("The file has fewer faces than the index asks for; a file that is no collection has one face, index 0.", "`haforu fonts FILE` lists the faces."),
    "canvas_too_large": ("Both sides are within their limits, but the canvas would be too large.", "Reduce width or height, or use format metrics on a smaller canvas."),
    "text_too_long": ("The text has more code points than one job takes.", "Split the text into several jobs."),
    "timeout": ("The job did not end within --timeout-ms.", "Raise --timeout-ms, or make the text or canvas smaller."),
    "cancelled": ("The caller aborted the run while this job was being made.", "Run it again; a batch with --resume goes on where it ended."),
    "engine_fault": ("The job made the WebAssembly module trap, or its worker died. Other jobs are not affected.", "This is a fault of this program: please report the job and its font."),
    "out_of_memory": ("The canvas, the font and what is cached do not fit into the memory there is.", "Use a smaller canvas, a smaller --font-cache, or fewer --jobs."),
    "path_forbidden": ("--base-dir is given and the file's real path, after resolving links, lies outside.", "Move the file under the directory, or give another --base-dir."),
    "output_exists": ("The file the image would go to is there already.", "Give --overwrite, another --out-dir, or another id."),
    "output_failed": ("The disk is full, the directory is missing, or the permission is.", "Make room or give another directory, then go on with --resume."),
    "invalid_handle": ("The font, instance or canvas was released already, or belongs to another engine.", "Use a handle only between its creation and its release, in the engine that made it."),
    "invalid_argument": ("An argument of a call is of the wrong type or out of range.", "The message names the argument and what it takes."),
    "unsupported": ("The job asks for another version of the contract, or for what this program or machine does not have.", "Write the job for version 1.0, or update the program."),
    "internal": ("A state that should not exist.", "This is a fault of this program: please report it."),
    "instance_not_found": ("The font has no named instance of that name, or no instances at all.", "`haforu fonts FILE` lists the named instances; `font.variations` takes coordinates."),
    "strict_warning": ("The job has a warning and --strict is given.", "Do away with what `warnings` lists, or leave out --strict."),
    "line_too_long": ("One line of input is over the limit.", "Put one job on a line; put long texts into several jobs."),
    "image_not_found": ("There is no file at the picture's path.", "Correct the path; a relative one starts at --base-dir, or else at the working directory."),
    "image_unreadable": ("The path is a directory, a pipe or a device, the permission is missing, or the disk failed.", "Give the path of a regular file that this user may read."),
    "image_invalid": ("The file's header, checksums or data do not hold together, or a pixel has an index that the palette does not have.", "Write the picture again."),
    "image_too_large": ("A side, the area or the file is over its limit.", "Reduce or crop the picture."),
    "image_unsupported": ("The file is of another kind.", "Convert the picture to PNG."),
    "axis_not_found": ("A grid or a point names an axis that the font does not have, so that its renders would be the same.", "Leave the axis out; `haforu fonts FILE` lists the axes."),
    "sweep_empty": ("The font has no named instances, or the window that `first` asks for lies behind the last render.", "Give a grid, points or a sample, or a smaller `first`."),
    "sweep_too_large": ("Points times texts are over the limit of renders, or the pictures of one line over the limit of pixels.", "Take fewer steps, or several jobs; pictures in files (--out-dir) have no limit of pixels."),
}

LIMIT_LINE_BYTES: Final = 67108864  # bytes of one input line: the longest text with every character escaped takes under 1 MiB; a line past this is not a job
LIMIT_JSON_DEPTH: Final = 32  # nested arrays and objects: a job nests 3 deep and a document 5; the reader recurses
LIMIT_OBJECT_KEYS: Final = 1024  # unknown keys or axes of one JSON object: each is compared with the others; no object of a job has more than 64
LIMIT_ID_CODE_POINTS: Final = 1024  # code points of an id: it comes back in every result line and names a file
LIMIT_PATH_CODE_POINTS: Final = 4096  # code points of a font's path: the longest path Linux takes is 4,096 bytes
LIMIT_INSTANCE_CODE_POINTS: Final = 256  # code points of an instance's name: names in fonts are short; longer ones are a mistake
LIMIT_SIZE_PX: Final = 10000  # px per em: a letter then fills a third of the largest side; coordinates keep 1/256 px in a 32-bit float
LIMIT_AXIS_VALUE: Final = 32768  # magnitude of a design coordinate: fonts store coordinates as 16.16 fixed-point numbers
LIMIT_VARIATIONS: Final = 64  # axes of one job: OpenType allows 65,535; the richest fonts known have under 40
LIMIT_FACE_INDEX: Final = 65535  # index of a face: HarfBuzz takes 16 bits
LIMIT_FEATURES: Final = 256  # features of one list: a font seldom has 100
LIMIT_FEATURE_VALUE: Final = 999999999  # value or position in a feature: nine digits always fit 32 bits
LIMIT_TEXT_CODE_POINTS: Final = 65536  # code points of a text: a buffer of glyphs stays under 3 MB; longer texts are for streaming
LIMIT_STREAM_BUFFER: Final = 65536  # code points that a stream may hold: as many as one text has; a buffer of glyphs stays under 3 MB
LIMIT_STREAM_DEPTH: Final = 256  # pushes of a stream without their pops: markup nests a few deep; each costs at every change
LIMIT_LANGUAGE_SUBTAGS: Final = 16  # subtags of a language: BCP 47 tags in use have at most 8
LIMIT_CANVAS_SIDE_PX: Final = 32768  # px: a side fits the rasteriser's 16-bit columns
LIMIT_CANVAS_AREA_PX: Final = 268435456  # px: a canvas takes a byte a pixel: 256 MiB beside the fonts in a 4 GiB memory
LIMIT_ORIGIN_PX: Final = 1000000  # magnitude of an origin's coordinate in px: a 32-bit float still has 1/16 px there
LIMIT_ALIGN_REACH_PX: Final = 256  # px that aligning by ink looks around the place where the middles of the ink boxes meet: the shifts to look at grow with its square: 256 are 263,169
LIMIT_MATCH_RENDERS: Final = 1000000  # renders of one match: at 1 px or 10,000 px a search has ended long before
LIMIT_MATCH_TEXTS: Final = 256  # texts of one match: each has a target, and every evaluation draws all of them
LIMIT_MATCH_AXES: Final = 16  # axes that one match moves: beyond, the sample it begins with is none
LIMIT_PROBLEMS_LISTED: Final = 32  # problems of one job: one broken line must not become a page; the rest are counted
LIMIT_CAME_BYTES: Final = 48  # bytes of the job quoted in a message: enough to recognise the value
LIMIT_WARNINGS: Final = 100  # warnings of one job: a job of 64 axes and 512 features could have one for each
LIMIT_WARNING_ITEMS: Final = 64  # code points or glyphs listed in one warning: a text in an uncovered script would list all of itself
LIMIT_SWEEP_RENDERS: Final = 262144  # renders of a sweep: points times texts: their metrics fill a line of 90 MB and take some ten seconds
LIMIT_SWEEP_TEXTS: Final = 1024  # texts of a sweep beside the first: a script's letters are a few hundred; their glyphs are kept for every point
LIMIT_SWEEP_VALUES: Final = 65536  # steps or values of one axis of a grid: fonts tell no more than 32,768 places of an axis apart
LIMIT_INK_GAPS: Final = 1024  # gaps listed in metrics: a line of text has a few hundred; more are counted
LIMIT_FONT_BYTES: Final = 268435456  # bytes of a font, packed or unpacked: the largest collections in use are under 200 MB; a packed font must not unpack without end
LIMIT_WORKERS: Final = 256  # worker threads: each holds a module and its memory
LIMIT_TIMEOUT_MS: Final = 86400000  # ms: a day; timers hold 24.8 days at most
LIMIT_FONT_CACHE_BYTES: Final = 1099511627776  # bytes: over any machine's memory
LIMIT_FONT_CACHE_BYTES_MIN: Final = 1048576  # bytes: below, most fonts are read again for every job
LIMIT_MAX_FONTS: Final = 1000000  # instances: over any memory

DEFAULT_ORDER: Final = "input"
DEFAULT_TIMEOUT_MS: Final = 0
DEFAULT_STRICT: Final = False
DEFAULT_TIMING: Final = True
DEFAULT_FONT_CACHE: Final = 536870912
DEFAULT_MAX_FONTS: Final = 512
DEFAULT_INVERT: Final = False
DEFAULT_FACE_INDEX: Final = 0
