/*
 * haforu for C: text to pixels, measurements, positioned glyphs and result lines, by the engine that the TypeScript and Python packages run too.
 * The same job gives the same bytes from each of them.
 *
 * Status. Every function gives a code of haforu_contract.h: HAFORU_OK (0), or why not; the few that give a text instead say so. What went wrong is also kept for
 * the thread that called: haforu_last_error().
 *
 * Handles. haforu_engine, haforu_font, haforu_session and haforu_stream are numbers in the form of pointers, checked at every call: NULL, a handle of another kind, one
 * that was released, or any other pointer gives HAFORU_INVALID_HANDLE and nothing else happens. Each starts with one owner; `retain` adds one, `release` takes one away.
 *
 * Threads. An engine does one call at a time: use one engine in each thread. A call of an engine that is at work, or of a session or stream of it, gives
 * HAFORU_INVALID_ARGUMENT. Fonts may be shared by all threads: their bytes are kept once, and each engine takes a copy when it first draws with one. haforu_engine_cancel
 * may be called from any thread at any time. There is no global state but the thread's last error and the table that tells living handles from others.
 *
 * Faults. A trap in the engine (which would be a fault of ours) ends that engine: the call gives HAFORU_ENGINE_FAULT, as does every later one of it; the process and
 * other engines go on. No signal handler is installed, unless the library was built with HAFORU_GUARD_PAGES.
 *
 * Text is UTF-8: a pointer and a number of bytes, or HAFORU_NUL_TERMINATED. Ill-formed parts become U+FFFD. Lengths of pictures are pixels, y down; of glyphs in a font,
 * font units, y up. Text offsets count code points and ranges are half-open.
 *
 * Structs with a `size` carry it so that they can grow behind what they have: haforu_…_init sets it, or set it to sizeof the struct and the rest to 0. A program goes on working with a later library, whose structs are longer.
 */
#ifndef HAFORU_H
#define HAFORU_H

#include <stddef.h>
#include <stdint.h>

#include "haforu_contract.h"

#if defined(_WIN32) && defined(HAFORU_SHARED)
#ifdef HAFORU_BUILDING
#define HAFORU_API __declspec(dllexport)
#else
#define HAFORU_API __declspec(dllimport)
#endif
#elif defined(__GNUC__)
#define HAFORU_API __attribute__((visibility("default")))
#else
#define HAFORU_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** A code of haforu_contract.h: HAFORU_OK, HAFORU_INVALID_JSON, … */
typedef int haforu_code;

typedef struct haforu_engine haforu_engine;
typedef struct haforu_font haforu_font;
typedef struct haforu_session haforu_session;
typedef struct haforu_stream haforu_stream;

/** In place of a text's length: it ends at its first NUL. */
#define HAFORU_NUL_TERMINATED ((size_t)-1)

/** This library's version, "0.1.0": a string that lives for ever. */
HAFORU_API const char *haforu_version(void);

/* --- errors --------------------------------------------------------------------------------------------------------------- */

/** The last error of this thread. The strings are the thread's, valid until its next call that fails. */
typedef struct haforu_error_info {
  haforu_code code;
  /** The code's name in every language, such as "font_not_found". */
  const char *name;
  /** What was expected, what came, what to do: for people. */
  const char *message;
  /** A JSON object with what else is known: of a failed job its `error` without code and message, of a call {"field": …}; "{}": nothing. */
  const char *details;
} haforu_error_info;

/** The code of this thread's last error; HAFORU_OK: there is none since the last haforu_clear_error. A success does not clear it. */
HAFORU_API haforu_code haforu_has_error(void);

/** Fills `out` with this thread's last error; without one its code is HAFORU_OK and its strings are empty. NULL gives HAFORU_INVALID_ARGUMENT. */
HAFORU_API haforu_code haforu_last_error(haforu_error_info *out);

/** Forgets this thread's last error. Gives HAFORU_OK. */
HAFORU_API haforu_code haforu_clear_error(void);

/** A code's name, "font_not_found"; "ok" for 0, "unknown" for what is no code. A string that lives for ever. */
HAFORU_API const char *haforu_error_name(haforu_code code);

/** The usual cause of a code and what to do about it, in English: a string that lives for ever; "" for what has none. */
HAFORU_API const char *haforu_error_advice(haforu_code code);

/* --- configuration -------------------------------------------------------------------------------------------------------- */

