/* Sessions: one font at one place of its design space, at one size, on one canvas, drawn again and again past JSON. In: texts; out: pixels, measures, glyphs, boxes, hashes. */
#include <stdio.h>
#include <stdlib.h>

#include "internal.h"

/* --- settings ----------------------------------------------------------------------------------------------------------------- */

#define LEAST_OPTIONS LEAST_SIZE(haforu_session_options, invert)

haforu_code haforu_session_options_init(haforu_session_options *options, size_t size) {
  if (options == NULL) return fail_argument("options", "expected a pointer to a haforu_session_options, got NULL");
  if (size < LEAST_OPTIONS || size > MOST_SIZE) return fail_argument("size", "expected sizeof(haforu_session_options), %zu in this version, got %zu", sizeof *options, size);
  memset(options, 0, size);
  options->size = size;
  options->size_px = 16;
  options->width = options->height = 1;
  return HAFORU_OK;
}

static bool is_alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

/* BCP 47 in form: up to 16 subtags of 1 to 8 letters or digits. */
bool is_language(const char *text) {
  int subtags = 1, length = 0;
  for (const char *c = text; *c != '\0'; c++) {
    if (*c == '-') {
      if (length == 0 || ++subtags > HAFORU_LIMIT_LANGUAGE_SUBTAGS) return false;
      length = 0;
    } else if (!is_alphanumeric(*c) || ++length > 8)
      return false;
  }
  return length > 0;
}

bool read_script(const char *text, uint32_t *out) {
  *out = 0;
  if (text == NULL) return true;
  for (int i = 0; i < 4; i++)
    if (!is_alphanumeric(text[i]) || (text[i] >= '0' && text[i] <= '9')) return false;
  return text[4] == '\0' && pack_tag(text, 4, out);
}

static void settings_free(const host_heap *heap, session_settings *settings) {
  host_release(heap, settings->language);
  host_release(heap, settings->features);
  if (settings->instance != NULL) {
    settings->instance->uses--;
    settings->instance->font->uses--;
  }
  if (settings->canvas != NULL) settings->canvas->uses--;
  memset(settings, 0, sizeof *settings);
}

static haforu_code settings_make(engine_object *engine, font_object *font, const haforu_session_options *given, session_settings *out) {
  haforu_session_options o;
  memset(out, 0, sizeof *out);
  if (given == NULL) return fail_argument("options", "expected options that haforu_session_options_init has set, got NULL");
  if (given->size < LEAST_OPTIONS || given->size > MOST_SIZE) return fail_argument("options", "expected options that haforu_session_options_init has set, got size %zu", given->size);
  haforu_session_options_init(&o, sizeof o);
  memcpy(&o, given, least_size(given->size, sizeof o));
  if (!(o.size_px > 0 && o.size_px <= HAFORU_LIMIT_SIZE_PX)) return fail_argument("size_px", "expected a number over 0 and at most %d, got %g", HAFORU_LIMIT_SIZE_PX, (double)o.size_px);
  if (o.has_origin != 0 && !(o.origin_x >= -HAFORU_LIMIT_ORIGIN_PX && o.origin_x <= HAFORU_LIMIT_ORIGIN_PX && o.origin_y >= -HAFORU_LIMIT_ORIGIN_PX && o.origin_y <= HAFORU_LIMIT_ORIGIN_PX))
    return fail_argument("origin", "expected two numbers from %d to %d, got %g, %g", -HAFORU_LIMIT_ORIGIN_PX, HAFORU_LIMIT_ORIGIN_PX, (double)o.origin_x, (double)o.origin_y);
  if (!read_script(o.script, &out->script)) return fail_argument("script", "expected four letters, such as \"Latn\", got \"%.48s\"", o.script);
  if (!read_direction(o.direction, &out->direction)) return fail_argument("direction", "expected \"ltr\", \"rtl\", \"ttb\" or \"btt\", got \"%.48s\"", o.direction);
  if (o.language != NULL && !is_language(o.language)) return fail_argument("language", "expected a BCP 47 tag, such as \"en\" or \"sr-Latn\", got \"%.48s\"", o.language);
  haforu_code code = engine_use_instance(engine, font, o.variations, o.variation_count, o.instance, &out->instance);
  if (code != HAFORU_OK) return code;
  out->instance->uses++;
  out->instance->font->uses++;
  code = engine_use_canvas(engine, o.width, o.height, o.invert != 0, &out->canvas);
  if (code == HAFORU_OK) out->canvas->uses++;
  if (code == HAFORU_OK) {
    out->size_px = o.size_px;
    out->width = o.width;
    out->height = o.height;
    out->has_origin = o.has_origin != 0;
    out->origin_x = out->has_origin ? o.origin_x : 0;
    out->origin_y = out->has_origin ? o.origin_y : 0;
    out->invert = o.invert != 0;
    out->language_bytes = o.language == NULL ? 0 : strlen(o.language);
    out->feature_bytes = o.features == NULL ? 0 : strlen(o.features);
    if (out->language_bytes > 0) out->language = host_copy(&engine->heap, o.language, out->language_bytes);
    if (out->feature_bytes > 0) out->features = host_copy(&engine->heap, o.features, out->feature_bytes);
    if ((out->language_bytes > 0 && out->language == NULL) || (out->feature_bytes > 0 && out->features == NULL)) code = fail(HAFORU_OUT_OF_MEMORY, "the session", NULL, NULL);
  }
  if (code != HAFORU_OK) settings_free(&engine->heap, out);
  return code;
}

