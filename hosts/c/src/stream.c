/* Streams: text of any length in pieces, glyphs to a sink as soon as they are final. In: UTF-8 and changes; out: flushes, whose arrays lie in the engine's memory. */
#include <stdlib.h>

#include "internal.h"

/* Statuses of hf_stream_pull. */
enum { NEED_INPUT = 0, FLUSH = 1, ENDED = 2 };
/* A text is copied in pieces: the engine takes some hundred bytes at a time, and what it does not take is copied again. */
#define PIECE_BYTES 1024u
#define WARNINGS_MAX 8
#define WARNING_TEXT 160

typedef struct stream_object {
  uintptr_t self;
  session_object *session; /* pinned by session_handle */
  uintptr_t session_handle;
  uint32_t handle;
  haforu_flush_sink sink;
  void *user;
  bool ended, failed;
} stream_object;

#define LEAST_OPTIONS LEAST_SIZE(haforu_stream_options, logical)

haforu_code haforu_stream_options_init(haforu_stream_options *options, size_t size) {
  if (options == NULL) return fail_argument("options", "expected a pointer to a haforu_stream_options, got NULL");
  if (size < LEAST_OPTIONS || size > MOST_SIZE) return fail_argument("size", "expected sizeof(haforu_stream_options), %zu in this version, got %zu", sizeof *options, size);
  memset(options, 0, size);
  options->size = size;
  return HAFORU_OK;
}

static haforu_code open_stream(session_object *session, const haforu_stream_options *o, uint32_t *out) {
  engine_object *engine = session->engine;
  const session_settings *s = &session->settings;
  /* Brings language and features to where the engine reads them. */
  haforu_code code = session_write(session, "", 0);
  if (code != HAFORU_OK) return code;
  const uint32_t unset = UINT32_MAX;
  const uint32_t words[10] = {o->high_watermark == 0 ? unset : o->high_watermark,
                              o->low_watermark == 0 ? unset : o->low_watermark,
                              o->max_buffer == 0 ? unset : o->max_buffer,
                              s->script,
                              s->direction,
                              engine->language.at,
                              (uint32_t)s->language_bytes,
                              engine->features.at,
                              (uint32_t)s->feature_bytes,
                              (o->itemise != 0 ? 1u : 0u) | (o->by_cluster != 0 ? 2u : 0u) | (o->logical != 0 ? 4u : 0u)};
  code = slot_reserve(engine, &engine->name, 56);
  if (code != HAFORU_OK) return code;
  uint8_t *at = engine_at(engine, engine->name.at);
  memset(at, 0, 56);
  memcpy(at, words, sizeof words);
  int32_t handle;
  MODULE_CALL(&engine->module, handle, hf_stream_open, &engine->module, s->instance->handle, engine->name.at);
  if (handle < 0) return engine_failed(engine, handle, "the stream", "options");
  *out = (uint32_t)handle;
  return HAFORU_OK;
}

haforu_code haforu_stream_open(haforu_session *session_handle, const haforu_stream_options *options, haforu_flush_sink sink, void *user, haforu_stream **out) {
  if (out == NULL) return fail_argument("out", "expected a pointer to a haforu_stream *, got NULL");
  *out = NULL;
  if (sink == NULL) return fail_argument("sink", "expected a function, got NULL");
  haforu_stream_options o;
  haforu_stream_options_init(&o, sizeof o);
  if (options != NULL) {
    if (options->size < LEAST_OPTIONS || options->size > MOST_SIZE) return fail_argument("options", "expected options that haforu_stream_options_init has set, got size %zu", options->size);
    memcpy(&o, options, least_size(options->size, sizeof o));
  }
  haforu_code code;
  session_object *session = session_enter(session_handle, &code);
  if (session == NULL) return code;
  engine_object *engine = session->engine;
  stream_object *stream = host_allocate(&engine->heap, sizeof *stream);
  if (stream == NULL)
    code = fail(HAFORU_OUT_OF_MEMORY, "the stream", NULL, NULL);
  else {
    *stream = (stream_object){0, session, (uintptr_t)session_handle, 0, sink, user, false, false};
    code = open_stream(session, &o, &stream->handle);
    if (code == HAFORU_OK) {
      stream->self = handle_open(KIND_STREAM, stream);
      if (stream->self == 0) {
        int32_t status;
        MODULE_CALL(&engine->module, status, hf_stream_close, &engine->module, stream->handle);
        (void)status;
        code = fail(HAFORU_OUT_OF_MEMORY, "streams", NULL, "too many handles are open");
      }
    }
    if (code != HAFORU_OK) host_release(&engine->heap, stream);
  }
  if (code != HAFORU_OK) {
    session_leave(session);
    return code;
  }
  /* The session's pin is the stream's now. */
  engine_end(engine);
  *out = (haforu_stream *)stream->self;
  return HAFORU_OK;
}