/** Memory for what this library allocates outside of engines' own memory. Called from any thread that uses the library. */
typedef struct haforu_allocator {
  /** `bytes` bytes, aligned for any object, or NULL. */
  void *(*allocate)(void *user, size_t bytes);
  /** Takes back what `allocate` gave; never NULL. */
  void (*release)(void *user, void *memory);
  void *user;
} haforu_allocator;

/** After each result of a batch, in the thread that called it: results so far, and how many there will be. Not 0: stop there. */
typedef int (*haforu_progress)(void *user, uint64_t done, uint64_t total);

enum haforu_log_level { HAFORU_LOG_DEBUG = 0, HAFORU_LOG_INFO = 1, HAFORU_LOG_WARNING = 2, HAFORU_LOG_ERROR = 3 };

/** What happens beside results: fonts read and given up, engines made, faults. Called in the thread that works; must not call the engine. */
typedef void (*haforu_log)(void *user, int level, const char *message);

enum haforu_order { HAFORU_ORDER_INPUT = 0, HAFORU_ORDER_COMPLETION = 1 };

/** How an engine works. haforu_config_init first, then what is to differ. Keys of haforu_config_set are the names of the fields they stand beside. */
typedef struct haforu_config {
  /** sizeof(haforu_config) of the program. */
  size_t size;
  /** "font_cache": bytes of fonts kept for jobs, and as much again for sessions; 1048576 to 1099511627776. Default 536870912. */
  uint64_t font_cache;
  /** "max_fonts": font instances (a font at one set of coordinates) kept; 1 to 1000000. Default 512. */
  uint32_t max_fonts;
  /** "jobs": threads of haforu_batch; 0: one for each processor, at most 256. Default 0. */
  uint32_t jobs;
  /** "order": of a batch's results. Default HAFORU_ORDER_INPUT ("input"); "completion". */
  int32_t order;
  /** "strict": not 0: a warning of a job is an error. Default 0. */
  int32_t strict;
  /** "timing": not 0: result lines carry `timing`. Default 1; without it the same job gives the same bytes. */
  int32_t timing;
  /** "timeout_ms": time limit of one job of a batch in ms; 0: none. Default 0. */
  uint32_t timeout_ms;
  /** "font_check_ms": after how many ms a font file in use by jobs is looked at for changes. Default 10. */
  uint32_t font_check_ms;
  /** "base_dir": fonts and pictures must lie under it after links are resolved, and relative paths start there; NULL: anywhere. Of a relative one and of links what counts is where they lead when the engine is created; a folder that is missing is HAFORU_INVALID_ARGUMENT. It is for reading: haforu_picture_save writes where it is told. Set by key it is the config's own copy, and never empty; haforu_config_get gives "" where there is none. */
  const char *base_dir;
  /** All three NULL or both functions given. Default: malloc and free. */
  haforu_allocator allocator;
  haforu_progress progress;
  void *progress_user;
  haforu_log log;
  void *log_user;
  /** Messages in place of the English ones for errors of calls: by code, `message_count` of them; NULL entries keep theirs. Must live as long as the engine. */
  const char *const *messages;
  size_t message_count;
  /** The config's own: haforu_config_clear gives it back. */
  void *owned;
} haforu_config;

/** Sets the defaults. `size`: sizeof(haforu_config). HAFORU_INVALID_ARGUMENT: NULL, or a size that no version has. */
HAFORU_API haforu_code haforu_config_init(haforu_config *config, size_t size);

/** Sets one value by its key from text: numbers in decimal, "true"/"false" (or "1"/"0"), names, a path. HAFORU_INVALID_ARGUMENT names the key, what came and what was expected. */
HAFORU_API haforu_code haforu_config_set(haforu_config *config, const char *key, const char *value);

/** Writes a value as haforu_config_set reads it, with its NUL, to `buffer`. `bytes`: the buffer's; what is needed is in *needed (may be NULL) even where it was too small (HAFORU_INVALID_ARGUMENT). */
HAFORU_API haforu_code haforu_config_get(const haforu_config *config, const char *key, char *buffer, size_t bytes, size_t *needed);

/** Sets what a JSON object says: {"font_cache": 67108864, "strict": true}. All of it or, after an error, nothing. HAFORU_INVALID_JSON, HAFORU_INVALID_ARGUMENT (the field and what it takes). */
HAFORU_API haforu_code haforu_config_parse(haforu_config *config, const char *json, size_t bytes);