/* --- what is drawn, where the engine reads it -------------------------------------------------------------------------------- */

static haforu_code write_spec(engine_object *engine, const session_settings *s) {
  haforu_code code = slot_put(engine, &engine->language, s->language, s->language_bytes);
  if (code == HAFORU_OK) code = slot_put(engine, &engine->features, s->features, s->feature_bytes);
  if (code != HAFORU_OK) return code;
  const uint32_t spec[6] = {s->script, s->direction, engine->language.at, engine->language.bytes, engine->features.at, engine->features.bytes};
  memcpy(engine_at(engine, engine->scratch + SCRATCH_SPEC + 8), spec, sizeof spec);
  uint8_t *place = engine_at(engine, engine->scratch + SCRATCH_PLACEMENT);
  const uint32_t flags = s->has_origin;
  memcpy(place, &s->size_px, 4);
  memcpy(place + 4, &flags, 4);
  memcpy(place + 8, &s->origin_x, 4);
  memcpy(place + 12, &s->origin_y, 4);
  memcpy(place + 16, &s->width, 4);
  memcpy(place + 20, &s->height, 4);
  return HAFORU_OK;
}

haforu_code session_write(session_object *session, const char *text, size_t bytes) {
  engine_object *engine = session->engine;
  haforu_code code = text_length(text, &bytes);
  if (code != HAFORU_OK) return code;
  if (bytes > (size_t)HAFORU_LIMIT_TEXT_CODE_POINTS * 4) return fail(HAFORU_TEXT_TOO_LONG, "text", "text", NULL);
  if (engine->spec_of != session->number) {
    engine->spec_of = 0;
    code = write_spec(engine, &session->settings);
    if (code != HAFORU_OK) return code;
    engine->spec_of = session->number;
  }
  code = slot_put(engine, &engine->text, text, bytes);
  if (code != HAFORU_OK) return code;
  const uint32_t words[2] = {engine->text.at, engine->text.bytes};
  memcpy(engine_at(engine, engine->scratch + SCRATCH_SPEC), words, sizeof words);
  return HAFORU_OK;
}

/* The syntax of features is the engine's to read: an empty text does it. */
static haforu_code try_features(session_object *session) {
  if (session->settings.feature_bytes == 0) return HAFORU_OK;
  const haforu_code code = session_write(session, "", 0);
  if (code != HAFORU_OK) return code;
  engine_object *engine = session->engine;
  int32_t status;
  MODULE_CALL(&engine->module, status, hf_shape, &engine->module, session->settings.instance->handle, engine->scratch);
  if (status == -HAFORU_INVALID_ARGUMENT)
    return fail_argument("features", "expected features in HarfBuzz's syntax, at most %d, such as \"kern,-liga\", got \"%.48s\"", HAFORU_LIMIT_FEATURES, session->settings.features);
  return status < 0 ? engine_failed(engine, status, "the session", NULL) : HAFORU_OK;
}