void stream_destroy(void *object) {
  stream_object *stream = object;
  engine_object *engine = stream->session->engine;
  const uintptr_t session_handle = stream->session_handle;
  engine_wait(engine);
  if (atomic_load_explicit(&engine->dead, memory_order_relaxed) == 0) {
    int32_t status;
    MODULE_CALL(&engine->module, status, hf_stream_close, &engine->module, stream->handle);
    if (status == MODULE_TRAPPED) atomic_store_explicit(&engine->dead, 1, memory_order_relaxed);
  }
  host_release(&engine->heap, stream);
  atomic_store_explicit(&engine->busy, 0, memory_order_release);
  handle_unpin(session_handle);
}

haforu_code haforu_stream_retain(haforu_stream *stream) { return handle_retain(KIND_STREAM, stream); }
haforu_code haforu_stream_release(haforu_stream *stream) {
  stream_object *object = handle_pin(KIND_STREAM, (uintptr_t)stream);
  if (object == NULL) return fail_handle("stream");
  const bool within = engine_in_callback(object->session->engine);
  const haforu_code code = within ? fail_argument("stream", "it cannot be released from a callback of its own engine") : handle_release(KIND_STREAM, stream);
  handle_unpin((uintptr_t)stream);
  return code;
}

static stream_object *stream_enter(const haforu_stream *handle, bool changes, haforu_code *code) {
  stream_object *stream = handle_pin(KIND_STREAM, (uintptr_t)handle);
  if (stream == NULL) {
    *code = fail_handle("stream");
    return NULL;
  }
  *code = engine_begin(stream->session->engine);
  if (*code == HAFORU_OK && changes && (stream->ended || stream->failed)) {
    *code = fail_argument("stream", stream->ended ? "it has ended; open another" : "an error or its sink ended it; release it and open another");
    engine_end(stream->session->engine);
  }
  if (*code == HAFORU_OK) return stream;
  handle_unpin((uintptr_t)handle);
  return NULL;
}

static void stream_leave(stream_object *stream) {
  engine_end(stream->session->engine);
  handle_unpin(stream->self);
}

/* --- flushes ------------------------------------------------------------------------------------------------------------------------------ */

static const char *direction_name(uint32_t direction) { return direction == 5 ? "rtl" : direction == 6 ? "ttb" : direction == 7 ? "btt" : "ltr"; }

/* The flush at hand to the sink. */
static haforu_code give_flush(stream_object *stream) {
  engine_object *engine = stream->session->engine;
  int32_t at, warnings = 0;
  MODULE_CALL(&engine->module, at, hf_stream_flush, &engine->module);
  if (at == MODULE_TRAPPED) return engine_failed(engine, at, "the stream", NULL);
  const uint8_t *record = engine_at(engine, (uint32_t)at);
  double numbers[3];
  uint32_t words[15];
  memcpy(numbers, record, sizeof numbers);
  memcpy(words, record + 24, sizeof words); /* count, 7 pointers, script, direction, language, its bytes, instance, bits, warnings */
  haforu_flush flush;
  memset(&flush, 0, sizeof flush);
  flush.size = sizeof flush;
  flush.start = numbers[0];
  flush.end = numbers[1];
  flush.run = numbers[2];
  flush.glyph_count = words[0];
  flush.clusters = (const double *)(const void *)engine_at(engine, words[1]);
  flush.ids = (const uint32_t *)(const void *)engine_at(engine, words[2]);
  flush.x_advances = (const int32_t *)(const void *)engine_at(engine, words[3]);
  flush.y_advances = (const int32_t *)(const void *)engine_at(engine, words[4]);
  flush.x_offsets = (const int32_t *)(const void *)engine_at(engine, words[5]);
  flush.y_offsets = (const int32_t *)(const void *)engine_at(engine, words[6]);
  flush.flags = (const uint32_t *)(const void *)engine_at(engine, words[7]);
  unpack_tag(words[8], flush.script);
  flush.direction = direction_name(words[9]);
  const size_t language = words[11] < sizeof flush.language ? words[11] : sizeof flush.language - 1;
  memcpy(flush.language, engine_at(engine, words[10]), language);
  flush.forced = (words[13] & 1) != 0;
  flush.run_begins = (words[13] & 2) != 0;
  flush.run_ends = (words[13] & 4) != 0;
  haforu_code codes[WARNINGS_MAX];
  char texts[WARNINGS_MAX][WARNING_TEXT];
  const char *messages[WARNINGS_MAX];
  const uint32_t count = words[14] < WARNINGS_MAX ? words[14] : WARNINGS_MAX;
  if (count > 0) MODULE_CALL(&engine->module, warnings, hf_stream_warnings, &engine->module);
  if (warnings == MODULE_TRAPPED) return engine_failed(engine, warnings, "the stream", NULL);
  for (uint32_t i = 0; i < count; i++) {
    const uint32_t warning = (uint32_t)warnings + i * 32;
    const uint8_t *text;
    size_t bytes;
    codes[i] = (haforu_code)engine_word(engine, warning);
    if (!engine_span(engine, warning + 4, &text, &bytes)) bytes = 0;
    if (bytes >= WARNING_TEXT) bytes = WARNING_TEXT - 1;
    if (bytes > 0) memcpy(texts[i], text, bytes);
    texts[i][bytes] = '\0';
    messages[i] = texts[i];
  }
  flush.warning_count = count;
  flush.warning_codes = codes;
  flush.warning_messages = messages;
  callback within;
  callback_begin(&within, engine);
  const int stop = stream->sink(stream->user, &flush);
  callback_end(&within);
  return stop == 0 ? HAFORU_OK : fail(HAFORU_CANCELLED, "the stream", NULL, "its sink stopped it");
}