/** haforu_config_parse of a file's contents. HAFORU_FONT_NOT_FOUND is never given: a missing file is HAFORU_INVALID_ARGUMENT with field "path". */
HAFORU_API haforu_code haforu_config_load(haforu_config *config, const char *path);

/** Writes the configuration as JSON, with its NUL; buffer, bytes and needed as in haforu_config_get. */
HAFORU_API haforu_code haforu_config_json(const haforu_config *config, char *buffer, size_t bytes, size_t *needed);

/** Writes haforu_config_json and a newline to a file, in one piece or not at all. HAFORU_OUTPUT_FAILED. */
HAFORU_API haforu_code haforu_config_save(const haforu_config *config, const char *path);

/** Gives back what setting by key has allocated, and sets the defaults. */
HAFORU_API haforu_code haforu_config_clear(haforu_config *config);

/* --- engines -------------------------------------------------------------------------------------------------------------- */

/** Makes an engine; `config` NULL: the defaults. It is copied, but for what it points to besides base_dir. HAFORU_OUT_OF_MEMORY: no 4 GiB of address space (8 GiB with guard pages), or no memory; HAFORU_UNSUPPORTED: this processor lacks instructions that the library was built for. */
HAFORU_API haforu_code haforu_engine_create(const haforu_config *config, haforu_engine **out);
HAFORU_API haforu_code haforu_engine_retain(haforu_engine *engine);
/** The last owner's gives the engine back, when its sessions and streams are released too. */
HAFORU_API haforu_code haforu_engine_release(haforu_engine *engine);

/** Does nothing but ask the engine whether it is there. */
HAFORU_API haforu_code haforu_engine_ping(haforu_engine *engine);

/** Sets "font_cache", "max_fonts", "strict", "timing", "jobs", "order", "timeout_ms" or "font_check_ms" of an engine; values as haforu_config_set. */
HAFORU_API haforu_code haforu_engine_set(haforu_engine *engine, const char *key, const char *value);

/** From any thread: calls of the engine that draw end with HAFORU_CANCELLED, the one at work and later ones, until haforu_engine_resume. A batch of it stops. */
HAFORU_API haforu_code haforu_engine_cancel(haforu_engine *engine);
HAFORU_API haforu_code haforu_engine_resume(haforu_engine *engine);

/** Replaces the messages (see haforu_config.messages); NULL: the English ones. */
HAFORU_API haforu_code haforu_engine_set_messages(haforu_engine *engine, const char *const *messages, size_t count);

/** The version of the HarfBuzz within, "15.0.0": a string that lives as long as the engine. */
HAFORU_API haforu_code haforu_harfbuzz_version(haforu_engine *engine, const char **out);

/** What an engine holds and has done. Bytes, milliseconds, counts. Those from font_hits to jobs grow; the others are of the moment. */
typedef struct haforu_memory {
  size_t size;
  /** The engine's own memory, and what of it: fonts, canvases, buffers of jobs; fonts and instances kept. */
  double linear_bytes, font_bytes, fonts, instances, canvas_bytes;
  double font_hits, font_misses, instance_hits, instance_misses, evictions;
  double shape_ms, render_ms, encode_ms, jobs;
  double buffer_bytes, handles;
  /** Outside of it: what this engine, its fonts, sessions and streams have from the allocator. */
  uint64_t host_bytes, host_blocks;
} haforu_memory;

/** Fills `out`, whose `size` is set. */
HAFORU_API haforu_code haforu_engine_memory(haforu_engine *engine, haforu_memory *out);

/** What is alive in this process: all 0 when a program has released all it made. */
typedef struct haforu_leaks {
  size_t size;
  uint64_t engines, fonts, sessions, streams;
  /** Memory from allocators that was not given back. */
  uint64_t host_bytes, host_blocks;
} haforu_leaks;

/** Fills `out`, whose `size` is set. HAFORU_OK also where something is alive. */
HAFORU_API haforu_code haforu_leak_check(haforu_leaks *out);

/* --- jobs ----------------------------------------------------------------------------------------------------------------- */

/** Runs one job (docs/jobs.md), JSON, and gives its result line without a newline: *line, NUL-terminated, valid until the engine's next call, and *line_bytes (may be NULL). The code is the job's: HAFORU_OK, or the error line's, which is given too. */
HAFORU_API haforu_code haforu_job(haforu_engine *engine, const char *json, size_t bytes, const char **line, size_t *line_bytes);