/* --- handles ------------------------------------------------------------------------------------------------------------------------ */

session_object *session_enter(const haforu_session *handle, haforu_code *code) {
  session_object *session = handle_pin(KIND_SESSION, (uintptr_t)handle);
  if (session == NULL) {
    *code = fail_handle("session");
    return NULL;
  }
  *code = engine_begin(session->engine);
  if (*code == HAFORU_OK) return session;
  handle_unpin((uintptr_t)handle);
  return NULL;
}

void session_leave(session_object *session) {
  engine_end(session->engine);
  handle_unpin(session->self);
}

haforu_code haforu_session_create(haforu_engine *engine_handle, haforu_font *font_handle, const haforu_session_options *options, haforu_session **out) {
  if (out == NULL) return fail_argument("out", "expected a pointer to a haforu_session *, got NULL");
  *out = NULL;
  font_object *font = handle_pin(KIND_FONT, (uintptr_t)font_handle);
  if (font == NULL) return fail_handle("font");
  haforu_code code;
  engine_object *engine = engine_enter(engine_handle, &code);
  if (engine == NULL) {
    handle_unpin((uintptr_t)font_handle);
    return code;
  }
  session_object *session = host_allocate(&engine->heap, sizeof *session);
  if (session == NULL)
    code = fail(HAFORU_OUT_OF_MEMORY, "the session", NULL, NULL);
  else {
    memset(session, 0, sizeof *session);
    session->engine = engine;
    session->engine_handle = (uintptr_t)engine_handle;
    session->font_handle = (uintptr_t)font_handle;
    session->font = font;
    session->number = engine->next_session++;
    code = settings_make(engine, font, options, &session->settings);
    if (code == HAFORU_OK) {
      code = try_features(session);
      if (code == HAFORU_OK) {
        session->self = handle_open(KIND_SESSION, session);
        if (session->self == 0) code = fail(HAFORU_OUT_OF_MEMORY, "sessions", NULL, "too many handles are open");
      }
      if (code != HAFORU_OK) settings_free(&engine->heap, &session->settings);
    }
    if (code != HAFORU_OK) {
      host_release(&engine->heap, session);
      session = NULL;
    }
  }
  engine_end(engine);
  if (session != NULL) {
    /* The pins of engine and font are the session's now. */
    *out = (haforu_session *)session->self;
    return HAFORU_OK;
  }
  handle_unpin((uintptr_t)engine_handle);
  handle_unpin((uintptr_t)font_handle);
  return code;
}

void session_destroy(void *object) {
  session_object *session = object;
  engine_object *engine = session->engine;
  const uintptr_t engine_handle = session->engine_handle, font_handle = session->font_handle;
  /* The engine may be at work in another thread, which reads the lists that this changes. */
  engine_wait(engine);
  settings_free(&engine->heap, &session->settings);
  host_release(&engine->heap, session);
  atomic_store_explicit(&engine->busy, 0, memory_order_release);
  handle_unpin(engine_handle);
  handle_unpin(font_handle);
}

haforu_code haforu_session_retain(haforu_session *session) { return handle_retain(KIND_SESSION, session); }
haforu_code haforu_session_release(haforu_session *session) {
  /* Not from a callback of its engine: it would wait for itself. */
  session_object *object = handle_pin(KIND_SESSION, (uintptr_t)session);
  if (object == NULL) return fail_handle("session");
  const bool within = engine_in_callback(object->engine);
  const haforu_code code = within ? fail_argument("session", "it cannot be released from a callback of its own engine") : handle_release(KIND_SESSION, session);
  handle_unpin((uintptr_t)session);
  return code;
}