/* Takes out what is final. */
static haforu_code drain(stream_object *stream) {
  engine_object *engine = stream->session->engine;
  for (;;) {
    if (atomic_load_explicit(&engine->cancelled, memory_order_relaxed) != 0) return fail(HAFORU_CANCELLED, "the stream", NULL, "haforu_engine_cancel was called");
    int32_t status;
    MODULE_CALL(&engine->module, status, hf_stream_pull, &engine->module, stream->handle);
    if (status < 0) return engine_failed(engine, status, "the stream", NULL);
    if (status != FLUSH) return HAFORU_OK;
    const haforu_code code = give_flush(stream);
    if (code != HAFORU_OK) return code;
  }
}

haforu_code haforu_stream_push(haforu_stream *handle, const char *text, size_t bytes) {
  haforu_code code = text_length(text, &bytes);
  if (code != HAFORU_OK) return code;
  stream_object *stream = stream_enter(handle, true, &code);
  if (stream == NULL) return code;
  engine_object *engine = stream->session->engine;
  code = slot_reserve(engine, &engine->input, PIECE_BYTES);
  for (size_t at = 0; code == HAFORU_OK && at < bytes;) {
    const uint32_t piece = bytes - at < PIECE_BYTES ? (uint32_t)(bytes - at) : PIECE_BYTES;
    memcpy(engine_at(engine, engine->input.at), text + at, piece);
    int32_t taken;
    MODULE_CALL(&engine->module, taken, hf_stream_push, &engine->module, stream->handle, engine->input.at, piece);
    if (taken < 0) {
      code = engine_failed(engine, taken, "the stream", NULL);
      break;
    }
    at += (uint32_t)taken;
    if ((uint32_t)taken < piece) code = drain(stream);
  }
  if (code == HAFORU_OK) code = drain(stream);
  if (code != HAFORU_OK) stream->failed = true;
  stream_leave(stream);
  return code;
}

haforu_code haforu_stream_end(haforu_stream *handle) {
  haforu_code code;
  stream_object *stream = stream_enter(handle, true, &code);
  if (stream == NULL) return code;
  engine_object *engine = stream->session->engine;
  int32_t status;
  MODULE_CALL(&engine->module, status, hf_stream_end, &engine->module, stream->handle);
  code = status < 0 ? engine_failed(engine, status, "the stream", NULL) : drain(stream);
  if (code != HAFORU_OK)
    stream->failed = true;
  else
    stream->ended = true;
  stream_leave(stream);
  return code;
}

/* --- changes ------------------------------------------------------------------------------------------------------------------------------ */

enum change { CHANGE_FEATURES, CHANGE_LANGUAGE, CHANGE_SCRIPT, CHANGE_DIRECTION, CHANGE_FONT, CHANGE_POP };