/** As haforu_job, but only checks the job; no font is read. *line is the error line with every problem, or "". */
HAFORU_API haforu_code haforu_validate(haforu_engine *engine, const char *json, size_t bytes, const char **line, size_t *line_bytes);

/** A name for a font that jobs of this engine may give as `font.path`, before any file of that name. The font is retained. NULL takes the name away. */
HAFORU_API haforu_code haforu_engine_name_font(haforu_engine *engine, const char *name, haforu_font *font);

/** Takes a result line of a batch, without a newline; valid for the call. `index`: the job's place in the input, from 0. Not 0: stop there. */
typedef int (*haforu_line_sink)(void *user, uint64_t index, const char *line, size_t bytes);

/** Runs a JobSpec document or JSON Lines over threads (config "jobs"), each with an engine of its own. The sink and the progress function are called in the calling thread. A failing job is an error line and ends nothing. A document's `config` holds within the engine's: its base_dir where the engine has none, order, strict, timing off, and jobs, font_cache, max_fonts and timeout_ms that are lower. HAFORU_CANCELLED: sink, progress or haforu_engine_cancel stopped it; HAFORU_INVALID_JOB and its kin: the document as a whole. */
HAFORU_API haforu_code haforu_batch(haforu_engine *engine, const char *text, size_t bytes, haforu_line_sink sink, void *user);

/* --- fonts ---------------------------------------------------------------------------------------------------------------- */

/** Reads a face of a font file: TrueType, OpenType, collections, WOFF, WOFF2. The engine checks it; any engine may draw with it. HAFORU_FONT_NOT_FOUND, HAFORU_FONT_INVALID and their kin. */
HAFORU_API haforu_code haforu_font_from_file(haforu_engine *engine, const char *path, uint32_t face_index, haforu_font **out);
/** As haforu_font_from_file, of bytes, which are copied. */
HAFORU_API haforu_code haforu_font_from_memory(haforu_engine *engine, const void *data, size_t bytes, uint32_t face_index, haforu_font **out);
HAFORU_API haforu_code haforu_font_retain(haforu_font *font);
HAFORU_API haforu_code haforu_font_release(haforu_font *font);

typedef struct haforu_axis {
  /** Four characters and a NUL. */
  char tag[5];
  double min, default_value, max;
  int32_t hidden;
} haforu_axis;

/** The axes of a font in its own order: *axes and *count; 0: a static font. Valid until the font is released. */
HAFORU_API haforu_code haforu_font_axes(haforu_font *font, const haforu_axis **axes, size_t *count);

/** Of a face, in font units, y up. */
typedef struct haforu_font_metrics {
  size_t size;
  uint32_t units_per_em, glyph_count, face_index, face_count;
  /** descender is negative below the baseline; a face without vertical metrics has 0 in all three. */
  int32_t ascender, descender, line_gap;
  uint64_t file_bytes;
} haforu_font_metrics;

HAFORU_API haforu_code haforu_font_metrics_get(haforu_font *font, haforu_font_metrics *out);

/** Everything about the font's file as JSON (names, axes, named instances, scripts, features): NUL-terminated, valid until the font is released. */
HAFORU_API haforu_code haforu_font_json(haforu_font *font, const char **json, size_t *bytes);

/* --- sessions: one font at one place, drawn again and again ---------------------------------------------------------------- */

typedef struct haforu_variation {
  /** Four characters and a NUL, "wght". */
  char tag[5];
  float value;
} haforu_variation;

/** How a session draws. haforu_session_options_init first. Strings are copied. */
typedef struct haforu_session_options {
  size_t size;
  /** Pixels per em, over 0, at most 10000. Default 16. */
  float size_px;
  /** The canvas in pixels. Default 1 × 1. */
  uint32_t width, height;
  /** Design coordinates; values are clamped to their axis. An axis that the font does not have: HAFORU_INVALID_ARGUMENT. */
  const haforu_variation *variations;
  size_t variation_count;
  /** A named instance to start from; NULL: the default coordinates. */
  const char *instance;
  /** ISO 15924 "Latn", "ltr" "rtl" "ttb" "btt", BCP 47 "en"; NULL: guessed as HarfBuzz guesses. */
  const char *script, *direction, *language;
  /** HarfBuzz's syntax, comma-separated, "kern,-liga"; NULL: none. */
  const char *features;
  /** Not 0: the pen starts at (origin_x, origin_y); else at (0, 0.75 × height), vertical text at (width / 2, 0). */
  int32_t has_origin;
  float origin_x, origin_y;
  /** Not 0: 0 is blank and 255 full ink; else 255 is blank. */
  int32_t invert;
} haforu_session_options;