haforu_code haforu_session_set(haforu_session *handle, const haforu_session_options *options) {
  haforu_code code;
  session_object *session = session_enter(handle, &code);
  if (session == NULL) return code;
  engine_object *engine = session->engine;
  session_settings next, before = session->settings;
  code = settings_make(engine, session->font, options, &next);
  if (code == HAFORU_OK) {
    session->settings = next;
    engine->spec_of = 0;
    code = try_features(session);
    if (code != HAFORU_OK) {
      session->settings = before;
      before = next;
      engine->spec_of = 0;
    }
    settings_free(&engine->heap, &before);
  }
  session_leave(session);
  return code;
}

/* --- drawing -------------------------------------------------------------------------------------------------------------------------- */

/* Draws onto the session's canvas. */
static haforu_code draw(session_object *session, const char *text, size_t bytes, const uint8_t **pixels) {
  engine_object *engine = session->engine;
  const haforu_code code = session_write(session, text, bytes);
  if (code != HAFORU_OK) return code;
  const session_settings *s = &session->settings;
  int32_t status;
  MODULE_CALL(&engine->module, status, hf_render, &engine->module, s->instance->handle, engine->scratch, engine->scratch + SCRATCH_PLACEMENT, s->canvas->handle, 0);
  if (status < 0) return engine_failed(engine, status, session->font->name, NULL);
  *pixels = engine_at(engine, s->canvas->pixels);
  return HAFORU_OK;
}

haforu_code haforu_render(haforu_session *handle, const char *text, size_t bytes, haforu_picture *out) {
  if (out == NULL) return fail_argument("out", "expected a pointer to a haforu_picture, got NULL");
  memset(out, 0, sizeof *out);
  haforu_code code;
  session_object *session = session_enter(handle, &code);
  if (session == NULL) return code;
  const uint8_t *pixels = NULL;
  code = draw(session, text, bytes, &pixels);
  if (code == HAFORU_OK) *out = (haforu_picture){pixels, session->settings.width, session->settings.height, session->settings.width};
  session_leave(session);
  return code;
}

haforu_code haforu_render_to(haforu_session *handle, const char *text, size_t bytes, uint8_t *buffer, size_t stride, size_t buffer_bytes) {
  if (buffer == NULL) return fail_argument("buffer", "expected a buffer, got NULL");
  haforu_code code;
  session_object *session = session_enter(handle, &code);
  if (session == NULL) return code;
  const size_t width = session->settings.width, height = session->settings.height;
  if (stride < width)
    code = fail_argument("stride", "expected at least the width, %zu, got %zu", width, stride);
  else if (buffer_bytes < width || (buffer_bytes - width) / stride < height - 1)
    code = fail_argument("buffer_bytes", "expected at least %zu for %zu x %zu pixels, got %zu", (height - 1) * stride + width, width, height, buffer_bytes);
  else {
    const uint8_t *pixels = NULL;
    code = draw(session, text, bytes, &pixels);
    if (code == HAFORU_OK && stride == width)
      memcpy(buffer, pixels, width * height);
    else
      for (size_t y = 0; code == HAFORU_OK && y < height; y++) memcpy(buffer + y * stride, pixels + y * width, width);
  }
  session_leave(session);
  return code;
}

haforu_code haforu_measure(haforu_session *handle, const char *text, size_t bytes, haforu_metrics *out) {
  if (out == NULL) return fail_argument("out", "expected a pointer to a haforu_metrics, got NULL");
  haforu_code code;
  session_object *session = session_enter(handle, &code);
  if (session == NULL) return code;
  engine_object *engine = session->engine;
  code = session_write(session, text, bytes);
  if (code == HAFORU_OK) {
    const uint32_t at = engine->scratch;
    int32_t status;
    MODULE_CALL(&engine->module, status, hf_measure, &engine->module, session->settings.instance->handle, at, at + SCRATCH_PLACEMENT, at + SCRATCH_MEASURES);
    if (status < 0)
      code = engine_failed(engine, status, session->font->name, NULL);
    else {
      haforu_metrics full;
      full.size = sizeof full;
      /* The engine's sixteen numbers are the fields behind the size, in their order. */
      memcpy((char *)&full + offsetof(haforu_metrics, ink_area), engine_at(engine, at + SCRATCH_MEASURES), 16 * sizeof(double));
      code = give_struct(out, out->size, "out", &full, sizeof full);
    }
  }
  session_leave(session);
  return code;
}

