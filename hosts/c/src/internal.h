/* What the files of libhaforu share beside host.h: the objects behind handles, and the calls between the files. Nothing here is part of the ABI. */
#ifndef HAFORU_INTERNAL_H
#define HAFORU_INTERNAL_H

#include "host.h"
#include "module.h"

/* --- handles ------------------------------------------------------------------------------------------------------------------- */

enum handle_kind { KIND_ENGINE = 1, KIND_FONT = 2, KIND_SESSION = 3, KIND_STREAM = 4 };

/* What handle_end calls, by kind. */
void engine_destroy(void *object);
void font_destroy(void *object);
void session_destroy(void *object);
void stream_destroy(void *object);

/* --- config.c ------------------------------------------------------------------------------------------------------------------- */

/* Copies a program's config over the defaults, however long it is; its strings from the given heap. */
haforu_code config_copy(const haforu_config *from, haforu_config *to);
/* Sets one key; NULL value text is not allowed. */
haforu_code config_set_text(haforu_config *config, const char *key, const char *value, size_t bytes);

/* --- engine.c ------------------------------------------------------------------------------------------------------------------- */

/* A stretch of the module's memory that the host writes to, kept from call to call. */
typedef struct module_slot {
  uint32_t at, capacity, bytes;
} module_slot;

/* A font in an engine's memory. */
typedef struct engine_font {
  struct engine_font *next;
  uintptr_t font; /* the haforu_font it is of */
  uint32_t handle, uses;
  size_t bytes;
  uint64_t used_at;
} engine_font;

/* An instance in an engine's memory. */
typedef struct engine_instance {
  struct engine_instance *next;
  engine_font *font;
  uint32_t handle, uses;
  uint64_t used_at;
  size_t name_bytes, coordinate_count;
  const char *name;
  haforu_variation coordinates[];
} engine_instance;

typedef struct engine_canvas {
  struct engine_canvas *next;
  uint32_t handle, width, height, pixels, uses;
  bool invert;
  uint64_t used_at;
} engine_canvas;

/* A font file that a job has asked for, or a name given by the host. */
typedef struct known_file {
  struct known_file *next;
  file_identity identity;
  size_t path_bytes;
  char path[];
} known_file;

typedef struct named_font {
  struct named_font *next;
  uintptr_t font; /* pinned, so that it stays when its owners are gone */
  const struct font_object *object;
  bool given;     /* the engine has it as it is */
  size_t name_bytes;
  char name[];
} named_font;

/* The scratch block: the structs of one call, at fixed offsets (bytes). */
enum {
  SCRATCH_SPEC = 0,
  SCRATCH_PLACEMENT = 32,
  SCRATCH_MEASURES = 64,
  SCRATCH_STATS = SCRATCH_MEASURES + 16 * 8,
  SCRATCH_PICTURES = SCRATCH_STATS + 16 * 8,
  SCRATCH_OPTIONS = SCRATCH_PICTURES + 8 * 4,
  SCRATCH_COMPARISON = SCRATCH_OPTIONS + 16 * 4,
  SCRATCH_DIGEST = SCRATCH_COMPARISON + 9 * 8,
  SCRATCH_BYTES = SCRATCH_DIGEST + 32
};

typedef struct engine_object {
  w2c_haforu module;
  uintptr_t self;
  atomic_int busy;
  atomic_int dead;       /* a trap: it answers engine_fault */
  _Atomic(uint32_t *) cancel_word; /* in the module's memory; NULL while there is none */
  atomic_int cancelled;
  haforu_config config;
  host_heap heap;
  host_counts counts;
  file_base base; /* config.base_dir is its path */
  uint32_t scratch;
  module_slot input, text, language, features, name, picture_a, picture_b, loaded; /* loaded: the picture that haforu_picture_load gave */
  engine_font *fonts;
  engine_instance *instances;
  engine_canvas *canvases;
  size_t font_bytes, canvas_bytes;
  uint32_t font_count, instance_count;
  uint64_t tick;
  uint64_t font_hits, font_misses, instance_hits, instance_misses, evictions;
  known_file *files;
  uint32_t file_count;
  named_font *names;
  double looked_at_ms;
  uint64_t epoch;
  uint64_t spec_of; /* the session whose spec lies in the scratch block; 0: none */
  uint64_t next_session;
  bool used; /* has done a job */
  host_buffer line;  /* the last result, with its NUL */
  host_buffer records; /* what glyphs and boxes were put into */
} engine_object;

/* The object of a handle, pinned and at work for this thread: then engine_leave. NULL: *code says why, and the last error is set. */
engine_object *engine_enter(const haforu_engine *engine, haforu_code *code);
/* As engine_enter, of an engine that is pinned already (by a session or stream). Does not pin. */
haforu_code engine_begin(engine_object *engine);
void engine_end(engine_object *engine);
void engine_leave(engine_object *engine);

/* An engine without a handle, for the threads of a batch and for wording the error line of one that trapped. */
engine_object *engine_new(const haforu_config *config, haforu_code *code);
void engine_free(engine_object *engine);

/* The error of a negative status of the module: a fault when it trapped, else its code. */
haforu_code engine_failed(engine_object *engine, int32_t status, const char *subject, const char *field);
void engine_log(const engine_object *engine, int level, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 3, 4)))
#endif
    ;
/* hf_configure. */
haforu_code engine_configure(engine_object *engine, uint32_t key, double value);