HAFORU_API haforu_code haforu_session_options_init(haforu_session_options *options, size_t size);

/** A session of an engine with a font; both stay while it lives. */
HAFORU_API haforu_code haforu_session_create(haforu_engine *engine, haforu_font *font, const haforu_session_options *options, haforu_session **out);
/** Draws differently from now on; after an error as before. */
HAFORU_API haforu_code haforu_session_set(haforu_session *session, const haforu_session_options *options);
HAFORU_API haforu_code haforu_session_retain(haforu_session *session);
/** While a call is at work in the session's engine the last owner's waits for its end; from a callback of it, it is HAFORU_INVALID_ARGUMENT. */
HAFORU_API haforu_code haforu_session_release(haforu_session *session);

/** A picture: `height` rows of `width` bytes, each `stride` bytes behind the one before. 255 white, 0 black. */
typedef struct haforu_picture {
  const uint8_t *pixels;
  uint32_t width, height;
  size_t stride;
} haforu_picture;

/** Draws a text and gives the engine's own canvas: valid until the engine's next call. */
HAFORU_API haforu_code haforu_render(haforu_session *session, const char *text, size_t bytes, haforu_picture *out);

/** Draws a text into the caller's buffer, height rows of `stride` bytes (at least the width). `buffer_bytes`: the buffer's; at least (height − 1) · stride + width. */
HAFORU_API haforu_code haforu_render_to(haforu_session *session, const char *text, size_t bytes, uint8_t *buffer, size_t stride, size_t buffer_bytes);

/** Measures of ink, pixels, y down, whatever the polarity: docs/metrics.md. */
typedef struct haforu_metrics {
  size_t size;
  double ink_area, density, beam;
  /** Ink width ÷ ink height, and where the ink's middle is; 0 without ink. */
  double aspect, centroid_x, centroid_y;
  double bbox_x, bbox_y, bbox_width, bbox_height;
  double advance_x, advance_y;
  /** How far the outlines reach beyond the canvas. */
  double clipped_left, clipped_top, clipped_right, clipped_bottom;
} haforu_metrics;

/** Measures a text as haforu_render would draw it, without a picture. */
HAFORU_API haforu_code haforu_measure(haforu_session *session, const char *text, size_t bytes, haforu_metrics *out);

/** A shaped glyph: font units, y up; `cluster` in code points of the text; `flags` are hb_glyph_flags_t. */
typedef struct haforu_glyph {
  uint32_t id, cluster;
  int32_t x_advance, y_advance, x_offset, y_offset;
  uint32_t flags;
} haforu_glyph;

/** Shapes a text: *glyphs and *count, in visual order, valid until the engine's next call. */
HAFORU_API haforu_code haforu_shape(haforu_session *session, const char *text, size_t bytes, const haforu_glyph **glyphs, size_t *count);

/** A glyph where haforu_render draws it: its origin in pixels, y down. */
typedef struct haforu_placed_glyph {
  uint32_t id, cluster;
  double x, y, x_advance, y_advance;
} haforu_placed_glyph;

/** Shapes and places a text, glyphs in visual order, valid until the engine's next call. */
HAFORU_API haforu_code haforu_glyphs(haforu_session *session, const char *text, size_t bytes, const haforu_placed_glyph **glyphs, size_t *count);

/** One cluster: the code points [start, end), its ink (whole pixels; no ink: all 0; `ink`: Σ, 255 a full pixel) and its advance box. */
typedef struct haforu_box {
  uint32_t start, end;
  int32_t ink_x, ink_y, ink_width, ink_height;
  double ink;
  double x, y, width, height;
} haforu_box;

/** The clusters of a text with their boxes, pixels, y down, in visual order; valid until the engine's next call. */
HAFORU_API haforu_code haforu_boxes(haforu_session *session, const char *text, size_t bytes, const haforu_box **boxes, size_t *count);