/* --- lists ---------------------------------------------------------------------------------------------------------------------------- */

/* A list of records that a call left at {pointer, count}; NULL: it lies outside of the memory. */
static const void *list_at(engine_object *engine, int32_t at, size_t record, size_t *count) {
  if (at == MODULE_TRAPPED || (uint64_t)(uint32_t)at + 8 > engine->module.w2c_memory.size) return NULL;
  const uint32_t pointer = engine_word(engine, (uint32_t)at), n = engine_word(engine, (uint32_t)at + 4);
  if ((uint64_t)pointer + (uint64_t)n * record > engine->module.w2c_memory.size) return NULL;
  *count = n;
  return engine_at(engine, pointer);
}

_Static_assert(sizeof(haforu_glyph) == 28, "the engine's glyph records");
_Static_assert(sizeof(haforu_box) == 64, "the engine's boxes");
_Static_assert(sizeof(haforu_placed_glyph) == 40, "the engine's placed glyphs");
_Static_assert(sizeof(haforu_metrics) == offsetof(haforu_metrics, ink_area) + 16 * sizeof(double), "the engine's measures");

enum { LIST_GLYPHS, LIST_PLACED, LIST_BOXES };

static haforu_code list(haforu_session *handle, const char *text, size_t bytes, int kind, size_t record, const void **out, size_t *count) {
  if (out == NULL || count == NULL) return fail_argument(out == NULL ? "out" : "count", "expected a pointer, got NULL");
  *out = NULL;
  *count = 0;
  haforu_code code;
  session_object *session = session_enter(handle, &code);
  if (session == NULL) return code;
  engine_object *engine = session->engine;
  w2c_haforu *module = &engine->module;
  code = session_write(session, text, bytes);
  if (code == HAFORU_OK) {
    const uint32_t instance = session->settings.instance->handle, spec = engine->scratch, place = engine->scratch + SCRATCH_PLACEMENT;
    int32_t status, at = 0;
    if (kind == LIST_GLYPHS)
      MODULE_CALL(module, status, hf_shape, module, instance, spec);
    else if (kind == LIST_PLACED)
      MODULE_CALL(module, status, hf_place, module, instance, spec, place);
    else
      MODULE_CALL(module, status, hf_boxes, module, instance, spec, place);
    if (status < 0)
      code = engine_failed(engine, status, session->font->name, NULL);
    else {
      if (kind == LIST_GLYPHS)
        MODULE_CALL(module, at, hf_glyphs, module);
      else if (kind == LIST_PLACED)
        MODULE_CALL(module, at, hf_placed_at, module);
      else
        MODULE_CALL(module, at, hf_boxes_at, module);
      *out = list_at(engine, at, record, count);
      if (*out == NULL) code = engine_failed(engine, at == MODULE_TRAPPED ? at : -HAFORU_INTERNAL, session->font->name, NULL);
    }
  }
  session_leave(session);
  return code;
}

haforu_code haforu_shape(haforu_session *session, const char *text, size_t bytes, const haforu_glyph **glyphs, size_t *count) {
  return list(session, text, bytes, LIST_GLYPHS, sizeof **glyphs, (const void **)(void *)glyphs, count);
}
haforu_code haforu_glyphs(haforu_session *session, const char *text, size_t bytes, const haforu_placed_glyph **glyphs, size_t *count) {
  return list(session, text, bytes, LIST_PLACED, sizeof **glyphs, (const void **)(void *)glyphs, count);
}
haforu_code haforu_boxes(haforu_session *session, const char *text, size_t bytes, const haforu_box **boxes, size_t *count) {
  return list(session, text, bytes, LIST_BOXES, sizeof **boxes, (const void **)(void *)boxes, count);
}