static inline uint8_t *engine_at(engine_object *engine, uint32_t pointer) { return engine->module.w2c_memory.data + pointer; }
static inline uint32_t engine_word(engine_object *engine, uint32_t pointer) {
  uint32_t word;
  memcpy(&word, engine_at(engine, pointer), 4);
  return word;
}
static inline void engine_put_word(engine_object *engine, uint32_t pointer, uint32_t word) { memcpy(engine_at(engine, pointer), &word, 4); }
/* `bytes` of the module's memory; 0: none, or a trap. */
uint32_t engine_allocate(engine_object *engine, size_t bytes);
void engine_give_back(engine_object *engine, uint32_t pointer);
/* Writes bytes into a slot; HAFORU_OK or HAFORU_OUT_OF_MEMORY (the last error is set). */
haforu_code slot_put(engine_object *engine, module_slot *slot, const void *data, size_t bytes);
haforu_code slot_reserve(engine_object *engine, module_slot *slot, size_t bytes);
/* {pointer, bytes} at a place that the module gave; false: it reaches out of its memory. */
bool engine_span(engine_object *engine, uint32_t at, const uint8_t **data, size_t *bytes);
/* Copies the module's result into engine->line with a NUL. */
haforu_code engine_take_line(engine_object *engine);

/* --- jobs.c ------------------------------------------------------------------------------------------------------------------------ */

/* Loads text as the input and looks at the clock of font files. */
haforu_code jobs_load(engine_object *engine, const char *text, size_t bytes);
/* Runs the line [start, start + bytes) of the input. Its status; the line is at hf_result. MODULE_TRAPPED: the engine is dead. */
int32_t jobs_run(engine_object *engine, uint32_t start, uint32_t bytes, double number, uint32_t flags);
int32_t jobs_answer(engine_object *engine, uint32_t start, uint32_t bytes, double number, uint32_t flags, haforu_code code, const char *detail);
/* Gives an engine the names of fonts that another one has. false: no memory. */
bool engine_share_names(engine_object *from, engine_object *to);
#define LINE_NUMBERED 1u
/* Of a line over the limit only the head goes to the engine, to name the job by. */
#define LINE_HEAD_BYTES 65536u

/* --- font.c ------------------------------------------------------------------------------------------------------------------------ */

typedef struct font_object {
  uintptr_t self;
  host_heap heap;
  uint8_t *data;
  size_t bytes;
  char *json;
  size_t json_bytes;
  haforu_axis *axes;
  size_t axis_count;
  haforu_font_metrics metrics;
  char *name; /* path or "memory", for messages */
} font_object;

/* The font in an engine's memory, copied there when it is not; kept while `uses` is not 0, and as long as the budget lasts. */
haforu_code engine_use_font(engine_object *engine, font_object *font, engine_font **out);
/* An instance of a font at coordinates (NULL name: from the defaults), and a canvas: kept as the font. `uses` counts sessions. */
haforu_code engine_use_instance(engine_object *engine, font_object *font, const haforu_variation *variations, size_t count, const char *name, engine_instance **out);
haforu_code engine_use_canvas(engine_object *engine, uint32_t width, uint32_t height, bool invert, engine_canvas **out);
/* Writes as much of a struct as the caller's, of `size` bytes, has; the size itself stays. */
haforu_code give_struct(void *out, size_t size, const char *field, const void *full, size_t bytes);

/* --- session.c --------------------------------------------------------------------------------------------------------------------- */

typedef struct session_settings {
  engine_instance *instance;
  engine_canvas *canvas;
  float size_px, origin_x, origin_y;
  uint32_t width, height, script, direction;
  bool has_origin, invert;
  char *language, *features;
  size_t language_bytes, feature_bytes;
} session_settings;

typedef struct session_object {
  uintptr_t self;
  engine_object *engine; /* pinned by engine_handle */
  uintptr_t engine_handle, font_handle; /* pinned */
  font_object *font;
  uint64_t number;
  session_settings settings;
} session_object;

/* The session of a handle with its engine at work; then session_leave. */
session_object *session_enter(const haforu_session *session, haforu_code *code);
void session_leave(session_object *session);
/* Writes the session's spec and a text for a struct call; the spec is at engine->scratch. */
haforu_code session_write(session_object *session, const char *text, size_t bytes);
haforu_code text_length(const char *text, size_t *bytes);
/* A tag of up to four characters as the module has it; false: it is none. */
bool pack_tag(const char *text, size_t least, uint32_t *out);
/* hb_direction_t; false: no direction. NULL: 0, guessed. */
bool read_direction(const char *text, uint32_t *out);
void unpack_tag(uint32_t tag, char out[5]);
/* Whether a text has the form of a BCP 47 tag; a script's four letters as a tag, NULL: 0, guessed. */
bool is_language(const char *text);
bool read_script(const char *text, uint32_t *out);

/* The callbacks that this thread is in, the innermost first: calls of engines may be made within those of others. */
typedef struct callback {
  engine_object *engine;
  struct callback *outer;
} callback;
void callback_begin(callback *within, engine_object *engine);
void callback_end(const callback *within);
/* The engine of the innermost; NULL: none. */
engine_object *engine_of_callback(void);
/* Whether this thread is in a callback of the engine, which it then cannot wait for. */
bool engine_in_callback(const engine_object *engine);
/* Waits until no call is at work in the engine, and keeps others out; then engine_end. */
void engine_wait(engine_object *engine);

#endif