/** Draws a text and writes the SHA-256 of its pixels, row by row, as 64 hexadecimal digits and a NUL: the `hash` of a job. */
HAFORU_API haforu_code haforu_hash(haforu_session *session, const char *text, size_t bytes, char out[65]);

/** Measures one text at `count` points of the font's design space: `points` has one float for each axis of the font (haforu_font_axes) and point, NaN: the default; `out` gets `count` records, of which the first has its `size` set, as what a record takes. *done (may be NULL): points measured, also after an error. */
HAFORU_API haforu_code haforu_sweep(haforu_session *session, const char *text, size_t bytes, const float *points, size_t count, haforu_metrics *out, size_t *done);

/* --- pictures ------------------------------------------------------------------------------------------------------------- */

enum haforu_align { HAFORU_ALIGN_CORNER = 0, HAFORU_ALIGN_CENTER = 1, HAFORU_ALIGN_INK = 2 };
enum haforu_measure_bits {
  HAFORU_PIXEL_DELTA = 1,
  HAFORU_PIXEL_DELTA_CENTER = 2,
  HAFORU_RMSE = 4,
  HAFORU_SSIM = 8,
  HAFORU_IOU = 16,
  HAFORU_ALL_MEASURES = 31
};

/** What two pictures' ink differs by (docs/jobs.md, compare); what was not asked for is 0. */
typedef struct haforu_comparison {
  size_t size;
  double pixel_delta, pixel_delta_center, rmse, ssim, iou;
  /** Where the second lies over the first, and the frame around both, pixels. */
  double shift_x, shift_y, frame_width, frame_height;
} haforu_comparison;

/** Lays two pictures (255 blank) over each other and measures the difference of their ink. `reach`: pixels that HAFORU_ALIGN_INK looks around, at most 256. `measures`: bits of haforu_measure_bits. A picture may be an engine's canvas. */
HAFORU_API haforu_code haforu_compare(haforu_engine *engine, const haforu_picture *a, const haforu_picture *b, int align, uint32_t reach, uint32_t measures, haforu_comparison *out);

/** Resizes a picture bilinearly (half-pixel centres) into the caller's buffer, `height` rows of `width` bytes without gaps. */
HAFORU_API haforu_code haforu_resize(haforu_engine *engine, const haforu_picture *from, uint8_t *to, uint32_t width, uint32_t height);

/** A text and the picture that its render is to become; a canvas has its target's size. */
typedef struct haforu_target {
  const char *text;
  size_t bytes;
  haforu_picture picture;
} haforu_target;

/** An axis that a match moves, within min and max; NAN: the axis' own end. */
typedef struct haforu_axis_range {
  char tag[5];
  float min, max;
} haforu_axis_range;

typedef struct haforu_match_options {
  size_t size;
  /** One bit of haforu_measure_bits. Default HAFORU_RMSE. */
  uint32_t objective;
  /** haforu_align. Default HAFORU_ALIGN_CORNER. */
  int32_t align;
  /** Default 32. */
  uint32_t reach;
  /** Renders at most. Default 600. */
  uint32_t budget;
  /** Not 0: no search on smaller pictures first. Default 0. */
  int32_t fine_only;
  /** The axes that are moved, at most 16; none: all, over their whole ranges. Others stay where the session stands. */
  const haforu_axis_range *axes;
  size_t axis_count;
} haforu_match_options;

HAFORU_API haforu_code haforu_match_options_init(haforu_match_options *options, size_t size);

/** Seeks the coordinates of the session's font at which the texts look most like their targets: its size, script, direction, language, features, origin and polarity hold. `values` gets one number for each axis of the font; *score (0: alike) and *json (the whole answer, docs/typescript.md, valid until the engine's next call) may be NULL. */
HAFORU_API haforu_code haforu_match(haforu_session *session, const haforu_target *targets, size_t count, const haforu_match_options *options, double *values, size_t value_count, double *score,
                                    const char **json);

enum haforu_file_format { HAFORU_PGM = 0, HAFORU_PNG = 1 };

/** A picture's file, 8-bit grey: *file and *bytes, valid until the engine's next call. */
HAFORU_API haforu_code haforu_picture_encode(haforu_engine *engine, const haforu_picture *picture, int format, const uint8_t **file, size_t *bytes);