/* A change from here on. A wrong one is refused whole: the stream goes on as if it had not come. */
static haforu_code change(haforu_stream *handle, int kind, const char *text, uint32_t value) {
  haforu_code code;
  stream_object *stream = stream_enter(handle, true, &code);
  if (stream == NULL) return code;
  engine_object *engine = stream->session->engine;
  w2c_haforu *module = &engine->module;
  const size_t bytes = text == NULL ? 0 : strlen(text);
  if (bytes > 65536) code = fail_argument(kind == CHANGE_FEATURES ? "features" : "language", "expected a shorter text, got %zu bytes", bytes);
  while (code == HAFORU_OK) {
    int32_t status = 0;
    if (kind == CHANGE_FEATURES || kind == CHANGE_LANGUAGE) code = slot_put(engine, &engine->name, text, bytes);
    if (code != HAFORU_OK) break;
    if (kind == CHANGE_FEATURES)
      MODULE_CALL(module, status, hf_stream_push_features, module, stream->handle, engine->name.at, (uint32_t)bytes);
    else if (kind == CHANGE_LANGUAGE)
      MODULE_CALL(module, status, hf_stream_push_language, module, stream->handle, engine->name.at, (uint32_t)bytes);
    else if (kind == CHANGE_SCRIPT)
      MODULE_CALL(module, status, hf_stream_push_script, module, stream->handle, value);
    else if (kind == CHANGE_DIRECTION)
      MODULE_CALL(module, status, hf_stream_push_direction, module, stream->handle, value);
    else if (kind == CHANGE_FONT)
      MODULE_CALL(module, status, hf_stream_push_font, module, stream->handle, value);
    else
      MODULE_CALL(module, status, hf_stream_pop, module, stream->handle, value);
    if (status < 0) {
      code = engine_failed(engine, status, "the stream", NULL);
      break;
    }
    /* 1: pull first, and ask again. */
    code = drain(stream);
    if (code != HAFORU_OK) stream->failed = true;
    if (status == 0) break;
  }
  stream_leave(stream);
  return code;
}

haforu_code haforu_stream_push_features(haforu_stream *stream, const char *features) { return change(stream, CHANGE_FEATURES, features, 0); }

haforu_code haforu_stream_push_language(haforu_stream *stream, const char *language) {
  if (language != NULL && !is_language(language)) return fail_argument("language", "expected a BCP 47 tag, such as \"en\" or \"sr-Latn\", got \"%.48s\"", language);
  return change(stream, CHANGE_LANGUAGE, language, 0);
}

haforu_code haforu_stream_push_script(haforu_stream *stream, const char *script) {
  uint32_t tag;
  if (!read_script(script, &tag)) return fail_argument("script", "expected four letters, such as \"Latn\", got \"%.48s\"", script);
  return change(stream, CHANGE_SCRIPT, NULL, tag);
}

haforu_code haforu_stream_push_direction(haforu_stream *stream, const char *direction) {
  uint32_t value;
  if (!read_direction(direction, &value)) return fail_argument("direction", "expected \"ltr\", \"rtl\", \"ttb\" or \"btt\", got \"%.48s\"", direction);
  return change(stream, CHANGE_DIRECTION, NULL, value);
}

haforu_code haforu_stream_push_font(haforu_stream *stream, haforu_session *session) {
  session_object *other = handle_pin(KIND_SESSION, (uintptr_t)session);
  if (other == NULL) return fail_handle("session");
  stream_object *object = handle_pin(KIND_STREAM, (uintptr_t)stream);
  haforu_code code;
  if (object == NULL)
    code = fail_handle("stream");
  else {
    /* The instance lives on for the stream when the session goes: the engine counts its uses. */
    code = other->engine == object->session->engine ? change(stream, CHANGE_FONT, NULL, other->settings.instance->handle)
                                                    : fail_argument("session", "it is of another engine than the stream");
    handle_unpin((uintptr_t)stream);
  }
  handle_unpin((uintptr_t)session);
  return code;
}

haforu_code haforu_stream_pop(haforu_stream *stream, int kind) {
  if (kind < HAFORU_POP_FEATURES || kind > HAFORU_POP_FONT) return fail_argument("kind", "expected HAFORU_POP_FEATURES to HAFORU_POP_FONT, got %d", kind);
  return change(stream, CHANGE_POP, NULL, (uint32_t)kind);
}

_Static_assert(sizeof(haforu_stream_stats) == offsetof(haforu_stream_stats, cycles) + 13 * sizeof(double), "the engine's counters of a stream");

haforu_code haforu_stream_stats_get(haforu_stream *handle, haforu_stream_stats *out) {
  if (out == NULL) return fail_argument("out", "expected a pointer to a haforu_stream_stats, got NULL");
  haforu_code code;
  stream_object *stream = stream_enter(handle, false, &code);
  if (stream == NULL) return code;
  engine_object *engine = stream->session->engine;
  const uint32_t at = engine->scratch + SCRATCH_MEASURES;
  int32_t status;
  MODULE_CALL(&engine->module, status, hf_stream_stats, &engine->module, stream->handle, at);
  if (status < 0)
    code = engine_failed(engine, status, "the stream", NULL);
  else {
    haforu_stream_stats full;
    full.size = sizeof full;
    memcpy((char *)&full + offsetof(haforu_stream_stats, cycles), engine_at(engine, at), 13 * sizeof(double));
    code = give_struct(out, out->size, "out", &full, sizeof full);
  }
  stream_leave(stream);
  return code;
}