haforu_code haforu_hash(haforu_session *handle, const char *text, size_t bytes, char out[65]) {
  if (out == NULL) return fail_argument("out", "expected 65 bytes, got NULL");
  out[0] = '\0';
  haforu_code code;
  session_object *session = session_enter(handle, &code);
  if (session == NULL) return code;
  engine_object *engine = session->engine;
  const uint8_t *pixels;
  code = draw(session, text, bytes, &pixels);
  if (code == HAFORU_OK) {
    const session_settings *s = &session->settings;
    int32_t status;
    MODULE_CALL(&engine->module, status, hf_sha256, &engine->module, s->canvas->pixels, s->width * s->height, engine->scratch + SCRATCH_DIGEST);
    if (status < 0)
      code = engine_failed(engine, status, "the hash", NULL);
    else {
      const uint8_t *digest = engine_at(engine, engine->scratch + SCRATCH_DIGEST);
      for (int i = 0; i < 32; i++) {
        out[i * 2] = "0123456789abcdef"[digest[i] >> 4];
        out[i * 2 + 1] = "0123456789abcdef"[digest[i] & 15];
      }
      out[64] = '\0';
    }
  }
  session_leave(session);
  return code;
}

/* --- sweeps --------------------------------------------------------------------------------------------------------------------------- */

/* Points of one call of the engine: its answers take 512 KiB. */
#define SWEEP_POINTS 4096

haforu_code haforu_sweep(haforu_session *handle, const char *text, size_t bytes, const float *points, size_t count, haforu_metrics *out, size_t *done) {
  if (done != NULL) *done = 0;
  if (out == NULL) return fail_argument("out", "expected room for %zu records, got NULL", count);
  /* What a record takes in the program, which may be of another version. */
  const size_t record = count == 0 ? sizeof *out : out->size;
  if (record < LEAST_SIZE(haforu_metrics, clipped_bottom) || record > MOST_SIZE || record % sizeof(double) != 0)
    return fail_argument("out", "expected the first record's size to be set to sizeof(haforu_metrics), got %zu", record);
  if (count > HAFORU_LIMIT_SWEEP_RENDERS) return fail(HAFORU_SWEEP_TOO_LARGE, "count", "count", "got %zu points, expected at most %d", count, HAFORU_LIMIT_SWEEP_RENDERS);
  haforu_code code;
  session_object *session = session_enter(handle, &code);
  if (session == NULL) return code;
  engine_object *engine = session->engine;
  const size_t axes = session->font->axis_count;
  if (axes > 0 && count > 0 && points == NULL) code = fail_argument("points", "expected %zu numbers a point, got NULL", axes);
  if (code == HAFORU_OK) code = session_write(session, text, bytes);
  const size_t piece = count < SWEEP_POINTS ? count : SWEEP_POINTS;
  if (code == HAFORU_OK) code = slot_reserve(engine, &engine->picture_a, piece * axes * 4 + 4);
  if (code == HAFORU_OK) code = slot_reserve(engine, &engine->picture_b, piece * 128 + 8);
  for (size_t at = 0; code == HAFORU_OK && at < count;) {
    const size_t n = count - at < piece ? count - at : piece;
    if (axes > 0) memcpy(engine_at(engine, engine->picture_a.at), points + at * axes, n * axes * 4);
    int32_t status, measured;
    MODULE_CALL(&engine->module, status, hf_sweep, &engine->module, session->settings.instance->font->handle, engine->scratch, engine->scratch + SCRATCH_PLACEMENT, engine->picture_a.at, (uint32_t)n,
                engine->picture_b.at, 0);
    measured = 0;
    if (status != MODULE_TRAPPED) MODULE_CALL(&engine->module, measured, hf_sweep_done, &engine->module);
    for (int32_t i = 0; i < measured; i++) {
      haforu_metrics *const to = (haforu_metrics *)(void *)((char *)out + (at + (size_t)i) * record);
      to->size = record;
      memcpy((char *)to + offsetof(haforu_metrics, ink_area), engine_at(engine, engine->picture_b.at + (uint32_t)i * 128), 128);
    }
    if (done != NULL && measured > 0) *done = at + (size_t)measured;
    if (status < 0) code = engine_failed(engine, status, session->font->name, NULL);
    at += n;
  }
  session_leave(session);
  return code;
}