/** Writes a picture's file, in one piece or not at all, wherever the path leads: base_dir is for reading. One that is there keeps its mode. HAFORU_OUTPUT_FAILED. */
HAFORU_API haforu_code haforu_picture_save(haforu_engine *engine, const haforu_picture *picture, int format, const char *path);

/** Reads a PNG or binary PGM as 8-bit grey: valid until the engine's next call. HAFORU_IMAGE_NOT_FOUND and its kin. */
HAFORU_API haforu_code haforu_picture_load(haforu_engine *engine, const char *path, haforu_picture *out);

/* --- streams: text of any length to glyphs ---------------------------------------------------------------------------------- */

/** Glyphs that are final: arrays with one entry a glyph, valid for the call of the sink. docs/streaming.md. */
typedef struct haforu_flush {
  size_t size;
  /** The code points [start, end) of the stream that it is of; how many runs came before its own. */
  double start, end, run;
  size_t glyph_count;
  /** Code points counted from the stream's start. */
  const double *clusters;
  const uint32_t *ids;
  const int32_t *x_advances, *y_advances, *x_offsets, *y_offsets;
  const uint32_t *flags;
  /** What was used: four characters, "ltr" …, BCP 47. */
  char script[5];
  const char *direction;
  char language[64];
  int32_t forced, run_begins, run_ends;
  /** Warnings of the flush: their codes (HAFORU_WARNING_…) and messages. */
  size_t warning_count;
  const haforu_code *warning_codes;
  const char *const *warning_messages;
} haforu_flush;

/** Takes a flush; must not call the engine. Not 0: the stream ends with HAFORU_CANCELLED. */
typedef int (*haforu_flush_sink)(void *user, const haforu_flush *flush);

typedef struct haforu_stream_options {
  size_t size;
  /** Code points; 0: 256, 128, 4096. */
  uint32_t high_watermark, low_watermark, max_buffer;
  /** A run for each script; a flush for each cluster; glyphs as before right-to-left text is turned round. */
  int32_t itemise, by_cluster, logical;
} haforu_stream_options;

HAFORU_API haforu_code haforu_stream_options_init(haforu_stream_options *options, size_t size);

/** A stream with a session's font, script, direction, language and features; its sink is called by push, end and the changes. `options` NULL: the defaults. */
HAFORU_API haforu_code haforu_stream_open(haforu_session *session, const haforu_stream_options *options, haforu_flush_sink sink, void *user, haforu_stream **out);
HAFORU_API haforu_code haforu_stream_retain(haforu_stream *stream);
/** The last owner's closes it; what was not flushed is lost. Waits as haforu_session_release does. */
HAFORU_API haforu_code haforu_stream_release(haforu_stream *stream);

/** Gives UTF-8, which may end inside of a character. */
HAFORU_API haforu_code haforu_stream_push(haforu_stream *stream, const char *text, size_t bytes);
/** From here on: features besides those in force, a language, a script, a direction, or another session's font; NULL: none, undetermined, guessed, guessed. */
HAFORU_API haforu_code haforu_stream_push_features(haforu_stream *stream, const char *features);
HAFORU_API haforu_code haforu_stream_push_language(haforu_stream *stream, const char *language);
HAFORU_API haforu_code haforu_stream_push_script(haforu_stream *stream, const char *script);
HAFORU_API haforu_code haforu_stream_push_direction(haforu_stream *stream, const char *direction);
HAFORU_API haforu_code haforu_stream_push_font(haforu_stream *stream, haforu_session *session);

enum haforu_stream_kind { HAFORU_POP_FEATURES = 1, HAFORU_POP_LANGUAGE = 2, HAFORU_POP_SCRIPT = 3, HAFORU_POP_DIRECTION = 4, HAFORU_POP_FONT = 5 };

/** Takes back the last push of a kind. */
HAFORU_API haforu_code haforu_stream_pop(haforu_stream *stream, int kind);

/** Says that no text follows; the last flushes come. Then the stream takes nothing more. */
HAFORU_API haforu_code haforu_stream_end(haforu_stream *stream);

/** Counters of a stream: docs/streaming.md. */
typedef struct haforu_stream_stats {
  size_t size;
  double cycles, cuts, held_back, forced, shaped, read, peak_carry, defects, retries, flushes, glyphs, runs, malformed;
} haforu_stream_stats;

HAFORU_API haforu_code haforu_stream_stats_get(haforu_stream *stream, haforu_stream_stats *out);

#ifdef __cplusplus
}
#endif

#endif
